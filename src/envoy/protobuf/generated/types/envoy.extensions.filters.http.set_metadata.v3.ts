// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { AnyJson, JsonMap } from './any.ts'

export interface Config {
  readonly metadata_namespace?: string
  readonly value?: JsonMap
  readonly metadata?: readonly Metadata[]
}

export interface Metadata {
  readonly metadata_namespace?: string
  readonly allow_overwrite?: boolean
  readonly value?: JsonMap
  readonly typed_value?: AnyJson
}
