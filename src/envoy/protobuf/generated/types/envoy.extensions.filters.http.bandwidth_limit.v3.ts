// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface BandwidthLimit {
  readonly stat_prefix?: string
  readonly enable_mode?: BandwidthLimit_EnableMode
  readonly limit_kbps?: number | string
  readonly fill_interval?: string
  readonly runtime_enabled?: envoy__config__core__v3$.RuntimeFeatureFlag
  readonly enable_response_trailers?: boolean
  readonly response_trailer_prefix?: string
}

export type BandwidthLimit_EnableMode =
  | 'DISABLED'
  | 'REQUEST'
  | 'RESPONSE'
  | 'REQUEST_AND_RESPONSE'
