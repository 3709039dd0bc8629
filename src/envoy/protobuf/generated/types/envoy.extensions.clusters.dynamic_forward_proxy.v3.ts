// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__cluster__v3$ from './envoy.config.cluster.v3.ts'
import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__extensions__clusters__dns__v3$ from './envoy.extensions.clusters.dns.v3.ts'
import type * as envoy__extensions__common__dynamic_forward_proxy__v3$ from './envoy.extensions.common.dynamic_forward_proxy.v3.ts'

export interface ClusterConfig {
  readonly dns_cache_config?: envoy__extensions__common__dynamic_forward_proxy__v3$.DnsCacheConfig
  readonly sub_clusters_config?: SubClustersConfig
  readonly allow_insecure_cluster_options?: boolean
  readonly allow_coalesced_connections?: boolean
}

export interface SubClustersConfig {
  readonly lb_policy?: envoy__config__cluster__v3$.Cluster_LbPolicy
  readonly max_sub_clusters?: number
  readonly sub_cluster_ttl?: string
  readonly preresolve_clusters?: readonly envoy__config__core__v3$.SocketAddress[]
  readonly dns_cluster_config?: envoy__extensions__clusters__dns__v3$.DnsCluster
}
