import type { BucketLimit, SharedCounters, Taken } from '#proxy'

/** What Redis does, in this process: for scenarios, which are about limits, not about Redis. */
export class MemoryCounters implements SharedCounters {
  readonly whenAway = 'open'
  readonly #windows = new Map<string, { used: number; readonly until: number }>()

  async take(name: string, { limit, windowMs }: BucketLimit, cost: number): Promise<Taken> {
    const window = this.#window(name, windowMs)
    const allowed = window.used + cost <= limit
    if (allowed) window.used += cost
    return { allowed, remaining: Math.max(limit - window.used, 0), resetMs: window.until - Date.now() }
  }

  add(name: string, { windowMs }: BucketLimit, cost: number): void {
    this.#window(name, windowMs).used += cost
  }

  close(): void {
    this.#windows.clear()
  }

  #window(name: string, windowMs: number) {
    const known = this.#windows.get(name)
    if (known && known.until > Date.now()) return known
    const window = { used: 0, until: Date.now() + windowMs }
    this.#windows.set(name, window)
    return window
  }
}
