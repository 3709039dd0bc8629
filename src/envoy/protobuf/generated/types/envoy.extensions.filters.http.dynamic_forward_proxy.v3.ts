// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__extensions__common__dynamic_forward_proxy__v3$ from './envoy.extensions.common.dynamic_forward_proxy.v3.ts'

export interface FilterConfig {
  readonly dns_cache_config?: envoy__extensions__common__dynamic_forward_proxy__v3$.DnsCacheConfig
  readonly sub_cluster_config?: SubClusterConfig
  readonly save_upstream_address?: boolean
  readonly allow_dynamic_host_from_filter_state?: boolean
}

export interface PerRouteConfig {
  readonly host_rewrite_literal?: string
  readonly host_rewrite_header?: string
}

export interface SubClusterConfig {
  readonly cluster_init_timeout?: string
}
