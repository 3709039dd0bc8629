import { isDeepStrictEqual } from 'node:util'
import { type Backend, type Endpoint, endpointKey, type Place } from '#ir'
import type { Asker } from '../balance/balancer.ts'
import { Tier } from '../balance/tier.ts'
import { compileZones, type ZoneChoice } from '../balance/zone-choice.ts'
import { SharedSlots, type Slot, slotName } from '../shared/slots.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import type { Connect } from './connect.ts'
import { EndpointPool } from './endpoint-pool.ts'
import { HealthChecker } from './health-checker.ts'
import { type Outcome, OutlierWatch } from './outlier-watch.ts'
import { RetryBudget } from './retry-budget.ts'

export interface BackendPoolOptions {
  readonly connect: Connect
  /** 0 ≤ x < 1. */
  readonly random: () => number
  readonly place?: Place | undefined
  readonly slots?: SharedSlots | undefined
}

/** What requests wait for: nothing, or an endpoint that is as good as the others. */
type Demand = 'fresh' | 'healthy' | 'any'

/** A backend's endpoints and their connections, in one worker; what counts over all workers is in shared slots. */
export class BackendPool {
  #backend: Backend
  readonly #options: BackendPoolOptions
  readonly #slots: SharedSlots
  #slot: Slot
  #endpoints: EndpointPool[] = []
  /** Of the endpoints that are counted. */
  #endpointSlots: readonly Slot[] = []
  #all: Tier<EndpointPool>
  /** A tier for each zone that has been chosen, by its endpoints' indexes. */
  #tiers = new Map<readonly number[], Tier<EndpointPool>>()
  #zones: ZoneChoice | undefined
  #retryBudget: RetryBudget | undefined
  #breaker: CircuitBreaker | undefined
  #outlier: OutlierWatch | undefined
  #checker: HealthChecker | undefined
  #listed: readonly Endpoint[] = []
  /** Ejected or unhealthy, as of `#epoch`. */
  readonly #sick = new Set<EndpointPool>()
  #epoch = 0
  #isPanic = false

  constructor(backend: Backend, options: BackendPoolOptions) {
    this.#backend = backend
    this.#options = options
    this.#slots = options.slots ?? SharedSlots.alone()
    this.#slot = this.#slots.of(slotName.backend(backend.key))
    this.#all = new Tier<EndpointPool>([], backend.balance, options.random)
    this.#guard()
  }

  get backend(): Backend {
    return this.#backend
  }

  /** Undefined: rules alone say how often is tried again. */
  get retryBudget(): RetryBudget | undefined {
    return this.#retryBudget
  }

  /** Undefined: nothing is limited. */
  get breaker(): CircuitBreaker | undefined {
    return this.#breaker
  }

  get endpoints(): readonly EndpointPool[] {
    return this.#endpoints
  }

  /** The choice of an endpoint depends on the request. */
  get asks(): boolean {
    const { balance } = this.#backend
    return balance?.by.kind === 'consistentHash' || balance?.overrideFields !== undefined
  }

