// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__extensions__filters__common__set_filter_state__v3$ from './envoy.extensions.filters.common.set_filter_state.v3.ts'

export interface Config {
  readonly on_request_headers?: readonly envoy__extensions__filters__common__set_filter_state__v3$.FilterStateValue[]
  readonly clear_route_cache?: boolean
}
