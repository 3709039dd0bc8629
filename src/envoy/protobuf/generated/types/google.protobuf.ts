// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export type Empty = Readonly<Record<never, never>>

export type NullValue =
  | 'NULL_VALUE'
