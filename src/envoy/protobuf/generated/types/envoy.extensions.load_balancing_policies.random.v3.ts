// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__extensions__load_balancing_policies__common__v3$ from './envoy.extensions.load_balancing_policies.common.v3.ts'

export interface Random {
  readonly locality_lb_config?: envoy__extensions__load_balancing_policies__common__v3$.LocalityLbConfig
}
