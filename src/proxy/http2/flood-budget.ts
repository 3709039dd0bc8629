/**
 * How much of something a peer may do: a burst, refilled with time and with useful work. Real clients stay far inside; a
 * flood runs dry at once, whatever its rate.
 */
export class FloodBudget {
  readonly #burst: number
  readonly #perMs: number
  #left: number
  #at: number

  constructor(burst: number, perSecond: number, now: number) {
    this.#burst = burst
    this.#perMs = perSecond / 1000
    this.#left = burst
    this.#at = now
  }

  /** False: overspent. */
  spend(cost: number, now: number): boolean {
    if (now > this.#at) {
      this.#left = Math.min(this.#burst, this.#left + (now - this.#at) * this.#perMs)
      this.#at = now
    }
    this.#left -= cost
    return this.#left >= 0
  }

  earn(amount: number): void {
    if (this.#left < this.#burst) this.#left += amount
  }
}
