// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { AnyJson } from './any.ts'
import type * as envoy__config__accesslog__v3$ from './envoy.config.accesslog.v3.ts'
import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__config__route__v3$ from './envoy.config.route.v3.ts'
import type * as envoy__config__trace__v3$ from './envoy.config.trace.v3.ts'
import type * as envoy__type__http__v3$ from './envoy.type.http.v3.ts'
import type * as envoy__type__tracing__v3$ from './envoy.type.tracing.v3.ts'
import type * as envoy__type__v3$ from './envoy.type.v3.ts'
import type * as xds__type__matcher__v3$ from './xds.type.matcher.v3.ts'

export interface ForwardProtoConfig {
  readonly https_destination_ports?: readonly number[]
  readonly http_destination_ports?: readonly number[]
}

export interface HttpConnectionManager {
  readonly codec_type?: HttpConnectionManager_CodecType
  readonly stat_prefix?: string
  readonly rds?: Rds
  readonly route_config?: envoy__config__route__v3$.RouteConfiguration
  readonly scoped_routes?: ScopedRoutes
  readonly http_filters?: readonly HttpFilter[]
  readonly add_user_agent?: boolean
  readonly tracing?: HttpConnectionManager_Tracing
  readonly common_http_protocol_options?: envoy__config__core__v3$.HttpProtocolOptions
  readonly http1_safe_max_connection_duration?: boolean
  readonly http_protocol_options?: envoy__config__core__v3$.Http1ProtocolOptions
  readonly http2_protocol_options?: envoy__config__core__v3$.Http2ProtocolOptions
  readonly http3_protocol_options?: envoy__config__core__v3$.Http3ProtocolOptions
  readonly server_name?: string
  readonly server_header_transformation?: HttpConnectionManager_ServerHeaderTransformation
  readonly scheme_header_transformation?: envoy__config__core__v3$.SchemeHeaderTransformation
  readonly max_request_headers_kb?: number
  readonly stream_idle_timeout?: string
  readonly stream_flush_timeout?: string
  readonly request_timeout?: string
  readonly request_headers_timeout?: string
  readonly drain_timeout?: string
  readonly drain_timeout_jitter?: envoy__type__v3$.Percent
  readonly delayed_close_timeout?: string
  readonly access_log?: readonly envoy__config__accesslog__v3$.AccessLog[]
  readonly access_log_flush_interval?: string
  readonly flush_access_log_on_new_request?: boolean
  readonly access_log_options?: HttpConnectionManager_HcmAccessLogOptions
  readonly use_remote_address?: boolean
  readonly xff_num_trusted_hops?: number
  readonly original_ip_detection_extensions?: readonly envoy__config__core__v3$.TypedExtensionConfig[]
  readonly early_header_mutation_extensions?: readonly envoy__config__core__v3$.TypedExtensionConfig[]
  readonly internal_address_config?: HttpConnectionManager_InternalAddressConfig
  readonly skip_xff_append?: boolean
  readonly via?: string
  readonly generate_request_id?: boolean
  readonly preserve_external_request_id?: boolean
  readonly always_set_request_id_in_response?: boolean
  readonly forward_client_cert_details?: HttpConnectionManager_ForwardClientCertDetails
  readonly set_current_client_cert_details?: HttpConnectionManager_SetCurrentClientCertDetails
  readonly forward_client_cert_matcher?: xds__type__matcher__v3$.Matcher
  readonly proxy_100_continue?: boolean
  readonly represent_ipv4_remote_address_as_ipv4_mapped_ipv6?: boolean
  readonly upgrade_configs?: readonly HttpConnectionManager_UpgradeConfig[]
  readonly normalize_path?: boolean
  readonly merge_slashes?: boolean
  readonly path_with_escaped_slashes_action?: HttpConnectionManager_PathWithEscapedSlashesAction
  readonly request_id_extension?: RequestIDExtension
  readonly local_reply_config?: LocalReplyConfig
  readonly strip_matching_host_port?: boolean
  readonly strip_any_host_port?: boolean
  readonly stream_error_on_invalid_http_message?: boolean
  readonly path_normalization_options?: HttpConnectionManager_PathNormalizationOptions
  readonly strip_trailing_host_dot?: boolean
  readonly proxy_status_config?: HttpConnectionManager_ProxyStatusConfig
  readonly typed_header_validation_config?: envoy__config__core__v3$.TypedExtensionConfig
  readonly append_x_forwarded_port?: boolean
  readonly append_local_overload?: boolean
  readonly add_proxy_protocol_connection_state?: boolean
  readonly forward_proto_config?: ForwardProtoConfig
  readonly record_route_resolution_stats?: boolean
}

export type HttpConnectionManager_CodecType =
  | 'AUTO'
  | 'HTTP1'
  | 'HTTP2'
  | 'HTTP3'

export type HttpConnectionManager_ForwardClientCertDetails =
  | 'SANITIZE'
  | 'FORWARD_ONLY'
  | 'APPEND_FORWARD'
  | 'SANITIZE_SET'
  | 'ALWAYS_FORWARD_ONLY'

export type HttpConnectionManager_ForwardClientCertFormat =
  | 'TEXT'
  | 'JSON'

