// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { AnyJson, Json, JsonMap } from './any.ts'
import type * as envoy__type__matcher__v3$ from './envoy.type.matcher.v3.ts'
import type * as envoy__type__v3$ from './envoy.type.v3.ts'
import type * as google__protobuf$ from './google.protobuf.ts'
import type * as xds__core__v3$ from './xds.core.v3.ts'

export interface Address {
  readonly socket_address?: SocketAddress
  readonly pipe?: Pipe
  readonly envoy_internal_address?: EnvoyInternalAddress
}

export type AggregatedConfigSource = Readonly<Record<never, never>>

export interface AlternateProtocolsCacheOptions {
  readonly name?: string
  readonly max_entries?: number
  readonly key_value_store_config?: TypedExtensionConfig
  readonly prepopulated_entries?: readonly AlternateProtocolsCacheOptions_AlternateProtocolsCacheEntry[]
  readonly canonical_suffixes?: readonly string[]
}

export interface AlternateProtocolsCacheOptions_AlternateProtocolsCacheEntry {
  readonly hostname?: string
  readonly port?: number
}

export interface ApiConfigSource {
  readonly api_type?: ApiConfigSource_ApiType
  readonly transport_api_version?: ApiVersion
  readonly cluster_names?: readonly string[]
  readonly grpc_services?: readonly GrpcService[]
  readonly refresh_delay?: string
  readonly request_timeout?: string
  readonly rate_limit_settings?: RateLimitSettings
  readonly set_node_on_first_message_only?: boolean
  readonly config_validators?: readonly TypedExtensionConfig[]
}

export type ApiConfigSource_ApiType =
  | 'DEPRECATED_AND_UNAVAILABLE_DO_NOT_USE'
  | 'REST'
  | 'GRPC'
  | 'DELTA_GRPC'
  | 'AGGREGATED_GRPC'
  | 'AGGREGATED_DELTA_GRPC'

export type ApiVersion =
  | 'AUTO'
  | 'V2'
  | 'V3'

export interface AsyncDataSource {
  readonly local?: DataSource
  readonly remote?: RemoteDataSource
}

export interface BackoffStrategy {
  readonly base_interval?: string
  readonly max_interval?: string
}

export interface BindConfig {
  readonly source_address?: SocketAddress
  readonly freebind?: boolean
  readonly socket_options?: readonly SocketOption[]
  readonly extra_source_addresses?: readonly ExtraSourceAddress[]
  readonly additional_source_addresses?: readonly SocketAddress[]
  readonly local_address_selector?: TypedExtensionConfig
  readonly validate_network_namespaces?: boolean
}

export interface BuildVersion {
  readonly version?: envoy__type__v3$.SemanticVersion
  readonly metadata?: JsonMap
}

export interface CelExpressionConfig {
  readonly enable_string_conversion?: boolean
  readonly enable_string_concat?: boolean
  readonly enable_string_functions?: boolean
}

export interface CidrRange {
  readonly address_prefix?: string
  readonly prefix_len?: number
}

export interface ConfigSource {
  readonly authorities?: readonly xds__core__v3$.Authority[]
  readonly path?: string
  readonly path_config_source?: PathConfigSource
  readonly api_config_source?: ApiConfigSource
  readonly ads?: AggregatedConfigSource
  readonly self?: SelfConfigSource
  readonly initial_fetch_timeout?: string
  readonly resource_api_version?: ApiVersion
}

export interface DataSource {
  readonly filename?: string
  readonly inline_bytes?: string
  readonly inline_string?: string
  readonly environment_variable?: string
  readonly watched_directory?: WatchedDirectory
}

export interface DnsResolutionConfig {
  readonly resolvers?: readonly Address[]
  readonly dns_resolver_options?: DnsResolverOptions
}

export interface DnsResolverOptions {
  readonly use_tcp_for_dns_lookups?: boolean
  readonly no_default_search_domain?: boolean
}

export interface EnvoyInternalAddress {
  readonly server_listener_name?: string
  readonly endpoint_id?: string
}

export interface EventServiceConfig {
  readonly grpc_service?: GrpcService
}

