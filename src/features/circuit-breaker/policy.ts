import type { CircuitBreaker } from '#ir'
import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

interface Spec {
  readonly circuitBreaker: {
    readonly maxConnections?: number
    readonly maxPendingRequests?: number
    readonly maxParallelRequests?: number
    readonly maxParallelRetries?: number
    readonly maxRequestsPerConnection?: number
    readonly perEndpoint?: { readonly maxConnections?: number }
    readonly retryBudget?: {
      readonly percent: { readonly numerator: number; readonly denominator?: number }
      readonly minRetryConcurrency?: number
    }
  }
}

// CircuitBreakers.Thresholds.RetryBudget of Envoy.
const defaultRetryConcurrency = 3

export const circuitBreaker = {
  kind: 'BackendTrafficPolicy',
  fields: ['circuitBreaker'],
  notes: {
    'circuitBreaker.maxConnections': 'each worker may have one connection to each endpoint in any case',
    'circuitBreaker.maxParallelRetries': 'not beside retryBudget, which takes its place',
  },
  translate({ circuitBreaker: spec }: Spec, scope) {
    const { retryBudget } = spec
    const percent = retryBudget && (retryBudget.percent.numerator * 100) / (retryBudget.percent.denominator ?? 100)
    if (percent !== undefined && (percent < 0 || percent > 100))
      return scope.refuse('circuitBreaker.retryBudget.percent', `${percent} % is not between 0 and 100 %`)
    const limits: Record<keyof CircuitBreaker, CircuitBreaker[keyof CircuitBreaker]> = {
      maxConnections: spec.maxConnections,
      maxPending: spec.maxPendingRequests,
      maxRequests: spec.maxParallelRequests,
      maxRetries: retryBudget ? undefined : spec.maxParallelRetries,
      retryShare: retryBudget && {
        percent: percent!,
        minConcurrency: retryBudget.minRetryConcurrency ?? defaultRetryConcurrency,
      },
      // 0 means without limit, as for Envoy's max_requests_per_connection.
      maxRequestsPerConnection: spec.maxRequestsPerConnection || undefined,
      maxConnectionsPerEndpoint: spec.perEndpoint?.maxConnections,
    }
    const breaker = Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined))
    return ok({ backend: { breaker } })
  },
} satisfies PolicySlice
