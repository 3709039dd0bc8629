// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export type ClusterProvided = Readonly<Record<never, never>>