export interface Extension {
  readonly name?: string
  readonly category?: string
  readonly type_descriptor?: string
  readonly version?: BuildVersion
  readonly disabled?: boolean
  readonly type_urls?: readonly string[]
}

export interface ExtensionConfigSource {
  readonly config_source?: ConfigSource
  readonly default_config?: AnyJson
  readonly apply_default_config_without_warming?: boolean
  readonly type_urls?: readonly string[]
}

export interface ExtraSourceAddress {
  readonly address?: SocketAddress
  readonly socket_options?: SocketOptionsOverride
}

export interface GrpcMethodList {
  readonly services?: readonly GrpcMethodList_Service[]
}

export interface GrpcMethodList_Service {
  readonly name?: string
  readonly method_names?: readonly string[]
}

export interface GrpcService {
  readonly envoy_grpc?: GrpcService_EnvoyGrpc
  readonly google_grpc?: GrpcService_GoogleGrpc
  readonly timeout?: string
  readonly initial_metadata?: readonly HeaderValue[]
  readonly retry_policy?: RetryPolicy
}

export interface GrpcService_EnvoyGrpc {
  readonly cluster_name?: string
  readonly authority?: string
  readonly retry_policy?: RetryPolicy
  readonly max_receive_message_length?: number
  readonly skip_envoy_headers?: boolean
}

export interface GrpcService_GoogleGrpc {
  readonly target_uri?: string
  readonly channel_credentials?: GrpcService_GoogleGrpc_ChannelCredentials
  readonly channel_credentials_plugin?: readonly AnyJson[]
  readonly call_credentials?: readonly GrpcService_GoogleGrpc_CallCredentials[]
  readonly call_credentials_plugin?: readonly AnyJson[]
  readonly stat_prefix?: string
  readonly credentials_factory_name?: string
  readonly config?: JsonMap
  readonly per_stream_buffer_limit_bytes?: number
  readonly channel_args?: GrpcService_GoogleGrpc_ChannelArgs
}

export interface GrpcService_GoogleGrpc_CallCredentials {
  readonly access_token?: string
  readonly google_compute_engine?: google__protobuf$.Empty
  readonly google_refresh_token?: string
  readonly service_account_jwt_access?: GrpcService_GoogleGrpc_CallCredentials_ServiceAccountJWTAccessCredentials
  readonly google_iam?: GrpcService_GoogleGrpc_CallCredentials_GoogleIAMCredentials
  readonly from_plugin?: GrpcService_GoogleGrpc_CallCredentials_MetadataCredentialsFromPlugin
  readonly sts_service?: GrpcService_GoogleGrpc_CallCredentials_StsService
}

export interface GrpcService_GoogleGrpc_CallCredentials_GoogleIAMCredentials {
  readonly authorization_token?: string
  readonly authority_selector?: string
}

export interface GrpcService_GoogleGrpc_CallCredentials_MetadataCredentialsFromPlugin {
  readonly name?: string
  readonly typed_config?: AnyJson
}

export interface GrpcService_GoogleGrpc_CallCredentials_ServiceAccountJWTAccessCredentials {
  readonly json_key?: string
  readonly token_lifetime_seconds?: number | string
}

export interface GrpcService_GoogleGrpc_CallCredentials_StsService {
  readonly token_exchange_service_uri?: string
  readonly resource?: string
  readonly audience?: string
  readonly scope?: string
  readonly requested_token_type?: string
  readonly subject_token_path?: string
  readonly subject_token_type?: string
  readonly actor_token_path?: string
  readonly actor_token_type?: string
}

export interface GrpcService_GoogleGrpc_ChannelArgs {
  readonly args?: { readonly [key: string]: GrpcService_GoogleGrpc_ChannelArgs_Value }
}

export interface GrpcService_GoogleGrpc_ChannelArgs_Value {
  readonly string_value?: string
  readonly int_value?: number | string
}

export interface GrpcService_GoogleGrpc_ChannelCredentials {
  readonly ssl_credentials?: GrpcService_GoogleGrpc_SslCredentials
  readonly google_default?: google__protobuf$.Empty
  readonly local_credentials?: GrpcService_GoogleGrpc_GoogleLocalCredentials
}

