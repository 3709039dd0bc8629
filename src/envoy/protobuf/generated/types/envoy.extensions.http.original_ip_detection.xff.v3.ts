// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface XffConfig {
  readonly xff_num_trusted_hops?: number
  readonly xff_trusted_cidrs?: XffTrustedCidrs
  readonly skip_xff_append?: boolean
}

export interface XffTrustedCidrs {
  readonly cidrs?: readonly envoy__config__core__v3$.CidrRange[]
}
