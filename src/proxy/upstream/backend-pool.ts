import { type Backend, type Endpoint, endpointKey } from '#ir'
import type { Connect } from './connect.ts'
import { EndpointPool } from './endpoint-pool.ts'
import { RetryBudget } from './retry-budget.ts'

/** A backend's endpoints and their connections, in one worker. */
export class BackendPool {
  #backend: Backend
  readonly #connect: Connect
  #endpoints: EndpointPool[] = []
  #next: number
  #retryBudget: RetryBudget | undefined

  constructor(backend: Backend, connect: Connect, random: () => number) {
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
    const endpoints = this.#endpoints.map((pool) => pool.endpoint)
    this.drain()
    this.#endpoints = []
    this.setEndpoints(endpoints)
  }

  /** Endpoints that stay keep their connections; those that go finish what they have. */
  setEndpoints(endpoints: readonly Endpoint[]): void {
    const known = new Map(this.#endpoints.map((pool) => [pool.key, pool]))
    this.#endpoints = endpoints.map((endpoint) => {
      const key = endpointKey(endpoint)
      const pool = known.get(key)
      known.delete(key)
      return pool ?? new EndpointPool(this.#backend, endpoint, this.#connect)
    })
    for (const gone of known.values()) gone.drain()
  }

  /**
   * Round robin over the endpoints; those that refused connections lately come only when nobody else is left.
   * @param tried endpoints that this request has failed on
   */
  pick(tried?: ReadonlySet<EndpointPool>): EndpointPool | undefined {
    const endpoints = this.#endpoints
    const count = endpoints.length
    if (count === 0) return undefined
    if (count === 1) return endpoints[0]
    let spare: EndpointPool | undefined
    const now = Date.now()
    for (let i = 0; i < count; i++) {
      const pool = endpoints[this.#next++ % count]!
      if (tried?.has(pool)) continue
      if (!pool.resting(now)) return pool
      spare ??= pool
    }
    return spare ?? endpoints[this.#next++ % count]
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
