// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface CaresDnsResolverConfig {
  readonly resolvers?: readonly envoy__config__core__v3$.Address[]
  readonly use_resolvers_as_fallback?: boolean
  readonly filter_unroutable_families?: boolean
  readonly dns_resolver_options?: envoy__config__core__v3$.DnsResolverOptions
  readonly udp_max_queries?: number
  readonly query_timeout_seconds?: number | string
  readonly query_tries?: number
  readonly rotate_nameservers?: boolean
  readonly edns0_max_payload_size?: number
  readonly max_udp_channel_duration?: string
  readonly reinit_channel_on_timeout?: boolean
  readonly qcache_max_ttl?: number
}
