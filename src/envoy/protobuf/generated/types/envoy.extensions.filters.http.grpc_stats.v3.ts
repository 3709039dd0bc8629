// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface FilterConfig {
  readonly emit_filter_state?: boolean
  readonly individual_method_stats_allowlist?: envoy__config__core__v3$.GrpcMethodList
  readonly stats_for_all_methods?: boolean
  readonly enable_upstream_stats?: boolean
  readonly replace_dots_in_grpc_service_name?: boolean
}
