// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__type__v3$ from './envoy.type.v3.ts'

export interface LocalRateLimit {
  readonly stat_prefix?: string
  readonly token_bucket?: envoy__type__v3$.TokenBucket
  readonly runtime_enabled?: envoy__config__core__v3$.RuntimeFeatureFlag
}
