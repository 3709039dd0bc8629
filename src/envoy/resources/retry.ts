import type { Forward, HttpMatch, Route } from '#ir'
import { duration, type Message } from '../message.ts'

/** A retry policy, and the further conditions of the requests that it is for. */
export interface RetryVariant {
  /** For the route's name. */
  readonly part: '' | 'once'
  readonly headers: readonly Message[]
  /** Left out: that of the virtual host. */
  readonly policy?: Message
}

// Safe to repeat when the first try may have reached the backend (RFC 9110 9.2.2).
const idempotent = ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']

// What never reached a backend is tried again unseen, on another endpoint.
const untouched = ['connect-failure', 'refused-stream', 'reset-before-request']
const passOver = {
  retry_host_predicate: [
    {
      name: 'envoy.retry_host_predicates.previous_hosts',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
      },
    },
  ],
  // A balancer that likes idle endpoints proposes the dead one again and again.
  host_selection_retry_max_attempts: '30',
}
/**
 * Endpoints that can't be connected to are passed over. Envoy tries again where there is no other one, too: each time may take
 * the whole connect timeout.
 */
const maxPassedOver = 2

/**
 * Of routes that ask for none of their own. Told once for a virtual host: for Envoy it is as much work as all the rest of a
 * route, and with each change it takes up the routes of all hosts anew.
 */
export const usualRetryPolicy: Message = {
  retry_on: untouched.join(),
  num_retries: maxPassedOver,
  retry_back_off: { base_interval: '0.001s', max_interval: '0.001s' },
  ...passOver,
}

/**
 * How often is tried again. With a retry of the rule's own there are two policies: a request that is not idempotent is only
 * repeated when it can't have reached the backend, or the backend has answered with one of the codes.
 */
export function buildRetryPolicies({ retry, timeouts }: Forward, match: HttpMatch, { grpc }: Route): RetryVariant[] {
  const attempt = timeouts.backendRequestMs > 0 ? { per_try_timeout: duration(timeouts.backendRequestMs) } : undefined
  if (!retry) return [{ part: '', headers: [], ...(attempt && { policy: { ...usualRetryPolicy, ...attempt } }) }]
  const policyFor = (repeatable: boolean): Message => ({
    retry_on: [
      ...untouched,
      ...(repeatable && retry.resets !== false ? ['reset'] : []),
      ...(retry.codes.length > 0 ? [codes] : []),
      ...(retry.grpcCodes ?? []).flatMap((code) => grpcTriggers[code] ?? []),
    ].join(),
    num_retries: retry.attempts,
    ...(retry.codes.length > 0 && { retriable_status_codes: retry.codes }),
    ...(retry.backoffMs > 0 && {
      // Envoy waits a random part of it: twice as much, so that the time asked for is the mean.
      retry_back_off: {
        base_interval: duration(retry.maxBackoffMs === undefined ? retry.backoffMs * 2 : retry.backoffMs),
        max_interval: duration(retry.maxBackoffMs ?? retry.backoffMs * 2),
      },
    }),
    ...passOver,
    ...attempt,
  })
  // Calls of gRPC are POSTs.
  const method = match.method ?? (grpc ? 'POST' : undefined)
  if (method !== undefined) return [{ part: '', headers: [], policy: policyFor(idempotent.includes(method)) }]
  const safe = { name: ':method', string_match: { safe_regex: { regex: idempotent.join('|') } } }
  return [
    { part: '', headers: [safe], policy: policyFor(true) },
    { part: 'once', headers: [], policy: policyFor(false) },
  ]
}

const codes = 'retriable-status-codes'

/** The statuses of gRPC that Envoy can try again, by google.rpc.Code. */
const grpcTriggers: Readonly<Record<number, string>> = {
  1: 'cancelled',
  4: 'deadline-exceeded',
  8: 'resource-exhausted',
  13: 'internal',
  14: 'unavailable',
}
