/** However long a window is, no more buckets than these are kept: there may be as many windows as routes. */
const mostBuckets = 120

/** How many of the last requests succeeded: buckets of a second (longer in windows of more than two minutes) that are forgotten one by one. */
export class SuccessWindow {
  requests = 0
  successes = 0
  readonly #windowMs: number
  readonly #bucketMs: number
  readonly #begins: Float64Array
  readonly #requestsIn: Uint32Array
  readonly #successesIn: Uint32Array
  #oldest = 0
  #held = 0

  constructor(seconds: number) {
    this.#windowMs = seconds * 1_000
    this.#bucketMs = Math.max(1_000, this.#windowMs / mostBuckets)
    const places = Math.ceil(this.#windowMs / this.#bucketMs) + 1
    this.#begins = new Float64Array(places)
    this.#requestsIn = new Uint32Array(places)
    this.#successesIn = new Uint32Array(places)
  }

  /** @param now of a clock that only goes forward, in milliseconds; each call's is at least the last one's */
  record(succeeded: boolean, now: number): void {
    this.forget(now)
    const at = this.#bucketAt(now)
    this.requests++
    this.#requestsIn[at]!++
    if (!succeeded) return
    this.successes++
    this.#successesIn[at]!++
  }

  /** A bucket goes as a whole, when its first request is a window old. */
  forget(now: number): void {
    while (this.#held > 0 && now - this.#begins[this.#oldest]! >= this.#windowMs) {
      this.requests -= this.#requestsIn[this.#oldest]!
      this.successes -= this.#successesIn[this.#oldest]!
      this.#oldest = (this.#oldest + 1) % this.#begins.length
      this.#held--
    }
  }

  #bucketAt(now: number): number {
    const places = this.#begins.length
    const newest = (this.#oldest + this.#held - 1 + places) % places
    if (this.#held > 0 && now - this.#begins[newest]! < this.#bucketMs) return newest
    const next = (this.#oldest + this.#held) % places
    this.#begins[next] = now
    this.#requestsIn[next] = 0
    this.#successesIn[next] = 0
    this.#held++
    return next
  }
}
