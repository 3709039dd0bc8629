import type { ClientSettings } from '#ir'

/** An exchange, as far as its listener limits its time. */
export interface LimitedExchange {
  /** The last byte of the request is here, or its answer has begun. */
  readonly received: boolean
  tooLong(why: string): void
}

/** Watches what a listener's policy says about time. @returns what stops it; undefined: there is nothing to watch */
export function watchLimits(
  { maxStreamMs = 0, requestTimeoutMs = 0 }: ClientSettings,
  exchange: LimitedExchange,
  after: (ms: number, then: () => void) => () => void,
): (() => void) | undefined {
  const stream = maxStreamMs > 0 ? after(maxStreamMs, () => exchange.tooLong('the exchange took too long')) : undefined
  const request =
    requestTimeoutMs > 0 && !exchange.received
      ? after(requestTimeoutMs, () => {
          if (!exchange.received) exchange.tooLong('the request took too long')
        })
      : undefined
  if (!stream && !request) return undefined
  return () => {
    stream?.()
    request?.()
  }
}
