import type { Retry } from '#ir'
import { getField, type ResponseHead } from './message.ts'
import type { StreamError } from './stream.ts'

/** Safe to repeat when the first try may have reached the backend (RFC 9110 9.2.2). */
export const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/** What a failure before the answer says about the endpoint and the request. */
export interface Judgement {
  /** The endpoint takes no connections: others go first. */
  readonly refused: boolean
  /** The request may be made again, whatever the rule says. */
  readonly untouched: boolean
  /** Who limits attempts counts the next one. */
  readonly counted: boolean
}

/** @param repeatable the method allows it */
export function judgeFailure(error: StreamError, repeatable: boolean): Judgement {
  const { code, unprocessed, unread = false } = error
  if (code === 'connect_failed' || code === 'connect_timeout' || code === 'tls_failed')
    return { refused: true, untouched: unprocessed, counted: false }
  // From here it looks like a backend that resets: a connection that had idled, or one that a backend which ends has not accepted
  // any more. Both may have delivered the request all the same.
  if (code === 'peer_closed' && unprocessed) return { refused: false, untouched: repeatable, counted: true }
  if (unread && repeatable) return { refused: true, untouched: true, counted: true }
  return { refused: false, untouched: unprocessed, counted: true }
}

/** Whether an answer is one that the rule wants to try again for. @param codes those of the retry, as a set */
export function asksForRetry(
  { grpcCodes }: Retry,
  codes: ReadonlySet<number>,
  { status, fields }: ResponseHead,
): boolean {
  if (codes.has(status)) return true
  if (grpcCodes === undefined) return false
  const told = getField(fields, 'grpc-status')
  return told !== undefined && grpcCodes.includes(Number(told))
}

/**
 * How long to wait before a retry. Jitter lies above the least time that a rule asks for, so that clients do not come back in
 * step; with a most it is Envoy's way, anything below a time that doubles.
 * @param repeats retries so far, this one included; @param random 0 ≤ x < 1
 */
export function backoffOf({ backoffMs, maxBackoffMs }: Retry, repeats: number, random: number): number {
  if (maxBackoffMs === undefined) return backoffMs * (1 + random * 0.25)
  return Math.min(backoffMs * 2 ** (repeats - 1), maxBackoffMs) * random
}