export type GrpcService_GoogleGrpc_GoogleLocalCredentials = Readonly<Record<never, never>>

export interface GrpcService_GoogleGrpc_SslCredentials {
  readonly root_certs?: DataSource
  readonly private_key?: DataSource
  readonly cert_chain?: DataSource
}

export interface HeaderValue {
  readonly key?: string
  readonly value?: string
  readonly raw_value?: string
}

export interface HeaderValueOption {
  readonly header?: HeaderValue
  readonly append?: boolean
  readonly append_action?: HeaderValueOption_HeaderAppendAction
  readonly keep_empty_value?: boolean
}

export type HeaderValueOption_HeaderAppendAction =
  | 'APPEND_IF_EXISTS_OR_ADD'
  | 'ADD_IF_ABSENT'
  | 'OVERWRITE_IF_EXISTS_OR_ADD'
  | 'OVERWRITE_IF_EXISTS'

export interface HealthCheck {
  readonly name?: string
  readonly timeout?: string
  readonly interval?: string
  readonly initial_jitter?: string
  readonly interval_jitter?: string
  readonly interval_jitter_percent?: number
  readonly unhealthy_threshold?: number
  readonly healthy_threshold?: number
  readonly alt_port?: number
  readonly reuse_connection?: boolean
  readonly http_health_check?: HealthCheck_HttpHealthCheck
  readonly tcp_health_check?: HealthCheck_TcpHealthCheck
  readonly grpc_health_check?: HealthCheck_GrpcHealthCheck
  readonly custom_health_check?: HealthCheck_CustomHealthCheck
  readonly no_traffic_interval?: string
  readonly no_traffic_healthy_interval?: string
  readonly unhealthy_interval?: string
  readonly unhealthy_edge_interval?: string
  readonly healthy_edge_interval?: string
  readonly event_log_path?: string
  readonly event_logger?: readonly TypedExtensionConfig[]
  readonly event_service?: EventServiceConfig
  readonly always_log_health_check_failures?: boolean
  readonly always_log_health_check_success?: boolean
  readonly tls_options?: HealthCheck_TlsOptions
  readonly transport_socket_match_criteria?: JsonMap
}

export interface HealthCheck_CustomHealthCheck {
  readonly name?: string
  readonly typed_config?: AnyJson
}

export interface HealthCheck_GrpcHealthCheck {
  readonly service_name?: string
  readonly authority?: string
  readonly initial_metadata?: readonly HeaderValueOption[]
}

export interface HealthCheck_HttpHealthCheck {
  readonly host?: string
  readonly path?: string
  readonly send?: HealthCheck_Payload
  readonly receive?: readonly HealthCheck_Payload[]
  readonly response_buffer_size?: number | string
  readonly request_headers_to_add?: readonly HeaderValueOption[]
  readonly request_headers_to_remove?: readonly string[]
  readonly expected_statuses?: readonly envoy__type__v3$.Int64Range[]
  readonly retriable_statuses?: readonly envoy__type__v3$.Int64Range[]
  readonly codec_client_type?: envoy__type__v3$.CodecClientType
  readonly use_alpn_protocol?: boolean
  readonly service_name_matcher?: envoy__type__matcher__v3$.StringMatcher
  readonly method?: RequestMethod
}

export interface HealthCheck_Payload {
  readonly text?: string
  readonly binary?: string
}

export interface HealthCheck_TcpHealthCheck {
  readonly send?: HealthCheck_Payload
  readonly receive?: readonly HealthCheck_Payload[]
  readonly proxy_protocol_config?: ProxyProtocolConfig
}

export interface HealthCheck_TlsOptions {
  readonly alpn_protocols?: readonly string[]
}

export type HealthStatus =
  | 'UNKNOWN'
  | 'HEALTHY'
  | 'UNHEALTHY'
  | 'DRAINING'
  | 'TIMEOUT'
  | 'DEGRADED'

export interface HealthStatusSet {
  readonly statuses?: readonly HealthStatus[]
}

