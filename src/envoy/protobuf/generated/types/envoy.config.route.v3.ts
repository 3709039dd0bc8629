// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { AnyJson } from './any.ts'
import type * as envoy__config__common__mutation_rules__v3$ from './envoy.config.common.mutation_rules.v3.ts'
import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__type__matcher__v3$ from './envoy.type.matcher.v3.ts'
import type * as envoy__type__metadata__v3$ from './envoy.type.metadata.v3.ts'
import type * as envoy__type__tracing__v3$ from './envoy.type.tracing.v3.ts'
import type * as envoy__type__v3$ from './envoy.type.v3.ts'
import type * as xds__type__matcher__v3$ from './xds.type.matcher.v3.ts'

export interface ClusterSpecifierPlugin {
  readonly extension?: envoy__config__core__v3$.TypedExtensionConfig
  readonly is_optional?: boolean
}

export interface CookieMatcher {
  readonly name?: string
  readonly string_match?: envoy__type__matcher__v3$.StringMatcher
  readonly invert_match?: boolean
}

export interface CorsPolicy {
  readonly allow_origin_string_match?: readonly envoy__type__matcher__v3$.StringMatcher[]
  readonly allow_methods?: string
  readonly allow_headers?: string
  readonly expose_headers?: string
  readonly max_age?: string
  readonly allow_credentials?: boolean
  readonly filter_enabled?: envoy__config__core__v3$.RuntimeFractionalPercent
  readonly shadow_enabled?: envoy__config__core__v3$.RuntimeFractionalPercent
  readonly allow_private_network_access?: boolean
  readonly forward_not_matching_preflights?: boolean
}

export interface Decorator {
  readonly operation?: string
  readonly propagate?: boolean
}

export interface DirectResponseAction {
  readonly status?: number
  readonly body?: envoy__config__core__v3$.DataSource
  readonly body_format?: envoy__config__core__v3$.SubstitutionFormatString
}

export interface FilterAction {
  readonly action?: AnyJson
}

export interface FilterConfig {
  readonly config?: AnyJson
  readonly is_optional?: boolean
  readonly disabled?: boolean
}

export interface HeaderMatcher {
  readonly name?: string
  readonly exact_match?: string
  readonly safe_regex_match?: envoy__type__matcher__v3$.RegexMatcher
  readonly range_match?: envoy__type__v3$.Int64Range
  readonly present_match?: boolean
  readonly prefix_match?: string
  readonly suffix_match?: string
  readonly contains_match?: string
  readonly string_match?: envoy__type__matcher__v3$.StringMatcher
  readonly invert_match?: boolean
  readonly treat_missing_header_as_empty?: boolean
}

export interface HedgePolicy {
  readonly initial_requests?: number
  readonly additional_request_chance?: envoy__type__v3$.FractionalPercent
  readonly hedge_on_per_try_timeout?: boolean
}

export interface InternalRedirectPolicy {
  readonly max_internal_redirects?: number
  readonly redirect_response_codes?: readonly number[]
  readonly predicates?: readonly envoy__config__core__v3$.TypedExtensionConfig[]
  readonly allow_cross_scheme_redirect?: boolean
  readonly response_headers_to_copy?: readonly string[]
}

export type NonForwardingAction = Readonly<Record<never, never>>

export interface QueryParameterMatcher {
  readonly name?: string
  readonly string_match?: envoy__type__matcher__v3$.StringMatcher
  readonly present_match?: boolean
}

export interface RateLimit {
  readonly stage?: number
  readonly disable_key?: string
  readonly actions?: readonly RateLimit_Action[]
  readonly limit?: RateLimit_Override
  readonly hits_addend?: RateLimit_HitsAddend
  readonly apply_on_stream_done?: boolean
  readonly x_ratelimit_option?: RateLimit_XRateLimitOption
}

export interface RateLimit_Action {
  readonly source_cluster?: RateLimit_Action_SourceCluster
  readonly destination_cluster?: RateLimit_Action_DestinationCluster
  readonly request_headers?: RateLimit_Action_RequestHeaders
  readonly query_parameters?: RateLimit_Action_QueryParameters
  readonly remote_address?: RateLimit_Action_RemoteAddress
  readonly generic_key?: RateLimit_Action_GenericKey
  readonly header_value_match?: RateLimit_Action_HeaderValueMatch
  readonly dynamic_metadata?: RateLimit_Action_DynamicMetaData
  readonly metadata?: RateLimit_Action_MetaData
  readonly extension?: envoy__config__core__v3$.TypedExtensionConfig
  readonly masked_remote_address?: RateLimit_Action_MaskedRemoteAddress
  readonly query_parameter_value_match?: RateLimit_Action_QueryParameterValueMatch
  readonly remote_address_match?: RateLimit_Action_RemoteAddressMatch
}

