import { Attempt, type AttemptOwner } from './attempt.ts'
import type { Fields, RequestHead, ResponseHead } from './message.ts'
import { RequestBody } from './request-body.ts'
import type { ClientStream, ClientStreamHandler, ResetReason, StreamError } from './stream.ts'
import type { BackendPool } from './upstream/backend-pool.ts'

const maxTries = 3

/** A request of a filter's own. Endpoints that refuse the connection are passed over; nothing else is repeated. */
export class SideCall implements ClientStream, AttemptOwner {
  readonly #pool: BackendPool | undefined
  readonly #head: RequestHead
  readonly #handler: ClientStreamHandler
  readonly #body: RequestBody
  #attempt: Attempt | undefined
  #tries = 0
  #over = false

  constructor(pool: BackendPool | undefined, head: RequestHead, end: boolean, handler: ClientStreamHandler) {
    this.#pool = pool
    this.#head = head
    this.#handler = handler
    this.#body = new RequestBody(end)
    // Not before the caller has its stream.
    queueMicrotask(() => this.#try())
  }

  #try(): void {
    if (this.#over) return
    const pool = this.#pool?.pick()
    if (!pool) return this.#fail({ code: 'connect_failed', message: 'no endpoint is ready', unprocessed: true })
    this.#tries++
    this.#attempt = new Attempt(this, pool, undefined)
    this.#attempt.start(this.#head, this.#body)
  }

  #fail(error: StreamError): void {
    this.#over = true
    this.#handler.onReset(error)
  }

  write(chunk: Uint8Array): boolean {
    if (this.#over) return true
    const room = this.#body.push(chunk)
    return this.#attempt?.connected ? this.#attempt.write(chunk) : room
  }

  end(trailers: Fields | null): void {
    if (this.#over || this.#body.ended) return
    this.#body.end(trailers)
    if (this.#attempt?.connected) this.#attempt.end(trailers)
  }

  reset(_reason: ResetReason): void {
    this.#over = true
    this.#attempt?.cancel()
  }

  pause(): void {
    this.#attempt?.pause()
  }

  resume(): void {
    this.#attempt?.resume()
  }

  attemptConnected(): void {
    this.#body.sent(false)
    if (!this.#body.ended) this.#handler.onWritable()
  }

  attemptInformed(_attempt: Attempt, status: number, fields: Fields): void {
    this.#handler.onInform(status, fields)
  }

  attemptResponded(_attempt: Attempt, head: ResponseHead, end: boolean): void {
    this.#handler.onResponse(head, end)
  }

  attemptData(_attempt: Attempt, chunk: Uint8Array): void {
    this.#handler.onData(chunk)
  }

  attemptEnded(attempt: Attempt, trailers: Fields | null): void {
    this.#over = true
    if (!this.#body.ended) attempt.cancel()
    this.#handler.onEnd(trailers)
  }

  attemptFailed(_attempt: Attempt, error: StreamError): void {
    if (this.#over) return
    if (error.unprocessed && this.#body.replayable && this.#tries < maxTries) return this.#try()
    this.#fail(error)
  }

  attemptWritable(): void {
    this.#handler.onWritable()
  }
}
