// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { JsonMap } from './any.ts'
import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__config__route__v3$ from './envoy.config.route.v3.ts'
import type * as envoy__type__v3$ from './envoy.type.v3.ts'

export interface ConsistentHashingLbConfig {
  readonly use_hostname_for_hashing?: boolean
  readonly hash_balance_factor?: number
  readonly hash_policy?: readonly envoy__config__route__v3$.RouteAction_HashPolicy[]
}

export interface LocalityLbConfig {
  readonly zone_aware_lb_config?: LocalityLbConfig_ZoneAwareLbConfig
  readonly locality_weighted_lb_config?: LocalityLbConfig_LocalityWeightedLbConfig
}

export type LocalityLbConfig_LocalityWeightedLbConfig = Readonly<Record<never, never>>

export interface LocalityLbConfig_ZoneAwareLbConfig {
  readonly routing_enabled?: envoy__type__v3$.Percent
  readonly min_cluster_size?: number | string
  readonly fail_traffic_on_panic?: boolean
  readonly force_locality_direct_routing?: boolean
  readonly force_local_zone?: LocalityLbConfig_ZoneAwareLbConfig_ForceLocalZone
  readonly locality_basis?: LocalityLbConfig_ZoneAwareLbConfig_LocalityBasis
}

export interface LocalityLbConfig_ZoneAwareLbConfig_ForceLocalZone {
  readonly min_size?: number
}

export type LocalityLbConfig_ZoneAwareLbConfig_LocalityBasis =
  | 'HEALTHY_HOSTS_NUM'
  | 'HEALTHY_HOSTS_WEIGHT'

export interface OrcaOobReportingConfig {
  readonly port_value?: number
  readonly authority?: string
  readonly transport_socket_match_criteria?: JsonMap
}

export interface SlowStartConfig {
  readonly slow_start_window?: string
  readonly aggression?: envoy__config__core__v3$.RuntimeDouble
  readonly min_weight_percent?: envoy__type__v3$.Percent
}
