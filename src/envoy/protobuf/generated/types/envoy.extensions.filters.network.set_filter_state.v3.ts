// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__extensions__filters__common__set_filter_state__v3$ from './envoy.extensions.filters.common.set_filter_state.v3.ts'

export interface Config {
  readonly on_new_connection?: readonly envoy__extensions__filters__common__set_filter_state__v3$.FilterStateValue[]
  readonly on_downstream_tls_handshake?: readonly envoy__extensions__filters__common__set_filter_state__v3$.FilterStateValue[]
  readonly on_downstream_data?: readonly envoy__extensions__filters__common__set_filter_state__v3$.FilterStateValue[]
}
