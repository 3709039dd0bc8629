// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { AnyJson, JsonMap } from './any.ts'
import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__config__endpoint__v3$ from './envoy.config.endpoint.v3.ts'
import type * as envoy__config__metrics__v3$ from './envoy.config.metrics.v3.ts'
import type * as envoy__type__matcher__v3$ from './envoy.type.matcher.v3.ts'
import type * as envoy__type__metadata__v3$ from './envoy.type.metadata.v3.ts'
import type * as envoy__type__v3$ from './envoy.type.v3.ts'
import type * as xds__type__matcher__v3$ from './xds.type.matcher.v3.ts'

export interface CircuitBreakers {
  readonly thresholds?: readonly CircuitBreakers_Thresholds[]
  readonly per_host_thresholds?: readonly CircuitBreakers_Thresholds[]
}

export interface CircuitBreakers_Thresholds {
  readonly priority?: envoy__config__core__v3$.RoutingPriority
  readonly max_connections?: number
  readonly max_pending_requests?: number
  readonly max_requests?: number
  readonly max_retries?: number
  readonly retry_budget?: CircuitBreakers_Thresholds_RetryBudget
  readonly track_remaining?: boolean
  readonly max_connection_pools?: number
}

export interface CircuitBreakers_Thresholds_RetryBudget {
  readonly budget_percent?: envoy__type__v3$.Percent
  readonly budget_interval?: string
  readonly min_retry_concurrency?: number
}

export interface Cluster {
  readonly transport_socket_matches?: readonly Cluster_TransportSocketMatch[]
  readonly transport_socket_matcher?: xds__type__matcher__v3$.Matcher
  readonly name?: string
  readonly alt_stat_name?: string
  readonly stats_matcher?: envoy__config__metrics__v3$.StatsMatcher
  readonly type?: Cluster_DiscoveryType
  readonly cluster_type?: Cluster_CustomClusterType
  readonly eds_cluster_config?: Cluster_EdsClusterConfig
  readonly connect_timeout?: string
  readonly per_connection_buffer_limit_bytes?: number
  readonly per_connection_buffer_high_watermark_timeout?: string
  readonly lb_policy?: Cluster_LbPolicy
  readonly load_assignment?: envoy__config__endpoint__v3$.ClusterLoadAssignment
  readonly health_checks?: readonly envoy__config__core__v3$.HealthCheck[]
  readonly max_requests_per_connection?: number
  readonly circuit_breakers?: CircuitBreakers
  readonly upstream_http_protocol_options?: envoy__config__core__v3$.UpstreamHttpProtocolOptions
  readonly common_http_protocol_options?: envoy__config__core__v3$.HttpProtocolOptions
  readonly http_protocol_options?: envoy__config__core__v3$.Http1ProtocolOptions
  readonly http2_protocol_options?: envoy__config__core__v3$.Http2ProtocolOptions
  readonly typed_extension_protocol_options?: { readonly [key: string]: AnyJson }
  readonly dns_refresh_rate?: string
  readonly dns_jitter?: string
  readonly dns_failure_refresh_rate?: Cluster_RefreshRate
  readonly respect_dns_ttl?: boolean
  readonly dns_lookup_family?: Cluster_DnsLookupFamily
  readonly dns_resolvers?: readonly envoy__config__core__v3$.Address[]
  readonly use_tcp_for_dns_lookups?: boolean
  readonly dns_resolution_config?: envoy__config__core__v3$.DnsResolutionConfig
  readonly typed_dns_resolver_config?: envoy__config__core__v3$.TypedExtensionConfig
  readonly wait_for_warm_on_init?: boolean
  readonly outlier_detection?: OutlierDetection
  readonly cleanup_interval?: string
  readonly upstream_bind_config?: envoy__config__core__v3$.BindConfig
  readonly lb_subset_config?: Cluster_LbSubsetConfig
  readonly ring_hash_lb_config?: Cluster_RingHashLbConfig
  readonly maglev_lb_config?: Cluster_MaglevLbConfig
  readonly original_dst_lb_config?: Cluster_OriginalDstLbConfig
  readonly least_request_lb_config?: Cluster_LeastRequestLbConfig
  readonly round_robin_lb_config?: Cluster_RoundRobinLbConfig
  readonly common_lb_config?: Cluster_CommonLbConfig
  readonly transport_socket?: envoy__config__core__v3$.TransportSocket
  readonly metadata?: envoy__config__core__v3$.Metadata
  readonly protocol_selection?: Cluster_ClusterProtocolSelection
  readonly upstream_connection_options?: UpstreamConnectionOptions
  readonly close_connections_on_host_health_failure?: boolean
  readonly ignore_health_on_host_removal?: boolean
  readonly filters?: readonly Filter[]
  readonly load_balancing_policy?: LoadBalancingPolicy
  readonly lrs_server?: envoy__config__core__v3$.ConfigSource
  readonly lrs_report_endpoint_metrics?: readonly string[]
  readonly track_timeout_budgets?: boolean
  readonly upstream_config?: envoy__config__core__v3$.TypedExtensionConfig
  readonly track_cluster_stats?: TrackClusterStats
  readonly preconnect_policy?: Cluster_PreconnectPolicy
  readonly connection_pool_per_downstream_connection?: boolean
  readonly queuing_policies?: Cluster_QueuingPolicies
}

