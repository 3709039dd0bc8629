// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as xds__type__matcher__v3$ from './xds.type.matcher.v3.ts'

export interface Composite {
  readonly named_filter_chains?: { readonly [key: string]: FilterChainConfiguration }
  readonly matcher?: xds__type__matcher__v3$.Matcher
}

export interface DynamicConfig {
  readonly name?: string
  readonly config_discovery?: envoy__config__core__v3$.ExtensionConfigSource
}

export interface ExecuteFilterAction {
  readonly typed_config?: envoy__config__core__v3$.TypedExtensionConfig
  readonly dynamic_config?: DynamicConfig
  readonly filter_chain?: FilterChainConfiguration
  readonly filter_chain_name?: string
  readonly sample_percent?: envoy__config__core__v3$.RuntimeFractionalPercent
}

export interface FilterChainConfiguration {
  readonly typed_config?: readonly envoy__config__core__v3$.TypedExtensionConfig[]
}
