// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__extensions__access_loggers__grpc__v3$ from './envoy.extensions.access_loggers.grpc.v3.ts'
import type * as envoy__type__tracing__v3$ from './envoy.type.tracing.v3.ts'
import type * as opentelemetry__proto__common__v1$ from './opentelemetry.proto.common.v1.ts'

export interface OpenTelemetryAccessLogConfig {
  readonly common_config?: envoy__extensions__access_loggers__grpc__v3$.CommonGrpcAccessLogConfig
  readonly http_service?: envoy__config__core__v3$.HttpService
  readonly grpc_service?: envoy__config__core__v3$.GrpcService
  readonly disable_builtin_labels?: boolean
  readonly resource_attributes?: opentelemetry__proto__common__v1$.KeyValueList
  readonly resource_detectors?: readonly envoy__config__core__v3$.TypedExtensionConfig[]
  readonly body?: opentelemetry__proto__common__v1$.AnyValue
  readonly attributes?: opentelemetry__proto__common__v1$.KeyValueList
  readonly stat_prefix?: string
  readonly formatters?: readonly envoy__config__core__v3$.TypedExtensionConfig[]
  readonly log_name?: string
  readonly buffer_flush_interval?: string
  readonly buffer_size_bytes?: number
  readonly filter_state_objects_to_log?: readonly string[]
  readonly custom_tags?: readonly envoy__type__tracing__v3$.CustomTag[]
}
