// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export interface MetadataKey {
  readonly key?: string
  readonly path?: readonly MetadataKey_PathSegment[]
}

export interface MetadataKey_PathSegment {
  readonly key?: string
  readonly index?: number
}

export interface MetadataKind {
  readonly request?: MetadataKind_Request
  readonly route?: MetadataKind_Route
  readonly cluster?: MetadataKind_Cluster
  readonly host?: MetadataKind_Host
}

export type MetadataKind_Cluster = Readonly<Record<never, never>>

export type MetadataKind_Host = Readonly<Record<never, never>>

export type MetadataKind_Request = Readonly<Record<never, never>>

export type MetadataKind_Route = Readonly<Record<never, never>>
