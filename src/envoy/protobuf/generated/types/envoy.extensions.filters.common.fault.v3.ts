// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__type__v3$ from './envoy.type.v3.ts'

export interface FaultDelay {
  readonly fixed_delay?: string
  readonly header_delay?: FaultDelay_HeaderDelay
  readonly percentage?: envoy__type__v3$.FractionalPercent
}

export type FaultDelay_HeaderDelay = Readonly<Record<never, never>>

export interface FaultRateLimit {
  readonly fixed_limit?: FaultRateLimit_FixedLimit
  readonly header_limit?: FaultRateLimit_HeaderLimit
  readonly percentage?: envoy__type__v3$.FractionalPercent
}

export interface FaultRateLimit_FixedLimit {
  readonly limit_kbps?: number | string
}

export type FaultRateLimit_HeaderLimit = Readonly<Record<never, never>>
