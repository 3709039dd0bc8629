import { type Backend, type Endpoint, endpointKey, type Place, preferNear } from '#ir'
import type { Connect } from './connect.ts'
import { EndpointPool } from './endpoint-pool.ts'
import { RetryBudget } from './retry-budget.ts'

/** A backend's endpoints and their connections, in one worker. */
export class BackendPool {
  #backend: Backend
  readonly #connect: Connect
  readonly #place: Place
  #endpoints: EndpointPool[] = []
  /** Those of `#endpoints` that requests go to first. */
  #near: EndpointPool[] = []
  #next: number
  #retryBudget: RetryBudget | undefined
  #listed: readonly Endpoint[] = []

  constructor(backend: Backend, connect: Connect, random: () => number, place: Place = {}) {
    this.#place = place
    this.#backend = backend
    this.#connect = connect
    this.#retryBudget = backend.retryBudget && new RetryBudget(backend.retryBudget)
    // Workers that start together must not all begin with the same endpoint.
    this.#next = Math.floor(random() * 1024)
  }

  get backend(): Backend {
    return this.#backend
  }

  /** Undefined: rules alone say how often is tried again. */
  get retryBudget(): RetryBudget | undefined {
    return this.#retryBudget
  }

  get endpoints(): readonly EndpointPool[] {
    return this.#endpoints
  }

  /** Its endpoints are reached in another way from now on: new connections for all of them. */
  update(backend: Backend): void {
    this.#backend = backend
    this.#retryBudget = backend.retryBudget && new RetryBudget(backend.retryBudget)
    this.drain()
    this.#endpoints = []
    this.setEndpoints(this.#listed)
  }

  /** Endpoints that stay keep their connections; those that go finish what they have. */
  setEndpoints(endpoints: readonly Endpoint[]): void {
    this.#listed = endpoints
    const known = new Map(this.#endpoints.map((pool) => [pool.key, pool]))
    const near = new Set(preferNear(endpoints, this.#place))
    this.#near = []
    this.#endpoints = endpoints.map((endpoint) => {
      const key = endpointKey(endpoint)
      const pool = known.get(key) ?? new EndpointPool(this.#backend, endpoint, this.#connect)
      known.delete(key)
      if (near.has(endpoint)) this.#near.push(pool)
      return pool
    })
    for (const gone of known.values()) gone.drain()
  }

  /**
   * Round robin over the endpoints near to us, then over the others; those that refused connections lately come only when
   * nobody else is left.
   * @param tried endpoints that this request has failed on
   */
  pick(tried?: ReadonlySet<EndpointPool>): EndpointPool | undefined {
    const endpoints = this.#endpoints
    if (endpoints.length <= 1) return endpoints[0]
    const now = Date.now()
    const near = this.#pickFrom(this.#near, tried, now)
    if (near && !near.resting(now)) return near
    const spare = this.#near.length < endpoints.length ? this.#pickFrom(endpoints, tried, now) : near
    return spare ?? near ?? endpoints[this.#next++ % endpoints.length]
  }

  /** One that rests only if all do; undefined when each was tried. */
  #pickFrom(pools: readonly EndpointPool[], tried: ReadonlySet<EndpointPool> | undefined, now: number) {
    let spare: EndpointPool | undefined
    for (let i = 0; i < pools.length; i++) {
      const pool = pools[this.#next++ % pools.length]!
      if (tried?.has(pool)) continue
      if (!pool.resting(now)) return pool
      spare ??= pool
    }
    return spare
  }

  sweep(now: number): void {
    for (const pool of this.#endpoints) pool.sweep(now)
  }

  drain(): void {
    for (const pool of this.#endpoints) pool.drain()
  }

  destroy(): void {
    for (const pool of this.#endpoints) pool.destroy()
  }
}
