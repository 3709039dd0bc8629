// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface OnDemand {
  readonly odcds?: OnDemandCds
}

export interface OnDemandCds {
  readonly source?: envoy__config__core__v3$.ConfigSource
  readonly resources_locator?: string
  readonly timeout?: string
}

export interface PerRouteConfig {
  readonly odcds?: OnDemandCds
}
