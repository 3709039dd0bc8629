// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__type__matcher__v3$ from './envoy.type.matcher.v3.ts'

export interface CsrfPolicy {
  readonly filter_enabled?: envoy__config__core__v3$.RuntimeFractionalPercent
  readonly shadow_enabled?: envoy__config__core__v3$.RuntimeFractionalPercent
  readonly additional_origins?: readonly envoy__type__matcher__v3$.StringMatcher[]
}
