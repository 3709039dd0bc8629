// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { AnyJson } from './any.ts'

export interface Authority {
  readonly name?: string
}

export interface CidrRange {
  readonly address_prefix?: string
  readonly prefix_len?: number
}

export interface ContextParams {
  readonly params?: { readonly [key: string]: string }
}

export interface TypedExtensionConfig {
  readonly name?: string
  readonly typed_config?: AnyJson
}
