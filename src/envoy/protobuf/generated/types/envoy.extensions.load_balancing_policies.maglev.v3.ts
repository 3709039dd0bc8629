// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__extensions__load_balancing_policies__common__v3$ from './envoy.extensions.load_balancing_policies.common.v3.ts'

export interface Maglev {
  readonly table_size?: number | string
  readonly consistent_hashing_lb_config?: envoy__extensions__load_balancing_policies__common__v3$.ConsistentHashingLbConfig
  readonly locality_weighted_lb_config?: envoy__extensions__load_balancing_policies__common__v3$.LocalityLbConfig_LocalityWeightedLbConfig
}
