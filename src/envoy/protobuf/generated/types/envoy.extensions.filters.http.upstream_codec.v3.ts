// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export type UpstreamCodec = Readonly<Record<never, never>>
