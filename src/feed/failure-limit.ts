/** So many addresses are remembered; the one that failed first is forgotten for a new one. */
const mostAddresses = 4_096

interface Account {
  readonly left: number
  /** By `performance.now()`. */
  readonly at: number
}

/** How often an address may fail: some times at once, then one time in a while. Who succeeds is not counted. */
export class FailureLimit {
  readonly #burst: number
  readonly #refillMs: number
  readonly #now: () => number
  readonly #accounts = new Map<string, Account>()

  constructor(burst: number, refillMs: number, now: () => number = () => performance.now()) {
    this.#burst = burst
    this.#refillMs = refillMs
    this.#now = now
  }

  isExceeded(address: string): boolean {
    return this.#left(address) < 1
  }

  note(address: string): void {
    const left = Math.max(0, this.#left(address) - 1)
    this.#accounts.delete(address)
    this.#accounts.set(address, { left, at: this.#now() })
    const [first] = this.#accounts.keys()
    if (this.#accounts.size > mostAddresses && first !== undefined) this.#accounts.delete(first)
  }

  /** Forgets who has nothing left to be forgiven. */
  sweep(): void {
    for (const address of this.#accounts.keys()) if (this.#left(address) >= this.#burst) this.#accounts.delete(address)
  }

  get size(): number {
    return this.#accounts.size
  }

  #left(address: string): number {
    const account = this.#accounts.get(address)
    if (!account) return this.#burst
    return Math.min(this.#burst, account.left + (this.#now() - account.at) / this.#refillMs)
  }
}
