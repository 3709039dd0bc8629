// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__cluster__v3$ from './envoy.config.cluster.v3.ts'
import type * as envoy__config__common__key_value__v3$ from './envoy.config.common.key_value.v3.ts'
import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__type__matcher__v3$ from './envoy.type.matcher.v3.ts'

export interface DnsCacheCircuitBreakers {
  readonly max_pending_requests?: number
}

export interface DnsCacheConfig {
  readonly name?: string
  readonly dns_lookup_family?: envoy__config__cluster__v3$.Cluster_DnsLookupFamily
  readonly dns_refresh_rate?: string
  readonly dns_min_refresh_rate?: string
  readonly host_ttl?: string
  readonly max_hosts?: number
  readonly disable_dns_refresh_on_failure?: boolean
  readonly dns_failure_refresh_rate?: envoy__config__cluster__v3$.Cluster_RefreshRate
  readonly dns_cache_circuit_breaker?: DnsCacheCircuitBreakers
  readonly use_tcp_for_dns_lookups?: boolean
  readonly dns_resolution_config?: envoy__config__core__v3$.DnsResolutionConfig
  readonly typed_dns_resolver_config?: envoy__config__core__v3$.TypedExtensionConfig
  readonly preresolve_hostnames?: readonly envoy__config__core__v3$.SocketAddress[]
  readonly dns_query_timeout?: string
  readonly key_value_config?: envoy__config__common__key_value__v3$.KeyValueStoreConfig
  readonly resolved_address_filter?: envoy__type__matcher__v3$.AddressMatcher
}
