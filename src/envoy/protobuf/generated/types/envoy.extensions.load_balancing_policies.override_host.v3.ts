// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__cluster__v3$ from './envoy.config.cluster.v3.ts'
import type * as envoy__type__metadata__v3$ from './envoy.type.metadata.v3.ts'

export interface OverrideHost {
  readonly override_host_sources?: readonly OverrideHost_OverrideHostSource[]
  readonly selected_host_key?: envoy__type__metadata__v3$.MetadataKey
  readonly fallback_policy?: envoy__config__cluster__v3$.LoadBalancingPolicy
}

export interface OverrideHost_OverrideHostSource {
  readonly header?: string
  readonly metadata?: envoy__type__metadata__v3$.MetadataKey
}
