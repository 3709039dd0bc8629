// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface FilterStateValue {
  readonly object_key?: string
  readonly factory_key?: string
  readonly format_string?: envoy__config__core__v3$.SubstitutionFormatString
  readonly read_only?: boolean
  readonly shared_with_upstream?: FilterStateValue_SharedWithUpstream
  readonly skip_if_empty?: boolean
}

export type FilterStateValue_SharedWithUpstream =
  | 'NONE'
  | 'ONCE'
  | 'TRANSITIVE'
