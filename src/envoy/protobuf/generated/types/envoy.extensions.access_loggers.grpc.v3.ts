// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__type__tracing__v3$ from './envoy.type.tracing.v3.ts'

export interface CommonGrpcAccessLogConfig {
  readonly log_name?: string
  readonly grpc_service?: envoy__config__core__v3$.GrpcService
  readonly transport_api_version?: envoy__config__core__v3$.ApiVersion
  readonly buffer_flush_interval?: string
  readonly buffer_size_bytes?: number
  readonly filter_state_objects_to_log?: readonly string[]
  readonly grpc_stream_retry_policy?: envoy__config__core__v3$.RetryPolicy
  readonly custom_tags?: readonly envoy__type__tracing__v3$.CustomTag[]
}

export interface HttpGrpcAccessLogConfig {
  readonly common_config?: CommonGrpcAccessLogConfig
  readonly additional_request_headers_to_log?: readonly string[]
  readonly additional_response_headers_to_log?: readonly string[]
  readonly additional_response_trailers_to_log?: readonly string[]
}

export interface TcpGrpcAccessLogConfig {
  readonly common_config?: CommonGrpcAccessLogConfig
}
