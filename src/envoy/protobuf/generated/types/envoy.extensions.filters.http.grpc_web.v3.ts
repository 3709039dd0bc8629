// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export type GrpcWeb = Readonly<Record<never, never>>
