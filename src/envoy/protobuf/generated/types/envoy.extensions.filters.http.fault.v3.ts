// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { JsonMap } from './any.ts'
import type * as envoy__config__route__v3$ from './envoy.config.route.v3.ts'
import type * as envoy__extensions__filters__common__fault__v3$ from './envoy.extensions.filters.common.fault.v3.ts'
import type * as envoy__type__v3$ from './envoy.type.v3.ts'

export interface FaultAbort {
  readonly http_status?: number
  readonly grpc_status?: number
  readonly header_abort?: FaultAbort_HeaderAbort
  readonly percentage?: envoy__type__v3$.FractionalPercent
  readonly response_body?: string
}

export type FaultAbort_HeaderAbort = Readonly<Record<never, never>>

export interface HTTPFault {
  readonly delay?: envoy__extensions__filters__common__fault__v3$.FaultDelay
  readonly abort?: FaultAbort
  readonly upstream_cluster?: string
  readonly headers?: readonly envoy__config__route__v3$.HeaderMatcher[]
  readonly downstream_nodes?: readonly string[]
  readonly max_active_faults?: number
  readonly response_rate_limit?: envoy__extensions__filters__common__fault__v3$.FaultRateLimit
  readonly delay_percent_runtime?: string
  readonly abort_percent_runtime?: string
  readonly delay_duration_runtime?: string
  readonly abort_http_status_runtime?: string
  readonly max_active_faults_runtime?: string
  readonly response_rate_limit_percent_runtime?: string
  readonly abort_grpc_status_runtime?: string
  readonly disable_downstream_cluster_stats?: boolean
  readonly filter_metadata?: JsonMap
}
