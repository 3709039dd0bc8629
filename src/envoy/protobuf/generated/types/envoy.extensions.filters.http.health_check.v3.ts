// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__route__v3$ from './envoy.config.route.v3.ts'
import type * as envoy__type__v3$ from './envoy.type.v3.ts'

export interface HealthCheck {
  readonly pass_through_mode?: boolean
  readonly cache_time?: string
  readonly cluster_min_healthy_percentages?: { readonly [key: string]: envoy__type__v3$.Percent }
  readonly headers?: readonly envoy__config__route__v3$.HeaderMatcher[]
}
