// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__config__route__v3$ from './envoy.config.route.v3.ts'

export interface RedirectPolicy {
  readonly uri?: string
  readonly redirect_action?: envoy__config__route__v3$.RedirectAction
  readonly status_code?: number
  readonly response_headers_to_add?: readonly envoy__config__core__v3$.HeaderValueOption[]
  readonly request_headers_to_add?: readonly envoy__config__core__v3$.HeaderValueOption[]
  readonly modify_request_headers_action?: envoy__config__core__v3$.TypedExtensionConfig
}
