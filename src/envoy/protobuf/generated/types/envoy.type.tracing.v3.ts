// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__type__metadata__v3$ from './envoy.type.metadata.v3.ts'

export interface CustomTag {
  readonly tag?: string
  readonly literal?: CustomTag_Literal
  readonly environment?: CustomTag_Environment
  readonly request_header?: CustomTag_Header
  readonly metadata?: CustomTag_Metadata
  readonly value?: string
  readonly value_type?: CustomTag_ValueType
}

export interface CustomTag_Environment {
  readonly name?: string
  readonly default_value?: string
}

export interface CustomTag_Header {
  readonly name?: string
  readonly default_value?: string
}

export interface CustomTag_Literal {
  readonly value?: string
}

export interface CustomTag_Metadata {
  readonly kind?: envoy__type__metadata__v3$.MetadataKind
  readonly metadata_key?: envoy__type__metadata__v3$.MetadataKey
  readonly default_value?: string
}

export type CustomTag_ValueType =
  | 'UNSPECIFIED'
  | 'STRING'
  | 'INT'
  | 'DOUBLE'
  | 'BOOL'
