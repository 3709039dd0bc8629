// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__extensions__transport_sockets__tls__v3$ from './envoy.extensions.transport_sockets.tls.v3.ts'

export interface Generic {
  readonly credential?: envoy__extensions__transport_sockets__tls__v3$.SdsSecretConfig
  readonly header?: string
  readonly header_value_prefix?: string
}
