/** So much in a window of time. */
export interface Limit {
  readonly limit: number
  readonly windowMs: number
}

export interface Taken {
  readonly allowed: boolean
  readonly remaining: number
  readonly resetMs: number
}

/** What planes ask, see SharedCounters of the embedded one. */
export interface Counters {
  readonly whenAway: 'open' | 'closed'
  take(name: string, limit: Limit, cost: number): Promise<Taken | undefined>
  add(name: string, limit: Limit, cost: number): void
  close(): void
}

export interface CounterSettings {
  readonly url: string
  readonly timeoutMs: number
  readonly whenAway: 'open' | 'closed'
  /** PEM of who has signed the certificate of a `rediss:` server. Default: the authorities that Node trusts. */
  readonly authority?: string | undefined
}
