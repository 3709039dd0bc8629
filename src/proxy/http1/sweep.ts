const TICK_MS = 500

/** Someone with a deadline. `deadline` is a tick of `Sweep.tick`; 0: none. */
export interface Swept {
  deadline: number
  /** The deadline has passed; it has been set to 0. */
  onDeadline(): void
}

/**
 * One coarse clock for all connections of a thread: a deadline is an addition and a store, and no timer is made per
 * request. Deadlines pass up to a second late, never early.
 */
export class Sweep {
  tick = 1
  readonly #members = new Set<Swept>()
  #timer: NodeJS.Timeout | undefined

  add(member: Swept): void {
    this.#members.add(member)
    if (this.#timer === undefined) {
      this.#timer = setInterval(() => this.#run(), TICK_MS)
      this.#timer.unref()
    }
  }

  remove(member: Swept): void {
    this.#members.delete(member)
    if (this.#members.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #run(): void {
    this.tick++
    for (const member of this.#members) {
      if (member.deadline === 0 || member.deadline > this.tick) continue
      member.deadline = 0
      member.onDeadline()
    }
  }
}

/** Ticks that last at least `ms`. 0 (no limit) stays 0. */
export function ticks(ms: number): number {
  return ms <= 0 ? 0 : Math.ceil(ms / TICK_MS) + 1
}

/** The sweep of this thread. */
export const sweep = new Sweep()
