import type { Backend, Endpoint } from '#ir'
import type { RequestHead } from '../message.ts'
import type {
  ClientConnection,
  ClientConnectionEvents,
  ClientStream,
  ClientStreamHandler,
  StreamError,
} from '../stream.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'
import type { Connect } from './connect.ts'
import type { Guarded } from './endpoint-pool.ts'
import type { ClientPlace } from './proxy-header.ts'

/** Waits for a connection. Exactly one of the two is called, never before `open` has returned. */
export interface Waiter {
  onConnection(connection: ClientConnection): void
  onFailure(error: StreamError): void
}

/** The endpoint that the connections lead to. */
export interface PoolOwner {
  readonly endpoint: Endpoint
  readonly guarded: Guarded
  /** Open connections and those to be, of all its pools. */
  readonly size: number
  /** It took a connection. */
  answered(): void
  /** It took none. */
  refused(): void
  /** Nothing is open and nobody waits. */
  emptied(pool: string): void
}

export const overload: StreamError = {
  code: 'overload',
  message: 'a limit of the backend is reached',
  unprocessed: true,
}

/** Connections of one worker to one endpoint that any of its requests may use. */
export class ConnectionPool implements ClientConnectionEvents {
  readonly #owner: PoolOwner
  readonly #name: string
  readonly #backend: Backend
  readonly #connect: Connect
  /** The only client whose requests it carries. */
  readonly #from: ClientPlace | undefined
  /** Connections with room for a stream; the last used is taken first, so that spare ones grow old and close. */
  readonly #free: ClientConnection[] = []
  /** Every open connection. */
  readonly #all = new Map<ClientConnection, Age>()
  readonly #waiting: Waiter[] = []
  #connecting = 0
  #draining = false
  /** What gives back the place of a waiter or a connection that was counted. */
  readonly #pending = new Map<Waiter, CircuitBreaker>()
  readonly #counted = new Map<ClientConnection, () => void>()
  /** Requests that each open connection has carried, where that is limited. */
  readonly #carried = new WeakMap<ClientConnection, number>()

  /**
   * @param name what its owner calls it
   * @param backend with the protocol that is spoken here
   */
  constructor(owner: PoolOwner, name: string, backend: Backend, connect: Connect, from?: ClientPlace) {
    this.#owner = owner
    this.#name = name
    this.#backend = backend
    this.#connect = connect
    this.#from = from
  }

