// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__accesslog__v3$ from './envoy.config.accesslog.v3.ts'
import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__extensions__filters__network__http_connection_manager__v3$ from './envoy.extensions.filters.network.http_connection_manager.v3.ts'
import type * as envoy__type__v3$ from './envoy.type.v3.ts'

export type ProxyProtocolTlvMergePolicy =
  | 'ADD_IF_ABSENT'
  | 'OVERWRITE_BY_TYPE_IF_EXISTS_OR_ADD'
  | 'APPEND_IF_EXISTS_OR_ADD'

export interface TcpProxy {
  readonly stat_prefix?: string
  readonly cluster?: string
  readonly weighted_clusters?: TcpProxy_WeightedCluster
  readonly on_demand?: TcpProxy_OnDemand
  readonly metadata_match?: envoy__config__core__v3$.Metadata
  readonly idle_timeout?: string
  readonly downstream_idle_timeout?: string
  readonly upstream_idle_timeout?: string
  readonly access_log?: readonly envoy__config__accesslog__v3$.AccessLog[]
  readonly max_connect_attempts?: number
  readonly backoff_options?: envoy__config__core__v3$.BackoffStrategy
  readonly hash_policy?: readonly envoy__type__v3$.HashPolicy[]
  readonly tunneling_config?: TcpProxy_TunnelingConfig
  readonly max_downstream_connection_duration?: string
  readonly max_downstream_connection_duration_jitter_percentage?: envoy__type__v3$.Percent
  readonly access_log_flush_interval?: string
  readonly flush_access_log_on_connected?: boolean
  readonly access_log_options?: TcpProxy_TcpAccessLogOptions
  readonly proxy_protocol_tlvs?: readonly envoy__config__core__v3$.TlvEntry[]
  readonly proxy_protocol_tlv_merge_policy?: ProxyProtocolTlvMergePolicy
  readonly upstream_connect_mode?: UpstreamConnectMode
  readonly max_early_data_bytes?: number
  readonly check_drain_close?: boolean
}

export interface TcpProxy_OnDemand {
  readonly odcds_config?: envoy__config__core__v3$.ConfigSource
  readonly resources_locator?: string
  readonly timeout?: string
}

export interface TcpProxy_TcpAccessLogOptions {
  readonly access_log_flush_interval?: string
  readonly flush_access_log_on_connected?: boolean
  readonly flush_access_log_on_start?: boolean
}

export interface TcpProxy_TunnelingConfig {
  readonly hostname?: string
  readonly use_post?: boolean
  readonly headers_to_add?: readonly envoy__config__core__v3$.HeaderValueOption[]
  readonly propagate_response_headers?: boolean
  readonly post_path?: string
  readonly propagate_response_trailers?: boolean
  readonly request_id_extension?: envoy__extensions__filters__network__http_connection_manager__v3$.RequestIDExtension
  readonly request_id_header?: string
  readonly request_id_metadata_key?: string
  readonly formatters?: readonly envoy__config__core__v3$.TypedExtensionConfig[]
}

export interface TcpProxy_WeightedCluster {
  readonly clusters?: readonly TcpProxy_WeightedCluster_ClusterWeight[]
}

export interface TcpProxy_WeightedCluster_ClusterWeight {
  readonly name?: string
  readonly weight?: number
  readonly metadata_match?: envoy__config__core__v3$.Metadata
}

export type UpstreamConnectMode =
  | 'IMMEDIATE'
  | 'ON_DOWNSTREAM_DATA'
  | 'ON_DOWNSTREAM_TLS_HANDSHAKE'
