// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__common__matcher__v3$ from './envoy.config.common.matcher.v3.ts'
import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__config__route__v3$ from './envoy.config.route.v3.ts'
import type * as envoy__extensions__filters__network__http_connection_manager__v3$ from './envoy.extensions.filters.network.http_connection_manager.v3.ts'

export interface HttpProtocolOptions {
  readonly common_http_protocol_options?: envoy__config__core__v3$.HttpProtocolOptions
  readonly upstream_http_protocol_options?: envoy__config__core__v3$.UpstreamHttpProtocolOptions
  readonly explicit_http_config?: HttpProtocolOptions_ExplicitHttpConfig
  readonly use_downstream_protocol_config?: HttpProtocolOptions_UseDownstreamHttpConfig
  readonly auto_config?: HttpProtocolOptions_AutoHttpConfig
  readonly http_filters?: readonly envoy__extensions__filters__network__http_connection_manager__v3$.HttpFilter[]
  readonly header_validation_config?: envoy__config__core__v3$.TypedExtensionConfig
  readonly outlier_detection?: HttpProtocolOptions_OutlierDetection
  readonly request_mirror_policies?: readonly envoy__config__route__v3$.RouteAction_RequestMirrorPolicy[]
  readonly hash_policy?: readonly envoy__config__route__v3$.RouteAction_HashPolicy[]
  readonly retry_policy?: envoy__config__route__v3$.RetryPolicy
}

export interface HttpProtocolOptions_AutoHttpConfig {
  readonly http_protocol_options?: envoy__config__core__v3$.Http1ProtocolOptions
  readonly http2_protocol_options?: envoy__config__core__v3$.Http2ProtocolOptions
  readonly http3_protocol_options?: envoy__config__core__v3$.Http3ProtocolOptions
  readonly alternate_protocols_cache_options?: envoy__config__core__v3$.AlternateProtocolsCacheOptions
}

export interface HttpProtocolOptions_ExplicitHttpConfig {
  readonly http_protocol_options?: envoy__config__core__v3$.Http1ProtocolOptions
  readonly http2_protocol_options?: envoy__config__core__v3$.Http2ProtocolOptions
  readonly http3_protocol_options?: envoy__config__core__v3$.Http3ProtocolOptions
}

export interface HttpProtocolOptions_OutlierDetection {
  readonly error_matcher?: envoy__config__common__matcher__v3$.MatchPredicate
}

export interface HttpProtocolOptions_UseDownstreamHttpConfig {
  readonly http_protocol_options?: envoy__config__core__v3$.Http1ProtocolOptions
  readonly http2_protocol_options?: envoy__config__core__v3$.Http2ProtocolOptions
  readonly http3_protocol_options?: envoy__config__core__v3$.Http3ProtocolOptions
}