  /** Streams in flight. */
  get active(): number {
    let active = 0
    for (const connection of this.#all.keys()) active += connection.active
    return active
  }

  /** Open connections and those to be. */
  get size(): number {
    return this.#all.size + this.#connecting
  }

  /**
   * Opens a stream on a connection at hand; undefined when there is none: `wait` for one.
   * @param fresh the last one at hand was dead, and those that idle beside it may be: better a new one, where none is counted
   */
  open(head: RequestHead, end: boolean, handler: ClientStreamHandler, fresh: boolean): ClientStream | undefined {
    if (fresh && this.#backend.protocol === 'http1' && !this.#owner.guarded.breaker) return undefined
    const free = this.#free
    while (free.length > 0) {
      const connection = free[free.length - 1]!
      if (connection.capacity === 0) {
        free.pop()
        // It may be open still: its time is over.
        if (connection.active === 0) connection.drain()
        continue
      }
      const stream = connection.open(head, end, handler)
      this.used(connection)
      if (connection.capacity === 0 && free[free.length - 1] === connection) free.pop()
      return stream
    }
    return undefined
  }

  /** The connection was given a request. */
  used(connection: ClientConnection): void {
    const most = this.#owner.guarded.breaker?.limits.maxRequestsPerConnection
    if (most === undefined) return
    const carried = (this.#carried.get(connection) ?? 0) + 1
    this.#carried.set(connection, carried)
    if (carried >= most) connection.drain()
  }

  wait(waiter: Waiter): void {
    const { breaker } = this.#owner.guarded
    if (breaker) {
      if (!breaker.takePending()) {
        this.#tellEmpty()
        return queueMicrotask(() => waiter.onFailure(overload))
      }
      this.#pending.set(waiter, breaker)
    }
    this.#waiting.push(waiter)
    // Multiplexed connections serve many waiters: one attempt under way is enough for them.
    const multiplexed = this.#backend.protocol === 'h2c'
    if (this.#connecting < (multiplexed ? 1 : this.#waiting.length)) this.#dial()
  }

  cancel(waiter: Waiter): void {
    const at = this.#waiting.indexOf(waiter)
    if (at >= 0) this.#waiting.splice(at, 1)
    this.#waited(waiter)
  }

  #waited(waiter: Waiter): void {
    this.#pending.get(waiter)?.give('pending')
    this.#pending.delete(waiter)
  }

  #dial(): void {
    const { breaker, slot } = this.#owner.guarded
    if (breaker && slot && !breaker.takeConnection(slot, this.#owner.size === 0)) {
      // Who waits gets one of those that are open, if there are any that it may use.
      if (this.size === 0) queueMicrotask(() => this.#failAll(overload))
      return
    }
    const giveBack = () => slot && breaker?.giveConnection(slot)
    this.#connecting++
    const done = (result: ClientConnection | StreamError) => {
      this.#connecting--
      if ('code' in result) {
        giveBack()
        return this.#failed(result)
      }
      if (breaker) this.#counted.set(result, giveBack)
      this.#owner.answered()
      const now = Date.now()
      this.#all.set(result, { openedAt: now, idleSince: now })
      this.onCapacity(result)
      if (this.#draining && this.#waiting.length === 0) result.drain()
    }
    this.#connect(this.#backend, this.#owner.endpoint, this, done, this.#from)
  }

  #failed(error: StreamError): void {
    this.#owner.refused()
    // One refusal speaks for all who wait for a multiplexed connection, and for one of those who wait for their own; for all of
    // them where a limit of connections lets nobody else dial.
    if (this.size === 0 || this.#backend.protocol === 'h2c') return this.#failAll(error)
    this.#fail(this.#waiting.splice(0, 1), error)
  }

  #failAll(error: StreamError): void {
    this.#fail(this.#waiting.splice(0), error)
    this.#tellEmpty()
  }

  #tellEmpty(): void {
    if (this.size === 0 && this.#waiting.length === 0) this.#owner.emptied(this.#name)
  }

  #fail(waiters: readonly Waiter[], error: StreamError): void {
    for (const waiter of waiters) {
      this.#waited(waiter)
      waiter.onFailure(error)
    }
  }

  onCapacity(connection: ClientConnection): void {
    while (connection.capacity > 0) {
      const waiter = this.#waiting.shift()
      if (!waiter) break
      this.#waited(waiter)
      waiter.onConnection(connection)
    }
    if (connection.capacity === 0) return
    // An HTTP/1.1 connection that has room again can't be in the list: it left it with its request.
    if (this.#backend.protocol !== 'h2c' || !this.#free.includes(connection)) this.#free.push(connection)
    if (connection.active === 0) {
      if (this.#draining) connection.drain()
      else this.#rests(connection)
    }
  }

  #rests(connection: ClientConnection): void {
    const age = this.#all.get(connection)
    if (age) age.idleSince = Date.now()
  }

  onClose(connection: ClientConnection): void {
    this.#all.delete(connection)
    this.#counted.get(connection)?.()
    this.#counted.delete(connection)
    const at = this.#free.indexOf(connection)
    if (at >= 0) this.#free.splice(at, 1)
    if (this.#waiting.length > this.#connecting) this.#dial()
    else this.#tellEmpty()
  }

  /** Closes connections that nobody has used for a while, and lets the old ones end. */
  sweep(now: number, idleMs: number): void {
    const { maxConnectionMs = 0 } = this.#backend
    for (const connection of idleMs > 0 ? [...this.#free] : []) {
      const { idleSince } = this.#all.get(connection) ?? { idleSince: now }
      if (connection.active === 0 && now - idleSince > idleMs) connection.drain()
    }
    if (maxConnectionMs === 0) return
    for (const [connection, { openedAt }] of [...this.#all]) {
      if (now - openedAt > maxConnectionMs) connection.drain()
    }
  }

  /** What is in flight ends in peace. */
  drain(): void {
    this.#draining = true
    for (const connection of [...this.#all.keys()]) connection.drain()
  }

  destroy(): void {
    this.#draining = true
    for (const connection of [...this.#all.keys()]) connection.destroy()
  }
}

/** Epoch, ms. */
interface Age {
  readonly openedAt: number
  idleSince: number
}
