// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__extensions__load_balancing_policies__common__v3$ from './envoy.extensions.load_balancing_policies.common.v3.ts'

export interface LeastRequest {
  readonly choice_count?: number
  readonly active_request_bias?: envoy__config__core__v3$.RuntimeDouble
  readonly slow_start_config?: envoy__extensions__load_balancing_policies__common__v3$.SlowStartConfig
  readonly locality_lb_config?: envoy__extensions__load_balancing_policies__common__v3$.LocalityLbConfig
  readonly enable_full_scan?: boolean
  readonly selection_method?: LeastRequest_SelectionMethod
}

export type LeastRequest_SelectionMethod =
  | 'N_CHOICES'
  | 'FULL_SCAN'
