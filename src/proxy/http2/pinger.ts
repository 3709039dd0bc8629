import type { UpstreamPing } from '#ir'

/** Asks a peer from time to time whether it is still there. The times are those of the sweep. */
export class Pinger {
  readonly #how: UpstreamPing
  readonly #send: () => void
  /** When the ping that waits for its answer was sent; 0: none does. */
  #sentAt = 0
  #nextAt = 0

  constructor(how: UpstreamPing, send: () => void) {
    this.#how = how
    this.#send = send
  }

  /** @returns true: the peer is gone */
  isDead(now: number): boolean {
    const { intervalMs, jitterPercent, timeoutMs } = this.#how
    if (this.#sentAt > 0) return now - this.#sentAt > timeoutMs
    if (intervalMs === undefined || now < this.#nextAt) return false
    const isFirst = this.#nextAt === 0
    this.#nextAt = now + intervalMs * (1 + (jitterPercent / 100) * Math.random())
    if (isFirst) return false
    this.#sentAt = now
    this.#send()
    return false
  }

  /** An answer has come. @returns whether it was awaited here */
  answered(): boolean {
    const was = this.#sentAt > 0
    this.#sentAt = 0
    return was
  }
}