export interface Http1ProtocolOptions {
  readonly allow_absolute_url?: boolean
  readonly accept_http_10?: boolean
  readonly default_host_for_http_10?: string
  readonly header_key_format?: Http1ProtocolOptions_HeaderKeyFormat
  readonly enable_trailers?: boolean
  readonly allow_chunked_length?: boolean
  readonly override_stream_error_on_invalid_http_message?: boolean
  readonly send_fully_qualified_url?: boolean
  readonly use_balsa_parser?: boolean
  readonly allow_custom_methods?: boolean
  readonly ignore_http_11_upgrade?: readonly envoy__type__matcher__v3$.StringMatcher[]
}

export interface Http1ProtocolOptions_HeaderKeyFormat {
  readonly proper_case_words?: Http1ProtocolOptions_HeaderKeyFormat_ProperCaseWords
  readonly stateful_formatter?: TypedExtensionConfig
}

export type Http1ProtocolOptions_HeaderKeyFormat_ProperCaseWords = Readonly<Record<never, never>>

export interface Http2ProtocolOptions {
  readonly hpack_table_size?: number
  readonly max_concurrent_streams?: number
  readonly initial_stream_window_size?: number
  readonly initial_connection_window_size?: number
  readonly allow_connect?: boolean
  readonly allow_metadata?: boolean
  readonly max_outbound_frames?: number
  readonly max_outbound_control_frames?: number
  readonly max_consecutive_inbound_frames_with_empty_payload?: number
  readonly max_inbound_priority_frames_per_stream?: number
  readonly max_inbound_window_update_frames_per_data_frame_sent?: number
  readonly stream_error_on_invalid_http_messaging?: boolean
  readonly override_stream_error_on_invalid_http_message?: boolean
  readonly custom_settings_parameters?: readonly Http2ProtocolOptions_SettingsParameter[]
  readonly connection_keepalive?: KeepaliveSettings
  readonly use_oghttp2_codec?: boolean
  readonly max_metadata_size?: number | string
  readonly enable_huffman_encoding?: boolean
  readonly max_header_field_size_kb?: number
  readonly disallow_obs_text?: boolean
  readonly stream_reset_burst?: number | string
  readonly stream_reset_rate?: number | string
}

export interface Http2ProtocolOptions_SettingsParameter {
  readonly identifier?: number
  readonly value?: number
}

export interface Http3ProtocolOptions {
  readonly quic_protocol_options?: QuicProtocolOptions
  readonly override_stream_error_on_invalid_http_message?: boolean
  readonly allow_extended_connect?: boolean
  readonly allow_metadata?: boolean
  readonly disable_qpack?: boolean
  readonly disable_connection_flow_control_for_streams?: boolean
  readonly disallow_obs_text?: boolean
}

export interface HttpProtocolOptions {
  readonly idle_timeout?: string
  readonly max_connection_duration?: string
  readonly max_connection_duration_jitter?: envoy__type__v3$.Percent
  readonly max_headers_count?: number
  readonly max_response_headers_kb?: number
  readonly max_stream_duration?: string
  readonly headers_with_underscores_action?: HttpProtocolOptions_HeadersWithUnderscoresAction
  readonly max_requests_per_connection?: number
}

export type HttpProtocolOptions_HeadersWithUnderscoresAction =
  | 'ALLOW'
  | 'REJECT_REQUEST'
  | 'DROP_HEADER'

export interface HttpService {
  readonly http_uri?: HttpUri
  readonly request_headers_to_add?: readonly HeaderValueOption[]
  readonly formatters?: readonly TypedExtensionConfig[]
}

export interface HttpUri {
  readonly uri?: string
  readonly cluster?: string
  readonly timeout?: string
}

export interface JsonFormatOptions {
  readonly sort_properties?: boolean
}

export interface KeepaliveSettings {
  readonly interval?: string
  readonly timeout?: string
  readonly interval_jitter?: envoy__type__v3$.Percent
  readonly connection_idle_interval?: string
}

export interface KeyValue {
  readonly key?: string
  readonly value?: string
}

export interface KeyValueAppend {
  readonly record?: KeyValuePair
  readonly entry?: KeyValue
  readonly action?: KeyValueAppend_KeyValueAppendAction
}

export type KeyValueAppend_KeyValueAppendAction =
  | 'APPEND_IF_EXISTS_OR_ADD'
  | 'ADD_IF_ABSENT'
  | 'OVERWRITE_IF_EXISTS_OR_ADD'
  | 'OVERWRITE_IF_EXISTS'

