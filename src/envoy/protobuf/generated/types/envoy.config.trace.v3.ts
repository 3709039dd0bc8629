// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { AnyJson } from './any.ts'
import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface OpenTelemetryConfig {
  readonly grpc_service?: envoy__config__core__v3$.GrpcService
  readonly http_service?: envoy__config__core__v3$.HttpService
  readonly exporter?: envoy__config__core__v3$.TypedExtensionConfig
  readonly service_name?: string
  readonly resource_detectors?: readonly envoy__config__core__v3$.TypedExtensionConfig[]
  readonly sampler?: envoy__config__core__v3$.TypedExtensionConfig
  readonly max_cache_size?: number
  readonly set_telemetry_sdk_resource_attributes?: boolean
  readonly set_service_name_resource_attribute?: boolean
  readonly set_instrumentation_scope?: boolean
}

export interface Tracing {
  readonly http?: Tracing_Http
}

export interface Tracing_Http {
  readonly name?: string
  readonly typed_config?: AnyJson
}

export interface ZipkinConfig {
  readonly collector_cluster?: string
  readonly collector_endpoint?: string
  readonly trace_id_128bit?: boolean
  readonly shared_span_context?: boolean
  readonly collector_endpoint_version?: ZipkinConfig_CollectorEndpointVersion
  readonly collector_hostname?: string
  readonly split_spans_for_request?: boolean
  readonly trace_context_option?: ZipkinConfig_TraceContextOption
  readonly collector_service?: envoy__config__core__v3$.HttpService
  readonly timestamp_trace_ids?: boolean
}

export type ZipkinConfig_CollectorEndpointVersion =
  | 'DEPRECATED_AND_UNAVAILABLE_DO_NOT_USE'
  | 'HTTP_JSON'
  | 'HTTP_PROTO'
  | 'GRPC'

export type ZipkinConfig_TraceContextOption =
  | 'USE_B3'
  | 'USE_B3_WITH_W3C_PROPAGATION'
