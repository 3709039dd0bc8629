// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export interface Cookie {
  readonly name?: string
  readonly ttl?: string
  readonly path?: string
  readonly attributes?: readonly CookieAttribute[]
}

export interface CookieAttribute {
  readonly name?: string
  readonly value?: string
}

export interface PathTransformation {
  readonly operations?: readonly PathTransformation_Operation[]
}

export interface PathTransformation_Operation {
  readonly normalize_path_rfc_3986?: PathTransformation_Operation_NormalizePathRFC3986
  readonly merge_slashes?: PathTransformation_Operation_MergeSlashes
}

export type PathTransformation_Operation_MergeSlashes = Readonly<Record<never, never>>

export type PathTransformation_Operation_NormalizePathRFC3986 = Readonly<Record<never, never>>
