// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface Geoip {
  readonly xff_config?: Geoip_XffConfig
  readonly custom_header_config?: Geoip_CustomHeaderConfig
  readonly provider?: envoy__config__core__v3$.TypedExtensionConfig
}

export interface Geoip_CustomHeaderConfig {
  readonly header_name?: string
}

export interface Geoip_XffConfig {
  readonly xff_num_trusted_hops?: number
}