export interface KeyValueMutation {
  readonly append?: KeyValueAppend
  readonly remove?: string
}

export interface KeyValuePair {
  readonly key?: string
  readonly value?: Json
}

export interface Locality {
  readonly region?: string
  readonly zone?: string
  readonly sub_zone?: string
}

export interface Metadata {
  readonly filter_metadata?: { readonly [key: string]: JsonMap }
  readonly typed_filter_metadata?: { readonly [key: string]: AnyJson }
}

export interface Node {
  readonly id?: string
  readonly cluster?: string
  readonly metadata?: JsonMap
  readonly dynamic_parameters?: { readonly [key: string]: xds__core__v3$.ContextParams }
  readonly locality?: Locality
  readonly user_agent_name?: string
  readonly user_agent_version?: string
  readonly user_agent_build_version?: BuildVersion
  readonly extensions?: readonly Extension[]
  readonly client_features?: readonly string[]
  readonly listening_addresses?: readonly Address[]
}

export interface PathConfigSource {
  readonly path?: string
  readonly watched_directory?: WatchedDirectory
  readonly poll_interval?: string
}

export interface Pipe {
  readonly path?: string
  readonly mode?: number
}

export interface ProxyProtocolConfig {
  readonly version?: ProxyProtocolConfig_Version
  readonly pass_through_tlvs?: ProxyProtocolPassThroughTLVs
  readonly added_tlvs?: readonly TlvEntry[]
}

export type ProxyProtocolConfig_Version =
  | 'V1'
  | 'V2'

export interface ProxyProtocolPassThroughTLVs {
  readonly match_type?: ProxyProtocolPassThroughTLVs_PassTLVsMatchType
  readonly tlv_type?: readonly number[]
}

export type ProxyProtocolPassThroughTLVs_PassTLVsMatchType =
  | 'INCLUDE_ALL'
  | 'INCLUDE'

export interface QuicKeepAliveSettings {
  readonly max_interval?: string
  readonly initial_interval?: string
}

export interface QuicProtocolOptions {
  readonly max_concurrent_streams?: number
  readonly initial_stream_window_size?: number
  readonly initial_connection_window_size?: number
  readonly num_timeouts_to_trigger_port_migration?: number
  readonly connection_keepalive?: QuicKeepAliveSettings
  readonly connection_options?: string
  readonly client_connection_options?: string
  readonly idle_network_timeout?: string
  readonly max_packet_length?: number | string
  readonly client_packet_writer?: TypedExtensionConfig
  readonly connection_migration?: QuicProtocolOptions_ConnectionMigrationSettings
  readonly memory_reduction_timeout?: string
  readonly enable_scone?: boolean
}

export interface QuicProtocolOptions_ConnectionMigrationSettings {
  readonly migrate_idle_connections?: QuicProtocolOptions_ConnectionMigrationSettings_MigrateIdleConnectionSettings
  readonly max_time_on_non_default_network?: string
}

export interface QuicProtocolOptions_ConnectionMigrationSettings_MigrateIdleConnectionSettings {
  readonly max_idle_time_before_migration?: string
}

export interface RateLimitSettings {
  readonly max_tokens?: number
  readonly fill_rate?: number
}

export interface RemoteDataSource {
  readonly http_uri?: HttpUri
  readonly sha256?: string
  readonly retry_policy?: RetryPolicy
}

export type RequestMethod =
  | 'METHOD_UNSPECIFIED'
  | 'GET'
  | 'HEAD'
  | 'POST'
  | 'PUT'
  | 'DELETE'
  | 'CONNECT'
  | 'OPTIONS'
  | 'TRACE'
  | 'PATCH'

export interface RetryPolicy {
  readonly retry_back_off?: BackoffStrategy
  readonly num_retries?: number
  readonly retry_on?: string
  readonly retry_priority?: RetryPolicy_RetryPriority
  readonly retry_host_predicate?: readonly RetryPolicy_RetryHostPredicate[]
  readonly host_selection_retry_max_attempts?: number | string
}