export interface HttpConnectionManager_HcmAccessLogOptions {
  readonly access_log_flush_interval?: string
  readonly flush_access_log_on_new_request?: boolean
  readonly flush_log_on_tunnel_successfully_established?: boolean
}

export interface HttpConnectionManager_InternalAddressConfig {
  readonly unix_sockets?: boolean
  readonly cidr_ranges?: readonly envoy__config__core__v3$.CidrRange[]
}

export interface HttpConnectionManager_PathNormalizationOptions {
  readonly forwarding_transformation?: envoy__type__http__v3$.PathTransformation
  readonly http_filter_transformation?: envoy__type__http__v3$.PathTransformation
}

export type HttpConnectionManager_PathWithEscapedSlashesAction =
  | 'IMPLEMENTATION_SPECIFIC_DEFAULT'
  | 'KEEP_UNCHANGED'
  | 'REJECT_REQUEST'
  | 'UNESCAPE_AND_REDIRECT'
  | 'UNESCAPE_AND_FORWARD'

export interface HttpConnectionManager_ProxyStatusConfig {
  readonly remove_details?: boolean
  readonly remove_connection_termination_details?: boolean
  readonly remove_response_flags?: boolean
  readonly set_recommended_response_code?: boolean
  readonly use_node_id?: boolean
  readonly literal_proxy_name?: string
}

export type HttpConnectionManager_ServerHeaderTransformation =
  | 'OVERWRITE'
  | 'APPEND_IF_ABSENT'
  | 'PASS_THROUGH'

export interface HttpConnectionManager_SetCurrentClientCertDetails {
  readonly subject?: boolean
  readonly cert?: boolean
  readonly chain?: boolean
  readonly dns?: boolean
  readonly uri?: boolean
  readonly issuer?: boolean
  readonly format?: HttpConnectionManager_ForwardClientCertFormat
}

export interface HttpConnectionManager_Tracing {
  readonly client_sampling?: envoy__type__v3$.Percent
  readonly random_sampling?: envoy__type__v3$.Percent
  readonly overall_sampling?: envoy__type__v3$.Percent
  readonly verbose?: boolean
  readonly max_path_tag_length?: number
  readonly custom_tags?: readonly envoy__type__tracing__v3$.CustomTag[]
  readonly provider?: envoy__config__trace__v3$.Tracing_Http
  readonly spawn_upstream_span?: boolean
  readonly operation?: string
  readonly upstream_operation?: string
  readonly no_context_propagation?: boolean
}

export interface HttpConnectionManager_UpgradeConfig {
  readonly upgrade_type?: string
  readonly filters?: readonly HttpFilter[]
  readonly enabled?: boolean
}

export interface HttpFilter {
  readonly name?: string
  readonly typed_config?: AnyJson
  readonly config_discovery?: envoy__config__core__v3$.ExtensionConfigSource
  readonly is_optional?: boolean
  readonly disabled?: boolean
}

export interface LocalReplyConfig {
  readonly mappers?: readonly ResponseMapper[]
  readonly body_format?: envoy__config__core__v3$.SubstitutionFormatString
}

export interface Rds {
  readonly config_source?: envoy__config__core__v3$.ConfigSource
  readonly route_config_name?: string
}

export interface RequestIDExtension {
  readonly typed_config?: AnyJson
}

export interface ResponseMapper {
  readonly filter?: envoy__config__accesslog__v3$.AccessLogFilter
  readonly status_code?: number
  readonly body?: envoy__config__core__v3$.DataSource
  readonly body_format_override?: envoy__config__core__v3$.SubstitutionFormatString
  readonly headers_to_add?: readonly envoy__config__core__v3$.HeaderValueOption[]
}

export interface ScopedRds {
  readonly scoped_rds_config_source?: envoy__config__core__v3$.ConfigSource
  readonly srds_resources_locator?: string
}

export interface ScopedRouteConfigurationsList {
  readonly scoped_route_configurations?: readonly envoy__config__route__v3$.ScopedRouteConfiguration[]
}

export interface ScopedRoutes {
  readonly name?: string
  readonly scope_key_builder?: ScopedRoutes_ScopeKeyBuilder
  readonly rds_config_source?: envoy__config__core__v3$.ConfigSource
  readonly scoped_route_configurations_list?: ScopedRouteConfigurationsList
  readonly scoped_rds?: ScopedRds
}

export interface ScopedRoutes_ScopeKeyBuilder {
  readonly fragments?: readonly ScopedRoutes_ScopeKeyBuilder_FragmentBuilder[]
}

export interface ScopedRoutes_ScopeKeyBuilder_FragmentBuilder {
  readonly header_value_extractor?: ScopedRoutes_ScopeKeyBuilder_FragmentBuilder_HeaderValueExtractor
}

export interface ScopedRoutes_ScopeKeyBuilder_FragmentBuilder_HeaderValueExtractor {
  readonly name?: string
  readonly element_separator?: string
  readonly index?: number
  readonly element?: ScopedRoutes_ScopeKeyBuilder_FragmentBuilder_HeaderValueExtractor_KvElement
}

export interface ScopedRoutes_ScopeKeyBuilder_FragmentBuilder_HeaderValueExtractor_KvElement {
  readonly separator?: string
  readonly key?: string
}
