// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__config__ratelimit__v3$ from './envoy.config.ratelimit.v3.ts'
import type * as envoy__config__route__v3$ from './envoy.config.route.v3.ts'
import type * as envoy__type__v3$ from './envoy.type.v3.ts'

export interface RateLimit {
  readonly domain?: string
  readonly stage?: number
  readonly request_type?: string
  readonly timeout?: string
  readonly failure_mode_deny?: boolean
  readonly rate_limited_as_resource_exhausted?: boolean
  readonly rate_limit_service?: envoy__config__ratelimit__v3$.RateLimitServiceConfig
  readonly enable_x_ratelimit_headers?: RateLimit_XRateLimitHeadersRFCVersion
  readonly disable_x_envoy_ratelimited_header?: boolean
  readonly rate_limited_status?: envoy__type__v3$.HttpStatus
  readonly response_headers_to_add?: readonly envoy__config__core__v3$.HeaderValueOption[]
  readonly status_on_error?: envoy__type__v3$.HttpStatus
  readonly stat_prefix?: string
  readonly filter_enabled?: envoy__config__core__v3$.RuntimeFractionalPercent
  readonly filter_enforced?: envoy__config__core__v3$.RuntimeFractionalPercent
  readonly failure_mode_deny_percent?: envoy__config__core__v3$.RuntimeFractionalPercent
  readonly rate_limits?: readonly envoy__config__route__v3$.RateLimit[]
  readonly metadata_namespace?: string
  readonly enable_retry_after_header?: boolean
}

export interface RateLimitPerRoute {
  readonly vh_rate_limits?: RateLimitPerRoute_VhRateLimitsOptions
  readonly override_option?: RateLimitPerRoute_OverrideOptions
  readonly rate_limits?: readonly envoy__config__route__v3$.RateLimit[]
  readonly domain?: string
}

export type RateLimitPerRoute_OverrideOptions =
  | 'DEFAULT'
  | 'OVERRIDE_POLICY'
  | 'INCLUDE_POLICY'
  | 'IGNORE_POLICY'

export type RateLimitPerRoute_VhRateLimitsOptions =
  | 'OVERRIDE'
  | 'INCLUDE'
  | 'IGNORE'

export type RateLimit_XRateLimitHeadersRFCVersion =
  | 'OFF'
  | 'DRAFT_VERSION_03'