export type RateLimit_Action_DestinationCluster = Readonly<Record<never, never>>

export interface RateLimit_Action_DynamicMetaData {
  readonly descriptor_key?: string
  readonly metadata_key?: envoy__type__metadata__v3$.MetadataKey
  readonly default_value?: string
}

export interface RateLimit_Action_GenericKey {
  readonly descriptor_value?: string
  readonly default_value?: string
  readonly descriptor_key?: string
}

export interface RateLimit_Action_HeaderValueMatch {
  readonly descriptor_value?: string
  readonly default_value?: string
  readonly descriptor_key?: string
  readonly expect_match?: boolean
  readonly headers?: readonly HeaderMatcher[]
}

export interface RateLimit_Action_MaskedRemoteAddress {
  readonly v4_prefix_mask_len?: number
  readonly v6_prefix_mask_len?: number
}

export interface RateLimit_Action_MetaData {
  readonly descriptor_key?: string
  readonly metadata_key?: envoy__type__metadata__v3$.MetadataKey
  readonly default_value?: string
  readonly source?: RateLimit_Action_MetaData_Source
  readonly skip_if_absent?: boolean
}

export type RateLimit_Action_MetaData_Source =
  | 'DYNAMIC'
  | 'ROUTE_ENTRY'
  | 'CLUSTER_ENTRY'
  | 'CLUSTER_LOCALITY_ENTRY'

export interface RateLimit_Action_QueryParameterValueMatch {
  readonly descriptor_value?: string
  readonly default_value?: string
  readonly descriptor_key?: string
  readonly expect_match?: boolean
  readonly query_parameters?: readonly QueryParameterMatcher[]
}

export interface RateLimit_Action_QueryParameters {
  readonly query_parameter_name?: string
  readonly descriptor_key?: string
  readonly skip_if_absent?: boolean
}

export type RateLimit_Action_RemoteAddress = Readonly<Record<never, never>>

export interface RateLimit_Action_RemoteAddressMatch {
  readonly descriptor_value?: string
  readonly descriptor_key?: string
  readonly default_value?: string
  readonly address_matcher?: envoy__type__matcher__v3$.AddressMatcher
}

export interface RateLimit_Action_RequestHeaders {
  readonly header_name?: string
  readonly descriptor_key?: string
  readonly skip_if_absent?: boolean
}

export type RateLimit_Action_SourceCluster = Readonly<Record<never, never>>

export interface RateLimit_HitsAddend {
  readonly number?: number | string
  readonly format?: string
  readonly is_negative_hits?: boolean
}

export interface RateLimit_Override {
  readonly dynamic_metadata?: RateLimit_Override_DynamicMetadata
  readonly rate_limit?: RateLimit_Override_RateLimitOverride
}

export interface RateLimit_Override_DynamicMetadata {
  readonly metadata_key?: envoy__type__metadata__v3$.MetadataKey
}

export interface RateLimit_Override_RateLimitOverride {
  readonly requests_per_unit?: number
  readonly unit?: envoy__type__v3$.RateLimitUnit
}

export type RateLimit_XRateLimitOption =
  | 'UNSPECIFIED'
  | 'OFF'
  | 'DRAFT_VERSION_03'

export interface RedirectAction {
  readonly https_redirect?: boolean
  readonly scheme_redirect?: string
  readonly host_redirect?: string
  readonly port_redirect?: number
  readonly path_redirect?: string
  readonly prefix_rewrite?: string
  readonly regex_rewrite?: envoy__type__matcher__v3$.RegexMatchAndSubstitute
  readonly path_rewrite?: string
  readonly response_code?: RedirectAction_RedirectResponseCode
  readonly strip_query?: boolean
}

export type RedirectAction_RedirectResponseCode =
  | 'MOVED_PERMANENTLY'
  | 'FOUND'
  | 'SEE_OTHER'
  | 'TEMPORARY_REDIRECT'
  | 'PERMANENT_REDIRECT'

