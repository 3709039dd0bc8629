// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__cluster__v3$ from './envoy.config.cluster.v3.ts'

export interface WrrLocality {
  readonly endpoint_picking_policy?: envoy__config__cluster__v3$.LoadBalancingPolicy
}
