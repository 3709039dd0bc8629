import type { BucketLimit, Taken } from './buckets.ts'

/** Counts by name that several proxies share. Neither method ever fails or takes long, whatever becomes of the place where they are. */
export interface SharedCounters {
  /** What becomes of requests that can't be counted. */
  readonly whenAway: 'open' | 'closed'
  /**
   * Takes `cost` if that much is left, else nothing. A window begins with the first request that is counted.
   * @returns undefined: nobody answered in time
   */
  take(name: string, limit: BucketLimit, cost: number): Promise<Taken | undefined>
  /** Takes `cost` in any case. Nobody waits for it. */
  add(name: string, limit: BucketLimit, cost: number): void
  /** Ends connections. */
  close(): void
}

/** Where the counts are, as it is told to worker threads. */
export interface CounterSettings {
  /** `redis://…` or `rediss://…`. */
  readonly url: string
  /** How long a request may wait for its count. */
  readonly timeoutMs: number
  readonly whenAway: 'open' | 'closed'
  /** PEM of who has signed the certificate of a `rediss:` server. Default: the authorities that Node trusts. */
  readonly authority?: string | undefined
}

/** Handed in, so that this room needs no client. */
export type OpenCounters = (settings: CounterSettings, onProblem: (message: string) => void) => Promise<SharedCounters>
