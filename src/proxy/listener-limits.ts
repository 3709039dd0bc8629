import type { CompiledRule } from './compile-rule.ts'

/** An exchange, as far as its time is limited. */
export interface LimitedExchange {
  /** The last byte of the request is here, or its answer has begun. */
  readonly received: boolean
  tooLong(why: string): void
}

/** How long nothing may move: what the route says, else what the listener does. */
export function idleLimitOf({ action, listener }: CompiledRule): number {
  const own = action.kind === 'forward' ? action.forward.timeouts.idleMs : undefined
  return own ?? listener.client.streamIdleTimeoutMs
}

/** Watches what the policies of a route and of its listener say about time. @returns what stops it; undefined: there is nothing to watch */
export function watchLimits(
  { action, listener }: CompiledRule,
  exchange: LimitedExchange,
  after: (ms: number, then: () => void) => () => void,
): (() => void) | undefined {
  const { maxStreamMs = 0, requestTimeoutMs = 0 } = listener.client
  const streamMs = (action.kind === 'forward' ? action.forward.timeouts.streamMs : undefined) ?? maxStreamMs
  const stream = streamMs > 0 ? after(streamMs, () => exchange.tooLong('the exchange took too long')) : undefined
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
