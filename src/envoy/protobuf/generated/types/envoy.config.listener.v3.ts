// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { AnyJson } from './any.ts'
import type * as envoy__config__accesslog__v3$ from './envoy.config.accesslog.v3.ts'
import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__config__metrics__v3$ from './envoy.config.metrics.v3.ts'
import type * as envoy__type__v3$ from './envoy.type.v3.ts'
import type * as xds__type__matcher__v3$ from './xds.type.matcher.v3.ts'

export interface AdditionalAddress {
  readonly address?: envoy__config__core__v3$.Address
  readonly socket_options?: envoy__config__core__v3$.SocketOptionsOverride
  readonly tcp_keepalive?: envoy__config__core__v3$.TcpKeepalive
}

export interface ApiListener {
  readonly api_listener?: AnyJson
}

export interface Filter {
  readonly name?: string
  readonly typed_config?: AnyJson
  readonly config_discovery?: envoy__config__core__v3$.ExtensionConfigSource
}

export interface FilterChain {
  readonly filter_chain_match?: FilterChainMatch
  readonly filters?: readonly Filter[]
  readonly use_proxy_proto?: boolean
  readonly metadata?: envoy__config__core__v3$.Metadata
  readonly transport_socket?: envoy__config__core__v3$.TransportSocket
  readonly transport_socket_connect_timeout?: string
  readonly name?: string
}

export interface FilterChainMatch {
  readonly destination_port?: number
  readonly prefix_ranges?: readonly envoy__config__core__v3$.CidrRange[]
  readonly address_suffix?: string
  readonly suffix_len?: number
  readonly direct_source_prefix_ranges?: readonly envoy__config__core__v3$.CidrRange[]
  readonly source_type?: FilterChainMatch_ConnectionSourceType
  readonly source_prefix_ranges?: readonly envoy__config__core__v3$.CidrRange[]
  readonly source_ports?: readonly number[]
  readonly server_names?: readonly string[]
  readonly transport_protocol?: string
  readonly application_protocols?: readonly string[]
}

export type FilterChainMatch_ConnectionSourceType =
  | 'ANY'
  | 'SAME_IP_OR_LOOPBACK'
  | 'EXTERNAL'

export interface Listener {
  readonly name?: string
  readonly address?: envoy__config__core__v3$.Address
  readonly additional_addresses?: readonly AdditionalAddress[]
  readonly stat_prefix?: string
  readonly stats_matcher?: envoy__config__metrics__v3$.StatsMatcher
  readonly filter_chains?: readonly FilterChain[]
  readonly fcds_config?: Listener_FcdsConfig
  readonly filter_chain_matcher?: xds__type__matcher__v3$.Matcher
  readonly use_original_dst?: boolean
  readonly default_filter_chain?: FilterChain
  readonly per_connection_buffer_limit_bytes?: number
  readonly per_connection_buffer_high_watermark_timeout?: string
  readonly metadata?: envoy__config__core__v3$.Metadata
  readonly deprecated_v1?: Listener_DeprecatedV1
  readonly drain_type?: Listener_DrainType
  readonly listener_filters?: readonly ListenerFilter[]
  readonly listener_filters_timeout?: string
  readonly continue_on_listener_filters_timeout?: boolean
  readonly transparent?: boolean
  readonly freebind?: boolean
  readonly socket_options?: readonly envoy__config__core__v3$.SocketOption[]
  readonly tcp_fast_open_queue_length?: number
  readonly traffic_direction?: envoy__config__core__v3$.TrafficDirection
  readonly udp_listener_config?: UdpListenerConfig
  readonly api_listener?: ApiListener
  readonly connection_balance_config?: Listener_ConnectionBalanceConfig
  readonly reuse_port?: boolean
  readonly enable_reuse_port?: boolean
  readonly access_log?: readonly envoy__config__accesslog__v3$.AccessLog[]
  readonly tcp_backlog_size?: number
  readonly max_connections_to_accept_per_socket_event?: number
  readonly bind_to_port?: boolean
  readonly internal_listener?: Listener_InternalListenerConfig
  readonly enable_mptcp?: boolean
  readonly ignore_global_conn_limit?: boolean
  readonly bypass_overload_manager?: boolean
  readonly tcp_keepalive?: envoy__config__core__v3$.TcpKeepalive
}

export interface ListenerFilter {
  readonly name?: string
  readonly typed_config?: AnyJson
  readonly config_discovery?: envoy__config__core__v3$.ExtensionConfigSource
  readonly filter_disabled?: ListenerFilterChainMatchPredicate
}

export interface ListenerFilterChainMatchPredicate {
  readonly or_match?: ListenerFilterChainMatchPredicate_MatchSet
  readonly and_match?: ListenerFilterChainMatchPredicate_MatchSet
  readonly not_match?: ListenerFilterChainMatchPredicate
  readonly any_match?: boolean
  readonly destination_port_range?: envoy__type__v3$.Int32Range
}

export interface ListenerFilterChainMatchPredicate_MatchSet {
  readonly rules?: readonly ListenerFilterChainMatchPredicate[]
}

export interface Listener_ConnectionBalanceConfig {
  readonly exact_balance?: Listener_ConnectionBalanceConfig_ExactBalance
  readonly extend_balance?: envoy__config__core__v3$.TypedExtensionConfig
  readonly cpu_locality_balance?: Listener_ConnectionBalanceConfig_CpuLocalityBalance
}

export type Listener_ConnectionBalanceConfig_CpuLocalityBalance = Readonly<Record<never, never>>

export type Listener_ConnectionBalanceConfig_ExactBalance = Readonly<Record<never, never>>

export interface Listener_DeprecatedV1 {
  readonly bind_to_port?: boolean
}

export type Listener_DrainType =
  | 'DEFAULT'
  | 'MODIFY_ONLY'

export interface Listener_FcdsConfig {
  readonly name?: string
  readonly config_source?: envoy__config__core__v3$.ConfigSource
}

export type Listener_InternalListenerConfig = Readonly<Record<never, never>>

export interface QuicProtocolOptions {
  readonly quic_protocol_options?: envoy__config__core__v3$.QuicProtocolOptions
  readonly idle_timeout?: string
  readonly crypto_handshake_timeout?: string
  readonly enabled?: envoy__config__core__v3$.RuntimeFeatureFlag
  readonly packets_to_read_to_connection_count_ratio?: number
  readonly crypto_stream_config?: envoy__config__core__v3$.TypedExtensionConfig
  readonly proof_source_config?: envoy__config__core__v3$.TypedExtensionConfig
  readonly connection_id_generator_config?: envoy__config__core__v3$.TypedExtensionConfig
  readonly server_preferred_address_config?: envoy__config__core__v3$.TypedExtensionConfig
  readonly send_disable_active_migration?: boolean
  readonly connection_debug_visitor_config?: envoy__config__core__v3$.TypedExtensionConfig
  readonly save_cmsg_config?: readonly envoy__config__core__v3$.SocketCmsgHeaders[]
  readonly reject_new_connections?: boolean
  readonly max_sessions_per_event_loop?: number
}

export interface UdpListenerConfig {
  readonly downstream_socket_config?: envoy__config__core__v3$.UdpSocketConfig
  readonly quic_options?: QuicProtocolOptions
  readonly udp_packet_packet_writer_config?: envoy__config__core__v3$.TypedExtensionConfig
}