export type Cluster_ClusterProtocolSelection =
  | 'USE_CONFIGURED_PROTOCOL'
  | 'USE_DOWNSTREAM_PROTOCOL'

export interface Cluster_CommonLbConfig {
  readonly healthy_panic_threshold?: envoy__type__v3$.Percent
  readonly zone_aware_lb_config?: Cluster_CommonLbConfig_ZoneAwareLbConfig
  readonly locality_weighted_lb_config?: Cluster_CommonLbConfig_LocalityWeightedLbConfig
  readonly update_merge_window?: string
  readonly ignore_new_hosts_until_first_hc?: boolean
  readonly close_connections_on_host_set_change?: boolean
  readonly consistent_hashing_lb_config?: Cluster_CommonLbConfig_ConsistentHashingLbConfig
  readonly override_host_status?: envoy__config__core__v3$.HealthStatusSet
}

export interface Cluster_CommonLbConfig_ConsistentHashingLbConfig {
  readonly use_hostname_for_hashing?: boolean
  readonly hash_balance_factor?: number
}

export type Cluster_CommonLbConfig_LocalityWeightedLbConfig = Readonly<Record<never, never>>

export interface Cluster_CommonLbConfig_ZoneAwareLbConfig {
  readonly routing_enabled?: envoy__type__v3$.Percent
  readonly min_cluster_size?: number | string
  readonly fail_traffic_on_panic?: boolean
}

export interface Cluster_CustomClusterType {
  readonly name?: string
  readonly typed_config?: AnyJson
}

export type Cluster_DiscoveryType =
  | 'STATIC'
  | 'STRICT_DNS'
  | 'LOGICAL_DNS'
  | 'EDS'
  | 'ORIGINAL_DST'

export type Cluster_DnsLookupFamily =
  | 'AUTO'
  | 'V4_ONLY'
  | 'V6_ONLY'
  | 'V4_PREFERRED'
  | 'ALL'

export interface Cluster_EdsClusterConfig {
  readonly eds_config?: envoy__config__core__v3$.ConfigSource
  readonly service_name?: string
}

export type Cluster_LbPolicy =
  | 'ROUND_ROBIN'
  | 'LEAST_REQUEST'
  | 'RING_HASH'
  | 'RANDOM'
  | 'MAGLEV'
  | 'CLUSTER_PROVIDED'
  | 'LOAD_BALANCING_POLICY_CONFIG'

export interface Cluster_LbSubsetConfig {
  readonly fallback_policy?: Cluster_LbSubsetConfig_LbSubsetFallbackPolicy
  readonly default_subset?: JsonMap
  readonly subset_selectors?: readonly Cluster_LbSubsetConfig_LbSubsetSelector[]
  readonly locality_weight_aware?: boolean
  readonly scale_locality_weight?: boolean
  readonly panic_mode_any?: boolean
  readonly list_as_any?: boolean
  readonly metadata_fallback_policy?: Cluster_LbSubsetConfig_LbSubsetMetadataFallbackPolicy
}

export type Cluster_LbSubsetConfig_LbSubsetFallbackPolicy =
  | 'NO_FALLBACK'
  | 'ANY_ENDPOINT'
  | 'DEFAULT_SUBSET'

export type Cluster_LbSubsetConfig_LbSubsetMetadataFallbackPolicy =
  | 'METADATA_NO_FALLBACK'
  | 'FALLBACK_LIST'

export interface Cluster_LbSubsetConfig_LbSubsetSelector {
  readonly keys?: readonly string[]
  readonly single_host_per_subset?: boolean
  readonly fallback_policy?: Cluster_LbSubsetConfig_LbSubsetSelector_LbSubsetSelectorFallbackPolicy
  readonly fallback_keys_subset?: readonly string[]
}

export type Cluster_LbSubsetConfig_LbSubsetSelector_LbSubsetSelectorFallbackPolicy =
  | 'NOT_DEFINED'
  | 'NO_FALLBACK'
  | 'ANY_ENDPOINT'
  | 'DEFAULT_SUBSET'
  | 'KEYS_SUBSET'

