// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__extensions__load_balancing_policies__common__v3$ from './envoy.extensions.load_balancing_policies.common.v3.ts'

export interface RingHash {
  readonly hash_function?: RingHash_HashFunction
  readonly minimum_ring_size?: number | string
  readonly maximum_ring_size?: number | string
  readonly use_hostname_for_hashing?: boolean
  readonly hash_balance_factor?: number
  readonly consistent_hashing_lb_config?: envoy__extensions__load_balancing_policies__common__v3$.ConsistentHashingLbConfig
  readonly locality_weighted_lb_config?: envoy__extensions__load_balancing_policies__common__v3$.LocalityLbConfig_LocalityWeightedLbConfig
}

export type RingHash_HashFunction =
  | 'DEFAULT_HASH'
  | 'XX_HASH'
  | 'MURMUR_HASH_2'
