import { type Backend, type Endpoint, endpointKey } from '#ir'
import type { Candidate } from '../balance/balancer.ts'
import type { RequestHead } from '../message.ts'
import type { Slot } from '../shared/slots.ts'
import type {
  ClientConnection,
  ClientConnectionEvents,
  ClientStream,
  ClientStreamHandler,
  StreamError,
} from '../stream.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'
import type { Connect } from './connect.ts'
import type { Outcome } from './outlier-watch.ts'

/** Waits for a connection. Exactly one of the two is called, never before `open` has returned. */
export interface Waiter {
  onConnection(connection: ClientConnection): void
  onFailure(error: StreamError): void
}

// After a refused connection an endpoint is left alone for this long, doubling up to the longest, while others are up.
const firstRestMs = 500
const longestRestMs = 10_000
const idleMs = 60_000

/** What the policies of the backend make of an endpoint. All of it is undefined where nothing is asked. */
export interface Guarded {
  /** What is counted over all workers. */
  readonly slot: Slot | undefined
  readonly breaker: CircuitBreaker | undefined
  readonly slowStartMs: number | undefined
  readonly heard: ((outcome: Outcome) => void) | undefined
}

const unguarded: Guarded = { slot: undefined, breaker: undefined, slowStartMs: undefined, heard: undefined }
const leastShare = 0.1
const overload: StreamError = { code: 'overload', message: 'a limit of the backend is reached', unprocessed: true }

/** The connections of one worker to one endpoint of one backend, shared by all routes that lead there. */
export class EndpointPool implements ClientConnectionEvents, Candidate {
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
  #guarded = unguarded
  /** What gives back the place of a waiter or a connection that was counted. */
  readonly #pending = new Map<Waiter, CircuitBreaker>()
  readonly #counted = new Map<ClientConnection, () => void>()
  #startedAt = Date.now()
  /** Requests that each open connection has carried, where that is limited. */
  readonly #carried = new WeakMap<ClientConnection, number>()

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

  guard(guarded: Guarded): void {
    this.#guarded = guarded
  }

  get slot(): Slot | undefined {
    return this.#guarded.slot
  }

  get breaker(): CircuitBreaker | undefined {
    return this.#guarded.breaker
  }

  get load(): number {
    return this.#guarded.slot?.get('requests') ?? this.active
  }

  share(now: number): number {
    const { slowStartMs } = this.#guarded
    return slowStartMs ? Math.min(Math.max((now - this.#startedAt) / slowStartMs, leastShare), 1) : 1
  }

  /** It is new, or well again. */
  startSlowly(now: number): void {
    this.#startedAt = now
  }

  /** An attempt begins. @returns what to `leave` with; undefined: the backend's limit is reached */
  enter(): Guarded | undefined {
    const guarded = this.#guarded
    if (guarded === unguarded) return guarded
    if (guarded.breaker && !guarded.breaker.takeRequest()) return undefined
    guarded.slot?.add('requests', 1)
    return guarded
  }

  /** The attempt is over. The policies may have changed since it began. */
  leave({ slot, breaker }: Guarded): void {
    breaker?.give('requests')
    slot?.add('requests', -1)
  }

  /** A connection that is carried whole takes its place. @returns gives it back; undefined: a limit is reached */
  hold(): (() => void) | undefined {
    const { slot, breaker } = this.#guarded
    if (breaker && slot && !breaker.takeConnection(slot, false)) return undefined
    slot?.add('requests', 1)
    return () => {
      slot?.add('requests', -1)
      if (slot) breaker?.giveConnection(slot)
    }
  }

  /** How an attempt has gone. */
  heard(outcome: Outcome): void {
    this.#guarded.heard?.(outcome)
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
      this.used(connection)
      if (connection.capacity === 0 && free[free.length - 1] === connection) free.pop()
      return stream
    }
    return undefined
  }

  /** The connection was given a request. */
  used(connection: ClientConnection): void {
    const most = this.#guarded.breaker?.limits.maxRequestsPerConnection
    if (most === undefined) return
    const carried = (this.#carried.get(connection) ?? 0) + 1
    this.#carried.set(connection, carried)
    if (carried >= most) connection.drain()
  }

  wait(waiter: Waiter): void {
    const { breaker } = this.#guarded
    if (breaker) {
      if (!breaker.takePending()) return queueMicrotask(() => waiter.onFailure(overload))
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
    const { breaker, slot } = this.#guarded
    const isFirst = this.#all.size + this.#connecting === 0
    // Who waits gets one of those that are open.
    if (breaker && slot && !breaker.takeConnection(slot, isFirst)) return
    const giveBack = () => slot && breaker?.giveConnection(slot)
    this.#connecting++
    this.#connect(this.#backend, this.endpoint, this, (result) => {
      this.#connecting--
      if ('code' in result) {
        giveBack()
        return this.#failed(result)
      }
      if (breaker) this.#counted.set(result, giveBack)
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
    // One refusal speaks for all who wait for a multiplexed connection, and for one of those who wait for their own; for all of
    // them where a limit of connections lets nobody else dial.
    const isLast = this.#all.size + this.#connecting === 0
    const concerned = this.#waiting.splice(0, isLast || this.#backend.protocol === 'h2c' ? this.#waiting.length : 1)
    for (const waiter of concerned) {
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
      else this.#all.set(connection, Date.now())
    }
  }

  onClose(connection: ClientConnection): void {
    this.#all.delete(connection)
    this.#counted.get(connection)?.()
    this.#counted.delete(connection)
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
