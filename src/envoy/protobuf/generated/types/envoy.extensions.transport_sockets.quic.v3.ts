// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__extensions__transport_sockets__tls__v3$ from './envoy.extensions.transport_sockets.tls.v3.ts'

export interface QuicDownstreamTransport {
  readonly downstream_tls_context?: envoy__extensions__transport_sockets__tls__v3$.DownstreamTlsContext
  readonly enable_early_data?: boolean
  readonly enable_resumption?: boolean
}