export interface RetryPolicy {
  readonly retry_on?: string
  readonly num_retries?: number
  readonly per_try_timeout?: string
  readonly per_try_idle_timeout?: string
  readonly retry_priority?: RetryPolicy_RetryPriority
  readonly retry_host_predicate?: readonly RetryPolicy_RetryHostPredicate[]
  readonly retry_options_predicates?: readonly envoy__config__core__v3$.TypedExtensionConfig[]
  readonly host_selection_retry_max_attempts?: number | string
  readonly retriable_status_codes?: readonly number[]
  readonly retry_back_off?: RetryPolicy_RetryBackOff
  readonly rate_limited_retry_back_off?: RetryPolicy_RateLimitedRetryBackOff
  readonly retriable_headers?: readonly HeaderMatcher[]
  readonly retriable_request_headers?: readonly HeaderMatcher[]
  readonly refresh_cluster_on_retry?: boolean
}

export interface RetryPolicy_RateLimitedRetryBackOff {
  readonly reset_headers?: readonly RetryPolicy_ResetHeader[]
  readonly max_interval?: string
}

export interface RetryPolicy_ResetHeader {
  readonly name?: string
  readonly format?: RetryPolicy_ResetHeaderFormat
}

export type RetryPolicy_ResetHeaderFormat =
  | 'SECONDS'
  | 'UNIX_TIMESTAMP'

export interface RetryPolicy_RetryBackOff {
  readonly base_interval?: string
  readonly max_interval?: string
}

export interface RetryPolicy_RetryHostPredicate {
  readonly name?: string
  readonly typed_config?: AnyJson
}

export interface RetryPolicy_RetryPriority {
  readonly name?: string
  readonly typed_config?: AnyJson
}

export interface Route {
  readonly name?: string
  readonly match?: RouteMatch
  readonly route?: RouteAction
  readonly redirect?: RedirectAction
  readonly direct_response?: DirectResponseAction
  readonly filter_action?: FilterAction
  readonly non_forwarding_action?: NonForwardingAction
  readonly metadata?: envoy__config__core__v3$.Metadata
  readonly decorator?: Decorator
  readonly typed_per_filter_config?: { readonly [key: string]: AnyJson }
  readonly request_headers_to_add?: readonly envoy__config__core__v3$.HeaderValueOption[]
  readonly request_headers_to_remove?: readonly string[]
  readonly response_headers_to_add?: readonly envoy__config__core__v3$.HeaderValueOption[]
  readonly response_headers_to_remove?: readonly string[]
  readonly tracing?: Tracing
  readonly per_request_buffer_limit_bytes?: number
  readonly stat_prefix?: string
  readonly request_body_buffer_limit?: number | string
  readonly route_specifiers?: readonly envoy__config__core__v3$.TypedExtensionConfig[]
}

export interface RouteAction {
  readonly cluster?: string
  readonly cluster_header?: string
  readonly weighted_clusters?: WeightedCluster
  readonly cluster_specifier_plugin?: string
  readonly inline_cluster_specifier_plugin?: ClusterSpecifierPlugin
  readonly cluster_not_found_response_code?: RouteAction_ClusterNotFoundResponseCode
  readonly metadata_match?: envoy__config__core__v3$.Metadata
  readonly prefix_rewrite?: string
  readonly regex_rewrite?: envoy__type__matcher__v3$.RegexMatchAndSubstitute
  readonly path_rewrite_policy?: envoy__config__core__v3$.TypedExtensionConfig
  readonly path_rewrite?: string
  readonly host_rewrite_literal?: string
  readonly auto_host_rewrite?: boolean
  readonly host_rewrite_header?: string
  readonly host_rewrite_path_regex?: envoy__type__matcher__v3$.RegexMatchAndSubstitute
  readonly host_rewrite?: string
  readonly append_x_forwarded_host?: boolean
  readonly timeout?: string
  readonly idle_timeout?: string
  readonly flush_timeout?: string
  readonly early_data_policy?: envoy__config__core__v3$.TypedExtensionConfig
  readonly retry_policy?: RetryPolicy
  readonly retry_policy_typed_config?: AnyJson
  readonly request_mirror_policies?: readonly RouteAction_RequestMirrorPolicy[]
  readonly priority?: envoy__config__core__v3$.RoutingPriority
  readonly rate_limits?: readonly RateLimit[]
  readonly include_vh_rate_limits?: boolean
  readonly hash_policy?: readonly RouteAction_HashPolicy[]
  readonly cors?: CorsPolicy
  readonly max_grpc_timeout?: string
  readonly grpc_timeout_offset?: string
  readonly upgrade_configs?: readonly RouteAction_UpgradeConfig[]
  readonly internal_redirect_policy?: InternalRedirectPolicy
  readonly internal_redirect_action?: RouteAction_InternalRedirectAction
  readonly max_internal_redirects?: number
  readonly hedge_policy?: HedgePolicy
  readonly max_stream_duration?: RouteAction_MaxStreamDuration
}

