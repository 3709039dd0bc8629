/** Waits that grow with each failure and differ between those who fail together ("full jitter"). */
export class Backoff {
  readonly #firstMs: number
  readonly #mostMs: number
  readonly #random: () => number
  #failures = 0

  constructor(firstMs: number, mostMs: number, random: () => number = Math.random) {
    this.#firstMs = firstMs
    this.#mostMs = mostMs
    this.#random = random
  }

  /** @param mostMs this time, where that is less @returns how long to wait after one more failure */
  next(mostMs = this.#mostMs): number {
    const ceiling = Math.min(mostMs, this.#mostMs, this.#firstMs * 2 ** Math.min(this.#failures++, 30))
    // Never at once: what is down is not to be asked in a circle.
    return ceiling * (0.1 + 0.9 * this.#random())
  }

  reset(): void {
    this.#failures = 0
  }
}
