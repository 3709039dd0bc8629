// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__config__route__v3$ from './envoy.config.route.v3.ts'
import type * as envoy__extensions__common__ratelimit__v3$ from './envoy.extensions.common.ratelimit.v3.ts'
import type * as envoy__type__v3$ from './envoy.type.v3.ts'

export interface LocalRateLimit {
  readonly stat_prefix?: string
  readonly status?: envoy__type__v3$.HttpStatus
  readonly token_bucket?: envoy__type__v3$.TokenBucket
  readonly filter_enabled?: envoy__config__core__v3$.RuntimeFractionalPercent
  readonly filter_enforced?: envoy__config__core__v3$.RuntimeFractionalPercent
  readonly request_headers_to_add_when_not_enforced?: readonly envoy__config__core__v3$.HeaderValueOption[]
  readonly response_headers_to_add?: readonly envoy__config__core__v3$.HeaderValueOption[]
  readonly descriptors?: readonly envoy__extensions__common__ratelimit__v3$.LocalRateLimitDescriptor[]
  readonly stage?: number
  readonly local_rate_limit_per_downstream_connection?: boolean
  readonly local_cluster_rate_limit?: envoy__extensions__common__ratelimit__v3$.LocalClusterRateLimit
  readonly enable_x_ratelimit_headers?: envoy__extensions__common__ratelimit__v3$.XRateLimitHeadersRFCVersion
  readonly vh_rate_limits?: envoy__extensions__common__ratelimit__v3$.VhRateLimitsOptions
  readonly always_consume_default_token_bucket?: boolean
  readonly rate_limited_as_resource_exhausted?: boolean
  readonly rate_limits?: readonly envoy__config__route__v3$.RateLimit[]
  readonly max_dynamic_descriptors?: number
  readonly enable_retry_after_header?: boolean
}
