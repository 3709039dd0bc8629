// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export type ApplicationProtocolInput = Readonly<Record<never, never>>

export type DestinationPortInput = Readonly<Record<never, never>>

export type ServerNameInput = Readonly<Record<never, never>>

export type SourceIPInput = Readonly<Record<never, never>>

export type TransportProtocolInput = Readonly<Record<never, never>>
