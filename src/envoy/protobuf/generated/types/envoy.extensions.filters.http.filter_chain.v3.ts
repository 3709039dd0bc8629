// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface FilterChain {
  readonly filters?: readonly envoy__config__core__v3$.TypedExtensionConfig[]
}

export interface FilterChainConfig {
  readonly default_filter_chain?: FilterChain
}

export interface FilterChainConfigPerRoute {
  readonly filter_chain?: FilterChain
}
