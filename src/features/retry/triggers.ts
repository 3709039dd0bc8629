/** Envoy's conditions for a retry (x-envoy-retry-on and x-envoy-retry-grpc-on). */
export type Trigger =
  | '5xx'
  | 'gateway-error'
  | 'reset'
  | 'reset-before-request'
  | 'connect-failure'
  | 'retriable-4xx'
  | 'refused-stream'
  | 'retriable-status-codes'
  | 'cancelled'
  | 'deadline-exceeded'
  | 'internal'
  | 'resource-exhausted'
  | 'unavailable'

/** RetryOn left out. */
export const defaultTriggers: readonly Trigger[] = [
  'connect-failure',
  'refused-stream',
  'unavailable',
  'cancelled',
  'retriable-status-codes',
]

/** Statuses of HTTP that are tried again, sorted. @param named those of `httpStatusCodes` */
export function codesOf(triggers: readonly Trigger[], named: readonly number[]): readonly number[] {
  const codes = new Set<number>()
  for (const trigger of triggers) {
    if (trigger === '5xx') for (let code = 500; code < 600; code++) codes.add(code)
    if (trigger === 'gateway-error') for (const code of [502, 503, 504]) codes.add(code)
    // Conflict is the only one that is worth another try.
    if (trigger === 'retriable-4xx') codes.add(409)
    if (trigger === 'retriable-status-codes') for (const code of named) codes.add(code)
  }
  return [...codes].sort((a, b) => a - b)
}

/** google.rpc.Code. */
const grpcCodes: Partial<Record<Trigger, number>> = {
  cancelled: 1,
  'deadline-exceeded': 4,
  'resource-exhausted': 8,
  internal: 13,
  unavailable: 14,
}

export function grpcCodesOf(triggers: readonly Trigger[]): readonly number[] {
  return [...new Set(triggers.flatMap((trigger) => grpcCodes[trigger] ?? []))].sort((a, b) => a - b)
}

/** An attempt that ends without an answer counts as a 5xx. */
export function repeatsResets(triggers: readonly Trigger[]): boolean {
  return triggers.some((trigger) => trigger === '5xx' || trigger === 'gateway-error' || trigger === 'reset')
}