export interface Cluster_LeastRequestLbConfig {
  readonly choice_count?: number
  readonly active_request_bias?: envoy__config__core__v3$.RuntimeDouble
  readonly slow_start_config?: Cluster_SlowStartConfig
}

export interface Cluster_MaglevLbConfig {
  readonly table_size?: number | string
}

export interface Cluster_OriginalDstLbConfig {
  readonly use_http_header?: boolean
  readonly http_header_name?: string
  readonly upstream_port_override?: number
  readonly metadata_key?: envoy__type__metadata__v3$.MetadataKey
}

export interface Cluster_PreconnectPolicy {
  readonly per_upstream_preconnect_ratio?: number
  readonly predictive_preconnect_ratio?: number
  readonly preconnect_enabled_metadata?: envoy__type__matcher__v3$.MetadataMatcher
}

export interface Cluster_QueuingPolicies {
  readonly pending_rq_policy?: envoy__config__core__v3$.TypedExtensionConfig
}

export interface Cluster_RefreshRate {
  readonly base_interval?: string
  readonly max_interval?: string
}

export interface Cluster_RingHashLbConfig {
  readonly minimum_ring_size?: number | string
  readonly hash_function?: Cluster_RingHashLbConfig_HashFunction
  readonly maximum_ring_size?: number | string
}

export type Cluster_RingHashLbConfig_HashFunction =
  | 'XX_HASH'
  | 'MURMUR_HASH_2'

export interface Cluster_RoundRobinLbConfig {
  readonly slow_start_config?: Cluster_SlowStartConfig
}

export interface Cluster_SlowStartConfig {
  readonly slow_start_window?: string
  readonly aggression?: envoy__config__core__v3$.RuntimeDouble
  readonly min_weight_percent?: envoy__type__v3$.Percent
}

export interface Cluster_TransportSocketMatch {
  readonly name?: string
  readonly match?: JsonMap
  readonly transport_socket?: envoy__config__core__v3$.TransportSocket
}

export interface Filter {
  readonly name?: string
  readonly typed_config?: AnyJson
  readonly config_discovery?: envoy__config__core__v3$.ExtensionConfigSource
}

export interface LoadBalancingPolicy {
  readonly policies?: readonly LoadBalancingPolicy_Policy[]
}

export interface LoadBalancingPolicy_Policy {
  readonly typed_extension_config?: envoy__config__core__v3$.TypedExtensionConfig
}

export interface OutlierDetection {
  readonly consecutive_5xx?: number
  readonly interval?: string
  readonly base_ejection_time?: string
  readonly max_ejection_percent?: number
  readonly enforcing_consecutive_5xx?: number
  readonly enforcing_success_rate?: number
  readonly success_rate_minimum_hosts?: number
  readonly success_rate_request_volume?: number
  readonly success_rate_stdev_factor?: number
  readonly consecutive_gateway_failure?: number
  readonly enforcing_consecutive_gateway_failure?: number
  readonly split_external_local_origin_errors?: boolean
  readonly consecutive_local_origin_failure?: number
  readonly enforcing_consecutive_local_origin_failure?: number
  readonly enforcing_local_origin_success_rate?: number
  readonly failure_percentage_threshold?: number
  readonly enforcing_failure_percentage?: number
  readonly enforcing_failure_percentage_local_origin?: number
  readonly failure_percentage_minimum_hosts?: number
  readonly failure_percentage_request_volume?: number
  readonly max_ejection_time?: string
  readonly max_ejection_time_jitter?: string
  readonly successful_active_health_check_uneject_host?: boolean
  readonly monitors?: readonly envoy__config__core__v3$.TypedExtensionConfig[]
  readonly always_eject_one_host?: boolean
  readonly detect_degraded_hosts?: boolean
}

export interface TrackClusterStats {
  readonly timeout_budgets?: boolean
  readonly request_response_sizes?: boolean
  readonly per_endpoint_stats?: boolean
}

export interface UpstreamConnectionOptions {
  readonly tcp_keepalive?: envoy__config__core__v3$.TcpKeepalive
  readonly set_local_interface_name_on_upstream_connections?: boolean
  readonly happy_eyeballs_config?: UpstreamConnectionOptions_HappyEyeballsConfig
}

export type UpstreamConnectionOptions_FirstAddressFamilyVersion =
  | 'DEFAULT'
  | 'V4'
  | 'V6'
  | 'PIPE'
  | 'INTERNAL'

export interface UpstreamConnectionOptions_HappyEyeballsConfig {
  readonly first_address_family_version?: UpstreamConnectionOptions_FirstAddressFamilyVersion
  readonly first_address_family_count?: number
}
