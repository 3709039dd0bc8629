// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface Ip {
  readonly cidr_ranges?: readonly envoy__config__core__v3$.CidrRange[]
  readonly stat_prefix?: string
}
