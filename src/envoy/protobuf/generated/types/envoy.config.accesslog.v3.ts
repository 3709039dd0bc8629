// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { AnyJson } from './any.ts'
import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__config__route__v3$ from './envoy.config.route.v3.ts'
import type * as envoy__data__accesslog__v3$ from './envoy.data.accesslog.v3.ts'
import type * as envoy__type__matcher__v3$ from './envoy.type.matcher.v3.ts'
import type * as envoy__type__v3$ from './envoy.type.v3.ts'

export interface AccessLog {
  readonly name?: string
  readonly filter?: AccessLogFilter
  readonly typed_config?: AnyJson
}

export interface AccessLogFilter {
  readonly status_code_filter?: StatusCodeFilter
  readonly duration_filter?: DurationFilter
  readonly not_health_check_filter?: NotHealthCheckFilter
  readonly traceable_filter?: TraceableFilter
  readonly runtime_filter?: RuntimeFilter
  readonly and_filter?: AndFilter
  readonly or_filter?: OrFilter
  readonly header_filter?: HeaderFilter
  readonly response_flag_filter?: ResponseFlagFilter
  readonly grpc_status_filter?: GrpcStatusFilter
  readonly extension_filter?: ExtensionFilter
  readonly metadata_filter?: MetadataFilter
  readonly log_type_filter?: LogTypeFilter
}

export interface AndFilter {
  readonly filters?: readonly AccessLogFilter[]
}

export interface ComparisonFilter {
  readonly op?: ComparisonFilter_Op
  readonly value?: envoy__config__core__v3$.RuntimeUInt32
}

export type ComparisonFilter_Op =
  | 'EQ'
  | 'GE'
  | 'LE'
  | 'NE'

export interface DurationFilter {
  readonly comparison?: ComparisonFilter
}

export interface ExtensionFilter {
  readonly name?: string
  readonly typed_config?: AnyJson
}

export interface GrpcStatusFilter {
  readonly statuses?: readonly GrpcStatusFilter_Status[]
  readonly exclude?: boolean
}

export type GrpcStatusFilter_Status =
  | 'OK'
  | 'CANCELED'
  | 'UNKNOWN'
  | 'INVALID_ARGUMENT'
  | 'DEADLINE_EXCEEDED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'ABORTED'
  | 'OUT_OF_RANGE'
  | 'UNIMPLEMENTED'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'DATA_LOSS'
  | 'UNAUTHENTICATED'

export interface HeaderFilter {
  readonly header?: envoy__config__route__v3$.HeaderMatcher
}

export interface LogTypeFilter {
  readonly types?: readonly envoy__data__accesslog__v3$.AccessLogType[]
  readonly exclude?: boolean
}

export interface MetadataFilter {
  readonly matcher?: envoy__type__matcher__v3$.MetadataMatcher
  readonly match_if_key_not_found?: boolean
}

export type NotHealthCheckFilter = Readonly<Record<never, never>>

export interface OrFilter {
  readonly filters?: readonly AccessLogFilter[]
}

export interface ResponseFlagFilter {
  readonly flags?: readonly string[]
}

export interface RuntimeFilter {
  readonly runtime_key?: string
  readonly percent_sampled?: envoy__type__v3$.FractionalPercent
  readonly use_independent_randomness?: boolean
}

export interface StatusCodeFilter {
  readonly comparison?: ComparisonFilter
}

export type TraceableFilter = Readonly<Record<never, never>>
