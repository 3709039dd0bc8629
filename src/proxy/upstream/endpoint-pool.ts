import { type Backend, type Endpoint, endpointKey } from '#ir'
import type { Candidate } from '../balance/balancer.ts'
import type { Slot } from '../shared/slots.ts'
import type { ConnectionInfo } from '../stream.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'
import type { Connect } from './connect.ts'
import { ConnectionPool, type PoolOwner } from './connection-pool.ts'
import type { Outcome } from './outlier-watch.ts'

// After a refused connection an endpoint is left alone for this long, doubling up to the longest, while others are up.
const firstRestMs = 500
const longestRestMs = 10_000
const idleMs = 60_000
/** Of connections that nobody but one client can use, and it may be gone. */
const idleOfOneMs = 10_000

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

/** One endpoint of one backend, as one worker sees it: shared by all routes that lead there. */
export class EndpointPool implements PoolOwner, Candidate {
  readonly endpoint: Endpoint
  readonly key: string
  readonly #backend: Backend
  readonly #connect: Connect
  /** For all requests, or for those that have no client. */
  readonly #pool: ConnectionPool
  /** Present: not every request can go by every connection. */
  readonly #apart: Map<string, ConnectionPool> | undefined
  #failures = 0
  #restUntil = 0
  #draining = false
  #guarded = unguarded
  #startedAt = Date.now()

  constructor(backend: Backend, endpoint: Endpoint, connect: Connect) {
    this.#backend = backend
    this.endpoint = endpoint
    this.key = endpointKey(endpoint)
    this.#connect = connect
    this.#pool = new ConnectionPool(this, '', backend, connect)
    this.#apart = backend.followsClient || backend.proxyProtocol ? new Map() : undefined
  }

  /** The connections that a request of this client may use. */
  connections(client: ConnectionInfo | undefined): ConnectionPool {
    if (this.#apart === undefined || client === undefined) return this.#pool
    return this.#connectionsOf(client, this.#apart)
  }

  #connectionsOf(client: ConnectionInfo, apart: Map<string, ConnectionPool>): ConnectionPool {
    const { followsClient, proxyProtocol } = this.#backend
    const spoken = client.protocol === 'h2' ? 'h2c' : 'http1'
    const protocol = followsClient ? spoken : this.#backend.protocol
    const { remoteAddress, remotePort, localAddress, localPort } = client
    const from = proxyProtocol ? `${remoteAddress} ${remotePort} ${localAddress} ${localPort}` : ''
    const key = `${protocol} ${from}`
    let pool = apart.get(key)
    if (!pool) {
      const backend = { ...this.#backend, protocol }
      pool = new ConnectionPool(this, key, backend, this.#connect, proxyProtocol && client)
      if (this.#draining) pool.drain()
      apart.set(key, pool)
    }
    return pool
  }

  emptied(pool: string): void {
    this.#apart?.delete(pool)
  }

  /** How many have connections of their own now. */
  get clients(): number {
    return this.#apart?.size ?? 0
  }

  /** Streams in flight. */
  get active(): number {
    return this.#sum('active')
  }

  /** Open connections and those to be. */
  get size(): number {
    return this.#sum('size')
  }

  #sum(what: 'active' | 'size'): number {
    let sum = this.#pool[what]
    if (this.#apart) for (const pool of this.#apart.values()) sum += pool[what]
    return sum
  }

  guard(guarded: Guarded): void {
    this.#guarded = guarded
  }

  get guarded(): Guarded {
    return this.#guarded
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

  /** Closes connections that nobody has used for a while. */
  sweep(now: number): void {
    const { idleTimeoutMs, proxyProtocol } = this.#backend
    this.#pool.sweep(now, idleTimeoutMs ?? idleMs)
    for (const pool of this.#apart?.values() ?? [])
      pool.sweep(now, idleTimeoutMs ?? (proxyProtocol ? idleOfOneMs : idleMs))
  }

  /** The endpoint is gone from the configuration: what is in flight ends in peace. */
  drain(): void {
    this.#draining = true
    this.#pool.drain()
    for (const pool of this.#apart?.values() ?? []) pool.drain()
  }

  destroy(): void {
    this.#draining = true
    this.#pool.destroy()
    for (const pool of this.#apart?.values() ?? []) pool.destroy()
  }
}