  /** Connections stay unless its endpoints are reached in another way from now on. */
  update(backend: Backend): void {
    const sameWay = isDeepStrictEqual(wayOf(backend), wayOf(this.#backend))
    this.#backend = backend
    this.#guard()
    if (!sameWay) {
      for (const pool of this.#endpoints) pool.drain()
      this.#endpoints = []
    }
    for (const pool of this.#endpoints) this.#introduce(pool)
    this.setEndpoints(this.#listed)
  }

  #guard(): void {
    const { retryBudget, breaker, outlier, health } = this.#backend
    // A policy that comes later gives a slot to what had none, and one that comes back gives another.
    this.#slot = this.#slots.of(slotName.backend(this.#backend.key))
    this.#retryBudget = retryBudget && new RetryBudget(retryBudget)
    this.#breaker = breaker && new CircuitBreaker(breaker, this.#slot)
    this.#outlier = outlier && new OutlierWatch(outlier, this.#slots, this.#slot)
    this.#checker?.[Symbol.dispose]()
    this.#checker = health && new HealthChecker(health, this.#backend, this.#slots, this.#slot, this.#options)
  }

  /** Endpoints that stay keep their connections; those that go finish what they have. */
  setEndpoints(endpoints: readonly Endpoint[]): void {
    const { balance } = this.#backend
    const { random, place = {} } = this.#options
    this.#listed = endpoints
    const known = new Map(this.#endpoints.map((pool) => [pool.key, pool]))
    this.#endpoints = endpoints.map((endpoint) => {
      const pool = known.get(endpointKey(endpoint)) ?? this.#introduce(this.#open(endpoint))
      known.delete(pool.key)
      return pool
    })
    for (const gone of known.values()) gone.drain()
    this.#zones = compileZones(endpoints, balance?.zone, place)
    this.#tiers = new Map()
    this.#all = new Tier(this.#endpoints, balance, random)
    this.#endpointSlots = this.#endpoints.flatMap(({ slot }) => slot ?? [])
    this.#checker?.watch(this.#endpoints)
    this.#examine()
  }

  #open(endpoint: Endpoint): EndpointPool {
    return new EndpointPool(this.#backend, endpoint, this.#options.connect)
  }

  /** Tells an endpoint what counts for it. */
  #introduce(pool: EndpointPool): EndpointPool {
    const { balance, breaker, outlier, health } = this.#backend
    const isCounted = balance?.by.kind === 'leastRequest' || breaker || outlier || health
    const slot = isCounted && this.#slots.of(slotName.endpoint(this.#backend.key, pool.key))
    pool.guard({
      slot: slot || undefined,
      breaker: this.#breaker,
      slowStartMs: balance?.slowStartMs,
      heard: this.#outlier && ((outcome) => this.#heard(pool, outcome)),
    })
    return pool
  }

  #heard(pool: EndpointPool, outcome: Outcome): void {
    if (pool.slot) this.#outlier?.heard(pool.slot, outcome, this.#endpointSlots, Date.now())
  }

  /**
   * By the backend's balancer, near endpoints first; those that refused connections lately come only when nobody else is
   * left, sick ones only in a panic.
   * @param tried endpoints that this request has failed on
   * @param asker what the choice may depend on; see `asks`
   * @returns undefined: there is none, or all are sick
   */
  pick(tried?: ReadonlySet<EndpointPool>, asker?: Asker): EndpointPool | undefined {
    const isGuarded = this.#outlier !== undefined || this.#checker !== undefined
    if (this.#endpoints.length <= 1 && !isGuarded) return this.#endpoints[0]
    if (isGuarded && this.#slot.get('epoch') !== this.#epoch) this.#examine()
    const now = Date.now()
    const named = asker && this.#named(asker, tried)
    if (named) return named
    const zone = this.#zones?.(this.#options.random)
    const near = zone && this.#tierOf(zone)
    return (
      near?.pick(asker, (pool) => this.#serves(pool, tried, 'fresh', now)) ??
      this.#all.pick(asker, (pool) => this.#serves(pool, tried, 'fresh', now)) ??
      near?.pick(asker, (pool) => this.#serves(pool, tried, 'healthy', now)) ??
      this.#all.pick(asker, (pool) => this.#serves(pool, tried, 'healthy', now)) ??
      this.#all.pick(asker, (pool) => this.#serves(pool, undefined, 'healthy', now))
    )
  }

  #serves(pool: EndpointPool, tried: ReadonlySet<EndpointPool> | undefined, demand: Demand, now: number): boolean {
    if (tried?.has(pool)) return false
    if (!this.#isPanic && this.#sick.size > 0 && this.#sick.has(pool)) return false
    return demand !== 'fresh' || !pool.resting(now)
  }

  #tierOf(zone: readonly number[]): Tier<EndpointPool> {
    let tier = this.#tiers.get(zone)
    if (!tier) {
      const endpoints = zone.map((index) => this.#endpoints[index]!)
      tier = new Tier(endpoints, this.#backend.balance, this.#options.random)
      this.#tiers.set(zone, tier)
    }
    return tier
  }

  /** The endpoint that the request names in one of the fields that may. */
  #named(asker: Asker, tried: ReadonlySet<EndpointPool> | undefined): EndpointPool | undefined {
    for (const field of this.#backend.balance?.overrideFields ?? []) {
      for (const key of asker.header(field)?.split(',') ?? []) {
        const pool = this.#endpoints.find((endpoint) => endpoint.key === key.trim())
        if (pool && this.#serves(pool, tried, 'fresh', Date.now())) return pool
      }
    }
    return undefined
  }

  /** Reads from the slots who is sick. */
  #examine(): void {
    this.#epoch = this.#slot.get('epoch')
    const before = new Set(this.#sick)
    this.#sick.clear()
    for (const pool of this.#endpoints) {
      if (this.#isSick(pool)) this.#sick.add(pool)
      else if (before.has(pool)) pool.startSlowly(Date.now())
    }
    const healthy = this.#endpoints.length - this.#sick.size
    this.#isPanic = healthy * 100 < this.#endpoints.length * (this.#backend.panicPercent ?? 50)
  }

  /** What a policy has left in the slot counts only as long as there is the policy. */
  #isSick({ slot }: EndpointPool): boolean {
    if (!slot) return false
    const isEjected = this.#outlier !== undefined && slot.get('ejectedUntil') > 0
    return isEjected || (this.#checker !== undefined && slot.get('unhealthy') > 0)
  }

  sweep(now: number): void {
    for (const pool of this.#endpoints) pool.sweep(now)
    this.#outlier?.sweep(this.#endpointSlots, now)
  }

  drain(): void {
    this.#checker?.[Symbol.dispose]()
    for (const pool of this.#endpoints) pool.drain()
  }

  destroy(): void {
    this.#checker?.[Symbol.dispose]()
    for (const pool of this.#endpoints) pool.destroy()
  }
}

/** What connections are made by; the rest may change while they are open. */
function wayOf({ key, origin, port, ...way }: Backend): Partial<Backend> {
  const { balance, breaker, outlier, health, panicPercent, retryBudget, preconnect, lookup, ...rest } = way
  return rest
}
