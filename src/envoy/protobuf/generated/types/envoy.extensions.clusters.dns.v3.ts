// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__extensions__clusters__common__dns__v3$ from './envoy.extensions.clusters.common.dns.v3.ts'

export interface DnsCluster {
  readonly dns_refresh_rate?: string
  readonly dns_failure_refresh_rate?: DnsCluster_RefreshRate
  readonly respect_dns_ttl?: boolean
  readonly dns_jitter?: string
  readonly typed_dns_resolver_config?: envoy__config__core__v3$.TypedExtensionConfig
  readonly dns_lookup_family?: envoy__extensions__clusters__common__dns__v3$.DnsLookupFamily
  readonly all_addresses_in_single_endpoint?: boolean
  readonly dns_min_refresh_rate?: string
}

export interface DnsCluster_RefreshRate {
  readonly base_interval?: string
  readonly max_interval?: string
}
