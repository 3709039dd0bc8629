// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { JsonMap } from './any.ts'
import type * as envoy__config__common__mutation_rules__v3$ from './envoy.config.common.mutation_rules.v3.ts'
import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__type__matcher__v3$ from './envoy.type.matcher.v3.ts'
import type * as envoy__type__v3$ from './envoy.type.v3.ts'

export interface AuthorizationRequest {
  readonly allowed_headers?: envoy__type__matcher__v3$.ListStringMatcher
  readonly headers_to_add?: readonly envoy__config__core__v3$.HeaderValue[]
}

export interface AuthorizationResponse {
  readonly allowed_upstream_headers?: envoy__type__matcher__v3$.ListStringMatcher
  readonly allowed_upstream_headers_to_append?: envoy__type__matcher__v3$.ListStringMatcher
  readonly allowed_client_headers?: envoy__type__matcher__v3$.ListStringMatcher
  readonly allowed_client_headers_on_success?: envoy__type__matcher__v3$.ListStringMatcher
  readonly dynamic_metadata_from_headers?: envoy__type__matcher__v3$.ListStringMatcher
}

export interface BufferSettings {
  readonly max_request_bytes?: number
  readonly allow_partial_message?: boolean
  readonly pack_as_bytes?: boolean
}

export interface CheckSettings {
  readonly context_extensions?: { readonly [key: string]: string }
  readonly disable_request_body_buffering?: boolean
  readonly with_request_body?: BufferSettings
  readonly grpc_service?: envoy__config__core__v3$.GrpcService
  readonly http_service?: HttpService
  readonly emit_client_span?: boolean
}

export interface ExtAuthz {
  readonly grpc_service?: envoy__config__core__v3$.GrpcService
  readonly http_service?: HttpService
  readonly transport_api_version?: envoy__config__core__v3$.ApiVersion
  readonly failure_mode_allow?: boolean
  readonly failure_mode_allow_header_add?: boolean
  readonly with_request_body?: BufferSettings
  readonly clear_route_cache?: boolean
  readonly clear_route_cache_headers?: readonly string[]
  readonly status_on_error?: envoy__type__v3$.HttpStatus
  readonly validate_mutations?: boolean
  readonly metadata_context_namespaces?: readonly string[]
  readonly typed_metadata_context_namespaces?: readonly string[]
  readonly route_metadata_context_namespaces?: readonly string[]
  readonly route_typed_metadata_context_namespaces?: readonly string[]
  readonly filter_enabled?: envoy__config__core__v3$.RuntimeFractionalPercent
  readonly filter_enabled_metadata?: envoy__type__matcher__v3$.MetadataMatcher
  readonly deny_at_disable?: envoy__config__core__v3$.RuntimeFeatureFlag
  readonly include_peer_certificate?: boolean
  readonly stat_prefix?: string
  readonly bootstrap_metadata_labels_key?: string
  readonly allowed_headers?: envoy__type__matcher__v3$.ListStringMatcher
  readonly disallowed_headers?: envoy__type__matcher__v3$.ListStringMatcher
  readonly include_tls_session?: boolean
  readonly charge_cluster_response_stats?: boolean
  readonly encode_raw_headers?: boolean
  readonly decoder_header_mutation_rules?: envoy__config__common__mutation_rules__v3$.HeaderMutationRules
  readonly enable_dynamic_metadata_ingestion?: boolean
  readonly filter_metadata?: JsonMap
  readonly emit_filter_state_stats?: boolean
  readonly max_denied_response_body_bytes?: number
  readonly enforce_response_header_limits?: boolean
  readonly shadow_mode?: boolean
  readonly emit_client_span?: boolean
}

export interface ExtAuthzPerRoute {
  readonly disabled?: boolean
  readonly check_settings?: CheckSettings
}

export interface HttpService {
  readonly server_uri?: envoy__config__core__v3$.HttpUri
  readonly path_prefix?: string
  readonly path_override?: string
  readonly authorization_request?: AuthorizationRequest
  readonly authorization_response?: AuthorizationResponse
  readonly retry_policy?: envoy__config__core__v3$.RetryPolicy
}
