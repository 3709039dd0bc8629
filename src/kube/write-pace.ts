const usualPauseMs = 1_000

/**
 * How many writes may be under way. The API server queues and shares out by itself (API Priority and Fairness), so what it takes is
 * taken as fast as it answers; when it asks for patience (429) there are half as many, after a pause, and one more with each round.
 */
export class WritePace {
  readonly #most: number
  #atOnce: number
  #taken = 0
  #until = 0

  constructor(most: number) {
    this.#most = most
    this.#atOnce = most
  }

  get atOnce(): number {
    return this.#atOnce
  }

  /** Milliseconds until the next write may begin; 0: now. */
  pauseMs(now: number): number {
    return Math.max(0, this.#until - now)
  }

  /** The API server took a write. */
  took(): void {
    if (this.#atOnce === this.#most || ++this.#taken < this.#atOnce) return
    this.#taken = 0
    this.#atOnce++
  }

  /** The API server asks for patience. @returns whether that is news: those that were under way together hear it together */
  refused(now: number, retryAfterMs: number = usualPauseMs): boolean {
    const isNew = now >= this.#until
    this.#until = Math.max(this.#until, now + retryAfterMs)
    this.#taken = 0
    if (isNew) this.#atOnce = Math.max(1, Math.floor(this.#atOnce / 2))
    return isNew
  }
}
