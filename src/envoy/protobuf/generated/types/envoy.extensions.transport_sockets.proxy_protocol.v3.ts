// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface ProxyProtocolUpstreamTransport {
  readonly config?: envoy__config__core__v3$.ProxyProtocolConfig
  readonly transport_socket?: envoy__config__core__v3$.TransportSocket
  readonly allow_unspecified_address?: boolean
  readonly tlv_as_pool_key?: boolean
}
