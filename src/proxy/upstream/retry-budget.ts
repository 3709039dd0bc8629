import type { RetryBudget as Limits } from '#ir'

/** The interval is counted in slices of a tenth: what is older than that falls out slice by slice. */
const slices = 10

/**
 * Whether a backend may get one more retry (GEP-3388): at most a share of its requests of the last interval, or so many in
 * a short time, whatever allows more. One per backend and worker.
 */
export class RetryBudget {
  readonly #percent: number
  readonly #requests: SlidingCount
  readonly #retries: SlidingCount
  readonly #least: number
  readonly #recentRetries: SlidingCount

  constructor({ percent, intervalMs, minRetries, minRetriesIntervalMs }: Limits) {
    this.#percent = percent
    this.#requests = new SlidingCount(intervalMs)
    this.#retries = new SlidingCount(intervalMs)
    this.#least = minRetries
    this.#recentRetries = new SlidingCount(minRetriesIntervalMs)
  }

  /** A request goes to the backend for the first time. */
  count(now: number): void {
    this.#requests.add(now)
  }

  /** Takes a retry from the budget. @returns false: there is none left */
  take(now: number): boolean {
    const retries = this.#retries.total(now) + 1
    const withinShare = retries * 100 <= (this.#requests.total(now) + retries) * this.#percent
    if (!withinShare && this.#recentRetries.total(now) >= this.#least) return false
    this.#retries.add(now)
    this.#recentRetries.add(now)
    return true
  }
}

/** How often something has happened in the last interval. */
class SlidingCount {
  readonly #sliceMs: number
  readonly #counts = new Uint32Array(slices)
  #slice = 0
  #total = 0

  constructor(intervalMs: number) {
    this.#sliceMs = Math.max(intervalMs / slices, 1)
  }

  add(now: number): void {
    this.#forget(now)
    this.#counts[this.#slice % slices]!++
    this.#total++
  }

  total(now: number): number {
    this.#forget(now)
    return this.#total
  }

  #forget(now: number): void {
    const slice = Math.floor(now / this.#sliceMs)
    for (let gone = Math.max(this.#slice + 1, slice - slices + 1); gone <= slice; gone++) {
      this.#total -= this.#counts[gone % slices]!
      this.#counts[gone % slices] = 0
    }
    this.#slice = Math.max(this.#slice, slice)
  }
}
