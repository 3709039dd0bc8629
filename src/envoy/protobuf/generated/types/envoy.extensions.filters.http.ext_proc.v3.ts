// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { JsonMap } from './any.ts'
import type * as envoy__config__common__mutation_rules__v3$ from './envoy.config.common.mutation_rules.v3.ts'
import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__type__matcher__v3$ from './envoy.type.matcher.v3.ts'
import type * as envoy__type__v3$ from './envoy.type.v3.ts'

export interface ExtProcHttpService {
  readonly http_service?: envoy__config__core__v3$.HttpService
}

export interface ExtProcOverrides {
  readonly processing_mode?: ProcessingMode
  readonly async_mode?: boolean
  readonly request_attributes?: readonly string[]
  readonly response_attributes?: readonly string[]
  readonly grpc_service?: envoy__config__core__v3$.GrpcService
  readonly metadata_options?: MetadataOptions
  readonly grpc_initial_metadata?: readonly envoy__config__core__v3$.HeaderValue[]
  readonly failure_mode_allow?: boolean
  readonly processing_request_modifier?: envoy__config__core__v3$.TypedExtensionConfig
  readonly emit_client_span?: boolean
}

export interface ExtProcPerRoute {
  readonly disabled?: boolean
  readonly overrides?: ExtProcOverrides
}

export interface ExternalProcessor {
  readonly grpc_service?: envoy__config__core__v3$.GrpcService
  readonly http_service?: ExtProcHttpService
  readonly failure_mode_allow?: boolean
  readonly processing_mode?: ProcessingMode
  readonly request_attributes?: readonly string[]
  readonly response_attributes?: readonly string[]
  readonly message_timeout?: string
  readonly stat_prefix?: string
  readonly mutation_rules?: envoy__config__common__mutation_rules__v3$.HeaderMutationRules
  readonly max_message_timeout?: string
  readonly forward_rules?: HeaderForwardingRules
  readonly filter_metadata?: JsonMap
  readonly allow_mode_override?: boolean
  readonly disable_immediate_response?: boolean
  readonly metadata_options?: MetadataOptions
  readonly observability_mode?: boolean
  readonly disable_clear_route_cache?: boolean
  readonly route_cache_action?: ExternalProcessor_RouteCacheAction
  readonly deferred_close_timeout?: string
  readonly send_body_without_waiting_for_header_response?: boolean
  readonly allowed_override_modes?: readonly ProcessingMode[]
  readonly processing_request_modifier?: envoy__config__core__v3$.TypedExtensionConfig
  readonly on_processing_response?: envoy__config__core__v3$.TypedExtensionConfig
  readonly status_on_error?: envoy__type__v3$.HttpStatus
  readonly allow_content_length_header?: boolean
  readonly emit_client_span?: boolean
}

export type ExternalProcessor_RouteCacheAction =
  | 'DEFAULT'
  | 'CLEAR'
  | 'RETAIN'

export interface HeaderForwardingRules {
  readonly allowed_headers?: envoy__type__matcher__v3$.ListStringMatcher
  readonly disallowed_headers?: envoy__type__matcher__v3$.ListStringMatcher
}

export interface MetadataOptions {
  readonly forwarding_namespaces?: MetadataOptions_MetadataNamespaces
  readonly receiving_namespaces?: MetadataOptions_MetadataNamespaces
  readonly cluster_metadata_forwarding_namespaces?: MetadataOptions_MetadataNamespaces
}

export interface MetadataOptions_MetadataNamespaces {
  readonly untyped?: readonly string[]
  readonly typed?: readonly string[]
}

export interface ProcessingMode {
  readonly request_header_mode?: ProcessingMode_HeaderSendMode
  readonly response_header_mode?: ProcessingMode_HeaderSendMode
  readonly request_body_mode?: ProcessingMode_BodySendMode
  readonly response_body_mode?: ProcessingMode_BodySendMode
  readonly request_trailer_mode?: ProcessingMode_HeaderSendMode
  readonly response_trailer_mode?: ProcessingMode_HeaderSendMode
}

export type ProcessingMode_BodySendMode =
  | 'NONE'
  | 'STREAMED'
  | 'BUFFERED'
  | 'BUFFERED_PARTIAL'
  | 'FULL_DUPLEX_STREAMED'
  | 'GRPC'

export type ProcessingMode_HeaderSendMode =
  | 'DEFAULT'
  | 'SEND'
  | 'SKIP'
