import type { Retry } from '#ir'
import { backoffOf, judgeFailure } from './retry-rules.ts'
import type { StreamError } from './stream.ts'
import type { BackendPool } from './upstream/backend-pool.ts'
import type { CircuitBreaker } from './upstream/circuit-breaker.ts'
import type { EndpointPool } from './upstream/endpoint-pool.ts'

// Endpoints that can't be connected to are passed over; more than this many would only delay the error.
const maxPassedOver = 4

/** What may follow attempts of a request that came to nothing. Made when the first one does: most requests have none. */
export class Retries {
  /** Endpoints that are not asked now. */
  passedOver: Set<EndpointPool> | undefined
  /** A connection that had idled was dead: the next attempt wants a new one. */
  metStale = false
  readonly #pool: BackendPool
  readonly #rule: Retry | undefined
  #unseen = 0
  #repeats = 0
  /** Where this retry is counted. */
  #taken: CircuitBreaker | undefined

  /** @param rule of the route; undefined: it wants no retries */
  constructor(pool: BackendPool, rule: Retry | undefined) {
    this.#pool = pool
    this.#rule = rule
  }

  /**
   * Refused and stale connections are mended unseen; everything else only as the rule allows.
   * @param repeatable the request's method allows it
   * @returns 'unseen': try again at once; 'repeat': by `begin`; undefined: that was it
   */
  afterFailure(endpoint: EndpointPool, error: StreamError, repeatable: boolean): 'unseen' | 'repeat' | undefined {
    const { refused, untouched, counted } = judgeFailure(error, repeatable)
    if (refused) {
      this.passedOver ??= new Set()
      this.passedOver.add(endpoint)
    }
    const free = untouched && (!refused || this.#pool.endpoints.some((other) => !this.passedOver!.has(other)))
    if (free && this.#unseen < maxPassedOver) {
      this.#unseen++
      this.metStale ||= !refused
      if (this.#rule && counted) this.#repeats++
      return 'unseen'
    }
    const allowed = untouched || (repeatable && this.#rule?.resets !== false)
    return allowed && this.mayRepeat() ? 'repeat' : undefined
  }

  /**
   * Takes a place among the retries of the backend. False: no attempt is left, or so many requests are retries already that
   * this one's first fate counts.
   */
  mayRepeat(): boolean {
    if (!this.#rule || this.#repeats >= this.#rule.attempts) return false
    this.give()
    const { breaker } = this.#pool
    if (breaker && !breaker.takeRetry()) return false
    this.#taken = breaker
    return true
  }

  /**
   * The rule's next attempt begins.
   * @param failed it goes to another endpoint than this, if there is one; @param random 0 ≤ x < 1
   * @returns how many ms to wait; undefined: the backend's budget is used up (GEP-3388)
   */
  begin(failed: EndpointPool | undefined, random: number): number | undefined {
    const budget = this.#pool.retryBudget
    if (budget && !budget.take(Date.now())) return undefined
    this.#repeats++
    this.passedOver = failed && new Set([failed])
    const rule = this.#rule!
    return rule.backoffMs === 0 ? 0 : backoffOf(rule, this.#repeats, random)
  }

  /** This request is no retry any more. */
  give(): void {
    this.#taken?.give('retries')
    this.#taken = undefined
  }
}