export type RouteAction_ClusterNotFoundResponseCode =
  | 'SERVICE_UNAVAILABLE'
  | 'NOT_FOUND'
  | 'INTERNAL_SERVER_ERROR'

export interface RouteAction_HashPolicy {
  readonly header?: RouteAction_HashPolicy_Header
  readonly cookie?: RouteAction_HashPolicy_Cookie
  readonly connection_properties?: RouteAction_HashPolicy_ConnectionProperties
  readonly query_parameter?: RouteAction_HashPolicy_QueryParameter
  readonly filter_state?: RouteAction_HashPolicy_FilterState
  readonly terminal?: boolean
}

export interface RouteAction_HashPolicy_ConnectionProperties {
  readonly source_ip?: boolean
}

export interface RouteAction_HashPolicy_Cookie {
  readonly name?: string
  readonly ttl?: string
  readonly path?: string
  readonly attributes?: readonly RouteAction_HashPolicy_CookieAttribute[]
}

export interface RouteAction_HashPolicy_CookieAttribute {
  readonly name?: string
  readonly value?: string
}

export interface RouteAction_HashPolicy_FilterState {
  readonly key?: string
}

export interface RouteAction_HashPolicy_Header {
  readonly header_name?: string
  readonly regex_rewrite?: envoy__type__matcher__v3$.RegexMatchAndSubstitute
}

export interface RouteAction_HashPolicy_QueryParameter {
  readonly name?: string
}

export type RouteAction_InternalRedirectAction =
  | 'PASS_THROUGH_INTERNAL_REDIRECT'
  | 'HANDLE_INTERNAL_REDIRECT'

export interface RouteAction_MaxStreamDuration {
  readonly max_stream_duration?: string
  readonly grpc_timeout_header_max?: string
  readonly grpc_timeout_header_offset?: string
}

export interface RouteAction_RequestMirrorPolicy {
  readonly cluster?: string
  readonly cluster_header?: string
  readonly runtime_fraction?: envoy__config__core__v3$.RuntimeFractionalPercent
  readonly trace_sampled?: boolean
  readonly disable_shadow_host_suffix_append?: boolean
  readonly request_headers_mutations?: readonly envoy__config__common__mutation_rules__v3$.HeaderMutation[]
  readonly host_rewrite_literal?: string
}

export interface RouteAction_UpgradeConfig {
  readonly upgrade_type?: string
  readonly enabled?: boolean
  readonly connect_config?: RouteAction_UpgradeConfig_ConnectConfig
}

export interface RouteAction_UpgradeConfig_ConnectConfig {
  readonly proxy_protocol_config?: envoy__config__core__v3$.ProxyProtocolConfig
  readonly allow_post?: boolean
}

export interface RouteConfiguration {
  readonly name?: string
  readonly virtual_hosts?: readonly VirtualHost[]
  readonly vhds?: Vhds
  readonly internal_only_headers?: readonly string[]
  readonly response_headers_to_add?: readonly envoy__config__core__v3$.HeaderValueOption[]
  readonly response_headers_to_remove?: readonly string[]
  readonly request_headers_to_add?: readonly envoy__config__core__v3$.HeaderValueOption[]
  readonly request_headers_to_remove?: readonly string[]
  readonly most_specific_header_mutations_wins?: boolean
  readonly validate_clusters?: boolean
  readonly max_direct_response_body_size_bytes?: number
  readonly cluster_specifier_plugins?: readonly ClusterSpecifierPlugin[]
  readonly request_mirror_policies?: readonly RouteAction_RequestMirrorPolicy[]
  readonly ignore_port_in_host_matching?: boolean
  readonly vhost_header?: string
  readonly ignore_path_parameters_in_path_matching?: boolean
  readonly typed_per_filter_config?: { readonly [key: string]: AnyJson }
  readonly metadata?: envoy__config__core__v3$.Metadata
  readonly route_specifiers?: readonly envoy__config__core__v3$.TypedExtensionConfig[]
}

