import type { Limit, Taken } from './counters.ts'

/** Windows that are known to be used up: what is taken never comes back before their end, so nobody has to be asked. */
export class SpentWindows {
  readonly #most: number
  readonly #windows = new Map<string, { readonly used: number; readonly until: number }>()

  /** @param most windows that are remembered; the oldest is forgotten */
  constructor(most = 10_000) {
    this.#most = most
  }

  get size(): number {
    return this.#windows.size
  }

  note(key: string, used: number, until: number): void {
    this.#windows.delete(key)
    if (this.#windows.size === this.#most) this.#windows.delete(this.#windows.keys().next().value!)
    this.#windows.set(key, { used, until })
  }

  /** @returns the refusal, where it is certain */
  ask(key: string, { limit }: Limit, cost: number, now: number): Taken | undefined {
    const window = this.#windows.get(key)
    if (window === undefined) return undefined
    if (window.until <= now) {
      this.#windows.delete(key)
      return undefined
    }
    if (window.used + cost <= limit) return undefined
    return { allowed: false, remaining: Math.max(limit - window.used, 0), resetMs: window.until - now }
  }
}
