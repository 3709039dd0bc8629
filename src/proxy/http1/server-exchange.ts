import type { Fields, RequestHead, ResponseHead } from '../message.ts'
import type { ConnectionInfo, Loan, ResetReason, ServerStream } from '../stream.ts'

/** The connection, as its exchanges see it. */
export interface ExchangeOwner {
  /** The exchange in flight. */
  readonly stream: ServerStream | null
  inform(status: number, fields: Fields): void
  respond(head: ResponseHead, end: boolean): void
  write(chunk: Uint8Array): boolean
  writeLent(chunk: Uint8Array): Loan
  end(trailers: Fields | null): void
  reset(reason: ResetReason): void
  pause(): void
  resume(): void
}

/** One request and its response. When it is no longer the one in flight, it does nothing: the connection has moved on. */
export class ServerExchange implements ServerStream {
  readonly head: RequestHead
  readonly connection: ConnectionInfo
  readonly #owner: ExchangeOwner

  constructor(owner: ExchangeOwner, head: RequestHead, connection: ConnectionInfo) {
    this.#owner = owner
    this.head = head
    this.connection = connection
  }

  inform(status: number, fields: Fields): void {
    if (this.#owner.stream === this) this.#owner.inform(status, fields)
  }

  respond(head: ResponseHead, end: boolean): void {
    if (this.#owner.stream === this) this.#owner.respond(head, end)
  }

  write(chunk: Uint8Array): boolean {
    return this.#owner.stream === this ? this.#owner.write(chunk) : true
  }

  writeLent(chunk: Uint8Array): Loan {
    return this.#owner.stream === this ? this.#owner.writeLent(chunk) : 'done'
  }

  end(trailers: Fields | null): void {
    if (this.#owner.stream === this) this.#owner.end(trailers)
  }

  reset(reason: ResetReason): void {
    if (this.#owner.stream === this) this.#owner.reset(reason)
  }

  pause(): void {
    if (this.#owner.stream === this) this.#owner.pause()
  }

  resume(): void {
    if (this.#owner.stream === this) this.#owner.resume()
  }
}
