// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export interface ClusterConfig {
  readonly clusters?: readonly ClusterConfig_ClusterEntry[]
}

export interface ClusterConfig_ClusterEntry {
  readonly name?: string
}
