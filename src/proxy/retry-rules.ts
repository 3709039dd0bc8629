import type { Retry } from '#ir'
import { getField, type ResponseHead } from './message.ts'

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
