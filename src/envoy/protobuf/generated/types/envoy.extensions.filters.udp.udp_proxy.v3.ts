// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { AnyJson } from './any.ts'
import type * as envoy__config__accesslog__v3$ from './envoy.config.accesslog.v3.ts'
import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as xds__type__matcher__v3$ from './xds.type.matcher.v3.ts'

export interface Route {
  readonly cluster?: string
}

export interface UdpProxyConfig {
  readonly stat_prefix?: string
  readonly cluster?: string
  readonly matcher?: xds__type__matcher__v3$.Matcher
  readonly idle_timeout?: string
  readonly use_original_src_ip?: boolean
  readonly hash_policies?: readonly UdpProxyConfig_HashPolicy[]
  readonly upstream_socket_config?: envoy__config__core__v3$.UdpSocketConfig
  readonly use_per_packet_load_balancing?: boolean
  readonly access_log?: readonly envoy__config__accesslog__v3$.AccessLog[]
  readonly proxy_access_log?: readonly envoy__config__accesslog__v3$.AccessLog[]
  readonly session_filters?: readonly UdpProxyConfig_SessionFilter[]
  readonly tunneling_config?: UdpProxyConfig_UdpTunnelingConfig
  readonly access_log_options?: UdpProxyConfig_UdpAccessLogOptions
}

export interface UdpProxyConfig_HashPolicy {
  readonly source_ip?: boolean
  readonly key?: string
}

export interface UdpProxyConfig_SessionFilter {
  readonly name?: string
  readonly typed_config?: AnyJson
  readonly config_discovery?: envoy__config__core__v3$.ExtensionConfigSource
}

export interface UdpProxyConfig_UdpAccessLogOptions {
  readonly access_log_flush_interval?: string
  readonly flush_access_log_on_tunnel_connected?: boolean
}

export interface UdpProxyConfig_UdpTunnelingConfig {
  readonly proxy_host?: string
  readonly proxy_port?: number
  readonly target_host?: string
  readonly default_target_port?: number
  readonly use_post?: boolean
  readonly post_path?: string
  readonly retry_options?: UdpProxyConfig_UdpTunnelingConfig_RetryOptions
  readonly headers_to_add?: readonly envoy__config__core__v3$.HeaderValueOption[]
  readonly buffer_options?: UdpProxyConfig_UdpTunnelingConfig_BufferOptions
  readonly propagate_response_headers?: boolean
  readonly propagate_response_trailers?: boolean
  readonly formatters?: readonly envoy__config__core__v3$.TypedExtensionConfig[]
}

export interface UdpProxyConfig_UdpTunnelingConfig_BufferOptions {
  readonly max_buffered_datagrams?: number
  readonly max_buffered_bytes?: number | string
}

export interface UdpProxyConfig_UdpTunnelingConfig_RetryOptions {
  readonly max_connect_attempts?: number
  readonly backoff_options?: envoy__config__core__v3$.BackoffStrategy
}
