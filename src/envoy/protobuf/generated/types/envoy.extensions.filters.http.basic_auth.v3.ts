// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface BasicAuth {
  readonly users?: envoy__config__core__v3$.DataSource
  readonly forward_username_header?: string
  readonly authentication_header?: string
  readonly allow_missing?: boolean
  readonly emit_dynamic_metadata?: boolean
  readonly realm?: string
}

export interface BasicAuthPerRoute {
  readonly users?: envoy__config__core__v3$.DataSource
  readonly realm?: string
}
