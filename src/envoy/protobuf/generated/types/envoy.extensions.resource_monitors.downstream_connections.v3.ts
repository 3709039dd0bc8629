// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export interface DownstreamConnectionsConfig {
  readonly max_active_downstream_connections?: number | string
}
