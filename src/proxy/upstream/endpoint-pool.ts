import { type Backend, type Endpoint, endpointKey } from '#ir'
import type { RequestHead } from '../message.ts'
import type {
  ClientConnection,
  ClientConnectionEvents,
  ClientStream,
  ClientStreamHandler,
  StreamError,
} from '../stream.ts'
import type { Connect } from './connect.ts'

/** Waits for a connection. Exactly one of the two is called, never before `open` has returned. */
export interface Waiter {
  onConnection(connection: ClientConnection): void
  onFailure(error: StreamError): void
}

// After a refused connection an endpoint is left alone for this long, doubling up to the longest, while others are up.
const firstRestMs = 500
const longestRestMs = 10_000
const idleMs = 60_000

/** The connections of one worker to one endpoint of one backend, shared by all routes that lead there. */
export class EndpointPool implements ClientConnectionEvents {
  readonly endpoint: Endpoint
  readonly key: string
  readonly #backend: Backend
  readonly #connect: Connect
  /** Connections with room for a stream; the last used is taken first, so that spare ones grow old and close. */
  readonly #free: ClientConnection[] = []
  /** Every open connection, and when it last became idle (epoch, ms). */
  readonly #all = new Map<ClientConnection, number>()
  readonly #waiting: Waiter[] = []
  #connecting = 0
  #failures = 0
  #restUntil = 0
  #draining = false

  constructor(backend: Backend, endpoint: Endpoint, connect: Connect) {
    this.#backend = backend
    this.endpoint = endpoint
    this.key = endpointKey(endpoint)
    this.#connect = connect
  }

  /** Streams in flight. */
  get active(): number {
    let active = 0
    for (const connection of this.#all.keys()) active += connection.active
    return active
  }

  /** Its last connection attempts failed: others go first. */
  resting(now: number): boolean {
    return this.#restUntil > now
  }

  /** Opens a stream on a connection at hand; undefined when there is none: `wait` for one. */
  open(head: RequestHead, end: boolean, handler: ClientStreamHandler): ClientStream | undefined {
    const free = this.#free
    while (free.length > 0) {
      const connection = free[free.length - 1]!
      if (connection.capacity === 0) {
        free.pop()
        continue
      }
      const stream = connection.open(head, end, handler)
      if (connection.capacity === 0 && free[free.length - 1] === connection) free.pop()
      return stream
    }
    return undefined
  }

  wait(waiter: Waiter): void {
    this.#waiting.push(waiter)
    // Multiplexed connections serve many waiters: one attempt under way is enough for them.
    const multiplexed = this.#backend.protocol === 'h2c'
    if (this.#connecting < (multiplexed ? 1 : this.#waiting.length)) this.#dial()
  }

  cancel(waiter: Waiter): void {
    const at = this.#waiting.indexOf(waiter)
    if (at >= 0) this.#waiting.splice(at, 1)
  }

  #dial(): void {
    this.#connecting++
    this.#connect(this.#backend, this.endpoint, this, (result) => {
      this.#connecting--
      if ('code' in result) return this.#failed(result)
      this.answered()
      this.#all.set(result, Date.now())
      this.onCapacity(result)
      if (this.#draining && this.#waiting.length === 0) result.drain()
    })
  }

  /** It took a connection: it is as good as the others again. */
  answered(): void {
    this.#failures = 0
    this.#restUntil = 0
  }

  /** It took none: others go first for a while. */
  refused(): void {
    this.#failures++
    this.#restUntil = Date.now() + Math.min(firstRestMs * 2 ** (this.#failures - 1), longestRestMs)
  }

  #failed(error: StreamError): void {
    this.refused()
    // One refusal speaks for all who wait for a multiplexed connection, and for one of those who wait for their own.
    const concerned = this.#backend.protocol === 'h2c' ? this.#waiting.splice(0) : this.#waiting.splice(0, 1)
    for (const waiter of concerned) waiter.onFailure(error)
  }

  onCapacity(connection: ClientConnection): void {
    while (connection.capacity > 0) {
      const waiter = this.#waiting.shift()
      if (!waiter) break
      waiter.onConnection(connection)
    }
    if (connection.capacity === 0) return
    // An HTTP/1.1 connection that has room again can't be in the list: it left it with its request.
    if (this.#backend.protocol !== 'h2c' || !this.#free.includes(connection)) this.#free.push(connection)
    if (connection.active === 0) {
      if (this.#draining) connection.drain()
      else this.#all.set(connection, Date.now())
    }
  }

  onClose(connection: ClientConnection): void {
    this.#all.delete(connection)
    const at = this.#free.indexOf(connection)
    if (at >= 0) this.#free.splice(at, 1)
    if (this.#waiting.length > this.#connecting) this.#dial()
  }

  /** Closes connections that nobody has used for a while. */
  sweep(now: number): void {
    for (const connection of [...this.#free]) {
      if (connection.active === 0 && now - (this.#all.get(connection) ?? now) > idleMs) connection.drain()
    }
  }

  /** The endpoint is gone from the configuration: what is in flight ends in peace. */
  drain(): void {
    this.#draining = true
    for (const connection of [...this.#all.keys()]) connection.drain()
  }

  destroy(): void {
    this.#draining = true
    for (const connection of [...this.#all.keys()]) connection.destroy()
  }
}
