import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'
import { codesOf, defaultTriggers, grpcCodesOf, repeatsResets, type Trigger } from './triggers.ts'

interface Spec {
  readonly retry: {
    readonly numRetries?: number
    readonly retryOn?: { readonly triggers?: readonly Trigger[]; readonly httpStatusCodes?: readonly number[] }
    readonly perRetry?: {
      readonly timeout?: string
      readonly backOff?: { readonly baseInterval?: string; readonly maxInterval?: string }
    }
  }
}

const at = 'retry.perRetry.backOff'

export const retry = {
  kind: 'BackendTrafficPolicy',
  fields: ['retry'],
  refused: { 'retry.numAttemptsPerPriority': 'is not supported here: backends have no priorities' },
  notes: {
    'retry.retryOn.triggers[]':
      'what never reached a backend is tried again in any case; `reset`, `5xx` and `gateway-error` repeat what may have reached one ' +
      'only where the method allows it (RFC 9110 9.2.2)',
    'retry.perRetry.backOff.baseInterval': 'default: 25ms',
  },
  translate({ retry: { numRetries = 2, retryOn, perRetry } }: Spec, scope) {
    const triggers = retryOn ? (retryOn.triggers ?? []) : defaultTriggers
    const written = retryOn?.httpStatusCodes ?? []
    if (written.length > 0 && !triggers.includes('retriable-status-codes'))
      return scope.refuse(
        'retry.retryOn.httpStatusCodes',
        'means nothing without the trigger retriable-status-codes: add it',
      )
    const timeout = scope.duration(perRetry?.timeout, 'retry.perRetry.timeout')
    if (!timeout.ok) return timeout
    const base = scope.duration(perRetry?.backOff?.baseInterval, `${at}.baseInterval`)
    if (!base.ok) return base
    const most = scope.duration(perRetry?.backOff?.maxInterval, `${at}.maxInterval`)
    if (!most.ok) return most
    const backoffMs = base.value ?? 25
    const maxBackoffMs = most.value ?? backoffMs * 10
    if (maxBackoffMs < backoffMs)
      return scope.refuse(`${at}.maxInterval`, 'is less than baseInterval: give at least as much')
    const grpcCodes = grpcCodesOf(triggers)
    return ok({
      forward: {
        retry: {
          attempts: numRetries,
          codes: codesOf(triggers, retryOn ? written : [503]),
          backoffMs,
          maxBackoffMs,
          ...(grpcCodes.length > 0 && { grpcCodes }),
          ...(!repeatsResets(triggers) && { resets: false as const }),
        },
        ...(timeout.value !== undefined && { timeouts: { backendRequestMs: timeout.value } }),
      },
    })
  },
} satisfies PolicySlice
