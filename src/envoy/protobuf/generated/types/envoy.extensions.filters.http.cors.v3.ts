// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__type__matcher__v3$ from './envoy.type.matcher.v3.ts'

export type Cors = Readonly<Record<never, never>>

export interface CorsPolicy {
  readonly allow_origin_string_match?: readonly envoy__type__matcher__v3$.StringMatcher[]
  readonly allow_methods?: string
  readonly allow_headers?: string
  readonly expose_headers?: string
  readonly max_age?: string
  readonly allow_credentials?: boolean
  readonly filter_enabled?: envoy__config__core__v3$.RuntimeFractionalPercent
  readonly shadow_enabled?: envoy__config__core__v3$.RuntimeFractionalPercent
  readonly allow_private_network_access?: boolean
  readonly forward_not_matching_preflights?: boolean
}
