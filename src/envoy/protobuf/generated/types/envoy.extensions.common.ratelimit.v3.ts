// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__type__v3$ from './envoy.type.v3.ts'

export type LocalClusterRateLimit = Readonly<Record<never, never>>

export interface LocalRateLimitDescriptor {
  readonly entries?: readonly RateLimitDescriptor_Entry[]
  readonly token_bucket?: envoy__type__v3$.TokenBucket
  readonly shadow_mode?: boolean
}

export interface RateLimitDescriptor_Entry {
  readonly key?: string
  readonly value?: string
}

export type VhRateLimitsOptions =
  | 'OVERRIDE'
  | 'INCLUDE'
  | 'IGNORE'

export type XRateLimitHeadersRFCVersion =
  | 'OFF'
  | 'DRAFT_VERSION_03'
