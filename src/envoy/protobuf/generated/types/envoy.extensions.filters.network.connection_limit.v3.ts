// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface ConnectionLimit {
  readonly stat_prefix?: string
  readonly max_connections?: number | string
  readonly delay?: string
  readonly runtime_enabled?: envoy__config__core__v3$.RuntimeFeatureFlag
}
