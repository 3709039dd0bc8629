import type { Fields, RequestHead, ResponseHead } from './message.ts'
import type { RequestBody } from './request-body.ts'
import type {
  ClientConnection,
  ClientStream,
  ClientStreamHandler,
  ConnectionInfo,
  Loan,
  StreamError,
} from './stream.ts'
import type { ConnectionPool, Waiter } from './upstream/connection-pool.ts'
import type { EndpointPool, Guarded } from './upstream/endpoint-pool.ts'
import type { Outcome } from './upstream/outlier-watch.ts'

/** Who made the attempt hears of its fate. Nothing is called after `cancel`. */
export interface AttemptOwner {
  /** The request has been handed to a connection; body bytes may flow. */
  attemptConnected(attempt: Attempt): void
  attemptInformed(attempt: Attempt, status: number, fields: Fields): void
  attemptResponded(attempt: Attempt, head: ResponseHead, end: boolean): void
  attemptData(attempt: Attempt, chunk: Uint8Array): void
  /** The chunk is lent; without this it comes as a copy through `attemptData`. */
  attemptLentData?(attempt: Attempt, chunk: Uint8Array): Loan
  attemptEnded(attempt: Attempt, trailers: Fields | null): void
  attemptFailed(attempt: Attempt, error: StreamError): void
  attemptWritable(attempt: Attempt): void
}

const overload: StreamError = { code: 'overload', message: 'too many requests in flight', unprocessed: true }

/** One try to have a request answered by one endpoint. */
export class Attempt implements ClientStreamHandler, Waiter {
  readonly pool: EndpointPool
  readonly #owner: AttemptOwner
  readonly #client: ConnectionInfo | undefined
  #connections: ConnectionPool | undefined
  #head: RequestHead | undefined
  #body: RequestBody | undefined
  #stream: ClientStream | undefined
  #waiting = false
  #over = false
  #responseEnded = false
  #stopClock: (() => void) | undefined
  #entered: Guarded | undefined

  /** @param client whose request it is; undefined: the gateway's own */
  constructor(owner: AttemptOwner, pool: EndpointPool, client: ConnectionInfo | undefined) {
    this.#owner = owner
    this.pool = pool
    this.#client = client
  }

  get connected(): boolean {
    return this.#stream !== undefined
  }

  /**
   * @param limit starts the clock of this attempt; returns how to stop it
   * @param fresh not on a connection that has idled
   */
  start(head: RequestHead, body: RequestBody, limit?: (then: () => void) => () => void, fresh = false): void {
    this.#head = head
    this.#body = body
    this.#entered = this.pool.enter()
    if (!this.#entered) return queueMicrotask(() => this.onFailure(overload))
    this.#stopClock = limit?.(() => this.#timedOut())
    const connections = this.pool.connections(this.#client)
    this.#connections = connections
    const stream = connections.open(head, this.#endsWithHead(), this, fresh)
    if (stream) return this.#opened(stream)
    this.#waiting = true
    connections.wait(this)
  }

  onConnection(connection: ClientConnection): void {
    this.#waiting = false
    const stream = connection.open(this.#head!, this.#endsWithHead(), this)
    this.#connections!.used(connection)
    this.#opened(stream)
  }

  onFailure(error: StreamError): void {
    this.#waiting = false
    this.onReset(error)
  }

  #endsWithHead(): boolean {
    const body = this.#body!
    return body.ended && body.chunks.length === 0 && body.trailers === null
  }

  #opened(stream: ClientStream): void {
    this.#stream = stream
    const body = this.#body!
    if (!this.#endsWithHead()) {
      for (const chunk of body.chunks) stream.write(chunk)
      if (body.ended) stream.end(body.trailers)
    }
    this.#owner.attemptConnected(this)
  }

  #timedOut(): void {
    if (this.#over) return
    this.#release('timeout')
    this.pool.heard('localFailure')
    this.#owner.attemptFailed(this, { code: 'timeout', message: 'the backend took too long', unprocessed: false })
  }

  stopClock(): void {
    this.#stopClock?.()
    this.#stopClock = undefined
  }

  /** Lets go of it: the connection is given back if it can be, else closed. */
  cancel(): void {
    if (!this.#over) this.#release('cancelled')
  }

  /** The whole request's time is up, and it is this endpoint that lets it wait. */
  tooSlow(): void {
    if (!this.#over) this.pool.heard('localFailure')
  }

  #release(reason: 'cancelled' | 'timeout'): void {
    this.#over = true
    this.#leave()
    this.stopClock()
    if (this.#waiting) this.#connections!.cancel(this)
    else this.#stream?.reset(reason)
  }

  #leave(): void {
    if (this.#entered) this.pool.leave(this.#entered)
    this.#entered = undefined
  }

  write(chunk: Uint8Array): boolean {
    return this.#over || this.#stream!.write(chunk)
  }

  writeLent(chunk: Uint8Array): Loan {
    if (this.#over) return 'done'
    const stream = this.#stream!
    if (stream.writeLent) return stream.writeLent(chunk)
    return stream.write(Buffer.from(chunk)) ? 'done' : 'slow'
  }

  end(trailers: Fields | null): void {
    if (!this.#over) this.#stream!.end(trailers)
  }

  pause(): void {
    if (!this.#over) this.#stream!.pause()
  }

  resume(): void {
    if (!this.#over) this.#stream?.resume()
  }

  onInform(status: number, fields: Fields): void {
    if (!this.#over) this.#owner.attemptInformed(this, status, fields)
  }

  onResponse(head: ResponseHead, end: boolean): void {
    if (this.#over) return
    this.pool.heard(outcomeOf(head.status))
    this.#owner.attemptResponded(this, head, end)
  }

  onData(chunk: Uint8Array): void {
    if (!this.#over) this.#owner.attemptData(this, chunk)
  }

  onLentData(chunk: Uint8Array): Loan {
    if (this.#over) return 'done'
    if (this.#owner.attemptLentData) return this.#owner.attemptLentData(this, chunk)
    this.#owner.attemptData(this, Buffer.from(chunk))
    return 'done'
  }

  onEnd(trailers: Fields | null): void {
    if (this.#over) return
    this.#responseEnded = true
    this.#leave()
    this.stopClock()
    this.#owner.attemptEnded(this, trailers)
  }

  onReset(error: StreamError): void {
    if (this.#over) return
    this.#over = true
    this.#leave()
    this.stopClock()
    // A limit of ours, and a connection that was closed while it was idle, say nothing about the endpoint.
    const isTelling = error.code !== 'overload' && !(error.code === 'peer_closed' && error.unprocessed)
    if (isTelling && !this.#responseEnded) this.pool.heard('localFailure')
    // After the end of its response only the rest of the request is lost, and nobody waits for that.
    if (!this.#responseEnded) this.#owner.attemptFailed(this, error)
  }

  onWritable(): void {
    if (!this.#over) this.#owner.attemptWritable(this)
  }
}

function outcomeOf(status: number): Outcome {
  if (status < 500) return 'good'
  return status >= 502 && status <= 504 ? 'gatewayError' : '5xx'
}