export interface RouteMatch {
  readonly prefix?: string
  readonly path?: string
  readonly safe_regex?: envoy__type__matcher__v3$.RegexMatcher
  readonly connect_matcher?: RouteMatch_ConnectMatcher
  readonly path_separated_prefix?: string
  readonly path_match_policy?: envoy__config__core__v3$.TypedExtensionConfig
  readonly case_sensitive?: boolean
  readonly runtime_fraction?: envoy__config__core__v3$.RuntimeFractionalPercent
  readonly headers?: readonly HeaderMatcher[]
  readonly query_parameters?: readonly QueryParameterMatcher[]
  readonly cookies?: readonly CookieMatcher[]
  readonly grpc?: RouteMatch_GrpcRouteMatchOptions
  readonly tls_context?: RouteMatch_TlsContextMatchOptions
  readonly dynamic_metadata?: readonly envoy__type__matcher__v3$.MetadataMatcher[]
  readonly filter_state?: readonly envoy__type__matcher__v3$.FilterStateMatcher[]
}

export type RouteMatch_ConnectMatcher = Readonly<Record<never, never>>

export type RouteMatch_GrpcRouteMatchOptions = Readonly<Record<never, never>>

export interface RouteMatch_TlsContextMatchOptions {
  readonly presented?: boolean
  readonly validated?: boolean
}

export interface ScopedRouteConfiguration {
  readonly on_demand?: boolean
  readonly name?: string
  readonly route_configuration_name?: string
  readonly route_configuration?: RouteConfiguration
  readonly key?: ScopedRouteConfiguration_Key
}

export interface ScopedRouteConfiguration_Key {
  readonly fragments?: readonly ScopedRouteConfiguration_Key_Fragment[]
}

export interface ScopedRouteConfiguration_Key_Fragment {
  readonly string_key?: string
}

export interface Tracing {
  readonly client_sampling?: envoy__type__v3$.FractionalPercent
  readonly random_sampling?: envoy__type__v3$.FractionalPercent
  readonly overall_sampling?: envoy__type__v3$.FractionalPercent
  readonly custom_tags?: readonly envoy__type__tracing__v3$.CustomTag[]
  readonly operation?: string
  readonly upstream_operation?: string
}

export interface Vhds {
  readonly config_source?: envoy__config__core__v3$.ConfigSource
}

export interface VirtualCluster {
  readonly headers?: readonly HeaderMatcher[]
  readonly name?: string
}

export interface VirtualHost {
  readonly name?: string
  readonly domains?: readonly string[]
  readonly routes?: readonly Route[]
  readonly matcher?: xds__type__matcher__v3$.Matcher
  readonly require_tls?: VirtualHost_TlsRequirementType
  readonly virtual_clusters?: readonly VirtualCluster[]
  readonly rate_limits?: readonly RateLimit[]
  readonly request_headers_to_add?: readonly envoy__config__core__v3$.HeaderValueOption[]
  readonly request_headers_to_remove?: readonly string[]
  readonly response_headers_to_add?: readonly envoy__config__core__v3$.HeaderValueOption[]
  readonly response_headers_to_remove?: readonly string[]
  readonly cors?: CorsPolicy
  readonly typed_per_filter_config?: { readonly [key: string]: AnyJson }
  readonly include_request_attempt_count?: boolean
  readonly include_attempt_count_in_response?: boolean
  readonly retry_policy?: RetryPolicy
  readonly retry_policy_typed_config?: AnyJson
  readonly hedge_policy?: HedgePolicy
  readonly include_is_timeout_retry_header?: boolean
  readonly per_request_buffer_limit_bytes?: number
  readonly request_body_buffer_limit?: number | string
  readonly request_mirror_policies?: readonly RouteAction_RequestMirrorPolicy[]
  readonly metadata?: envoy__config__core__v3$.Metadata
  readonly route_specifiers?: readonly envoy__config__core__v3$.TypedExtensionConfig[]
}

export type VirtualHost_TlsRequirementType =
  | 'NONE'
  | 'EXTERNAL_ONLY'
  | 'ALL'

export interface WeightedCluster {
  readonly clusters?: readonly WeightedCluster_ClusterWeight[]
  readonly total_weight?: number
  readonly runtime_key_prefix?: string
  readonly header_name?: string
  readonly use_hash_policy?: boolean
}

export interface WeightedCluster_ClusterWeight {
  readonly name?: string
  readonly cluster_header?: string
  readonly weight?: number
  readonly metadata_match?: envoy__config__core__v3$.Metadata
  readonly request_headers_to_add?: readonly envoy__config__core__v3$.HeaderValueOption[]
  readonly request_headers_to_remove?: readonly string[]
  readonly response_headers_to_add?: readonly envoy__config__core__v3$.HeaderValueOption[]
  readonly response_headers_to_remove?: readonly string[]
  readonly typed_per_filter_config?: { readonly [key: string]: AnyJson }
  readonly host_rewrite_literal?: string
}