export interface RetryPolicy_RetryHostPredicate {
  readonly name?: string
  readonly typed_config?: AnyJson
}

export interface RetryPolicy_RetryPriority {
  readonly name?: string
  readonly typed_config?: AnyJson
}

export type RoutingPriority =
  | 'DEFAULT'
  | 'HIGH'

export interface RuntimeDouble {
  readonly default_value?: number
  readonly runtime_key?: string
}

export interface RuntimeFeatureFlag {
  readonly default_value?: boolean
  readonly runtime_key?: string
}

export interface RuntimeFractionalPercent {
  readonly default_value?: envoy__type__v3$.FractionalPercent
  readonly runtime_key?: string
}

export interface RuntimePercent {
  readonly default_value?: envoy__type__v3$.Percent
  readonly runtime_key?: string
}

export interface RuntimeUInt32 {
  readonly default_value?: number
  readonly runtime_key?: string
}

export interface RuntimeUInt64 {
  readonly default_value?: number | string
  readonly runtime_key?: string
}

export interface SchemeHeaderTransformation {
  readonly scheme_to_overwrite?: string
  readonly match_upstream?: boolean
}

export interface SelfConfigSource {
  readonly transport_api_version?: ApiVersion
}

export interface SocketAddress {
  readonly protocol?: SocketAddress_Protocol
  readonly address?: string
  readonly port_value?: number
  readonly named_port?: string
  readonly resolver_name?: string
  readonly ipv4_compat?: boolean
  readonly network_namespace_filepath?: string
}

export type SocketAddress_Protocol =
  | 'TCP'
  | 'UDP'

export interface SocketCmsgHeaders {
  readonly level?: number
  readonly type?: number
  readonly expected_size?: number
}

export interface SocketOption {
  readonly description?: string
  readonly level?: number | string
  readonly name?: number | string
  readonly int_value?: number | string
  readonly buf_value?: string
  readonly state?: SocketOption_SocketState
  readonly type?: SocketOption_SocketType
  readonly ip_version?: SocketOption_SocketIpVersion
}

export type SocketOption_SocketIpVersion =
  | 'SOCKET_IP_VERSION_UNSPECIFIED'
  | 'SOCKET_IP_VERSION_IPV4'
  | 'SOCKET_IP_VERSION_IPV6'

export type SocketOption_SocketState =
  | 'STATE_PREBIND'
  | 'STATE_BOUND'
  | 'STATE_LISTENING'

export interface SocketOption_SocketType {
  readonly stream?: SocketOption_SocketType_Stream
  readonly datagram?: SocketOption_SocketType_Datagram
}

export type SocketOption_SocketType_Datagram = Readonly<Record<never, never>>

export type SocketOption_SocketType_Stream = Readonly<Record<never, never>>

export interface SocketOptionsOverride {
  readonly socket_options?: readonly SocketOption[]
}

export interface SubstitutionFormatString {
  readonly text_format?: string
  readonly json_format?: JsonMap
  readonly text_format_source?: DataSource
  readonly omit_empty_values?: boolean
  readonly content_type?: string
  readonly formatters?: readonly TypedExtensionConfig[]
  readonly json_format_options?: JsonFormatOptions
}

export interface TcpKeepalive {
  readonly keepalive_probes?: number
  readonly keepalive_time?: number
  readonly keepalive_interval?: number
}

export interface TlvEntry {
  readonly type?: number
  readonly value?: string
  readonly format_string?: SubstitutionFormatString
}

export type TrafficDirection =
  | 'UNSPECIFIED'
  | 'INBOUND'
  | 'OUTBOUND'

export interface TransportSocket {
  readonly name?: string
  readonly typed_config?: AnyJson
}

export interface TypedExtensionConfig {
  readonly name?: string
  readonly typed_config?: AnyJson
}

export interface UdpSocketConfig {
  readonly max_rx_datagram_size?: number | string
  readonly prefer_gro?: boolean
}

export interface UpstreamHttpProtocolOptions {
  readonly auto_sni?: boolean
  readonly auto_san_validation?: boolean
  readonly override_auto_sni_header?: string
}

export interface WatchedDirectory {
  readonly path?: string
  readonly watch_modify?: boolean
}
