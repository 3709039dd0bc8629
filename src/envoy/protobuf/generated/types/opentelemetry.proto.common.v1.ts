// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export interface AnyValue {
  readonly string_value?: string
  readonly bool_value?: boolean
  readonly int_value?: number | string
  readonly double_value?: number
  readonly array_value?: ArrayValue
  readonly kvlist_value?: KeyValueList
  readonly bytes_value?: string
}

export interface ArrayValue {
  readonly values?: readonly AnyValue[]
}

export interface KeyValue {
  readonly key?: string
  readonly value?: AnyValue
}

export interface KeyValueList {
  readonly values?: readonly KeyValue[]
}
