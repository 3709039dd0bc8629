// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export interface TcpProtocolOptions {
  readonly idle_timeout?: string
}
