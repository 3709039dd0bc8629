// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface LocalResponsePolicy {
  readonly body?: envoy__config__core__v3$.DataSource
  readonly body_format?: envoy__config__core__v3$.SubstitutionFormatString
  readonly status_code?: number
  readonly response_headers_to_add?: readonly envoy__config__core__v3$.HeaderValueOption[]
  readonly preserve_response_code_details?: boolean
  readonly response_code_details?: string
}
