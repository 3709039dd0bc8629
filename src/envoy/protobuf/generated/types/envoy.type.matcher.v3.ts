// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__type__v3$ from './envoy.type.v3.ts'
import type * as xds__core__v3$ from './xds.core.v3.ts'

export interface AddressMatcher {
  readonly ranges?: readonly xds__core__v3$.CidrRange[]
  readonly invert_match?: boolean
}

export interface DoubleMatcher {
  readonly range?: envoy__type__v3$.DoubleRange
  readonly exact?: number
}

export interface FilterStateMatcher {
  readonly key?: string
  readonly string_match?: StringMatcher
  readonly address_match?: AddressMatcher
}

export interface HttpRequestHeaderMatchInput {
  readonly header_name?: string
}

export interface HttpRequestQueryParamMatchInput {
  readonly query_param?: string
}

export interface HttpResponseHeaderMatchInput {
  readonly header_name?: string
}

export type HttpResponseStatusCodeClassMatchInput = Readonly<Record<never, never>>

export type HttpResponseStatusCodeMatchInput = Readonly<Record<never, never>>

export interface ListMatcher {
  readonly one_of?: ValueMatcher
}

export interface ListStringMatcher {
  readonly patterns?: readonly StringMatcher[]
}

export interface MetadataMatcher {
  readonly filter?: string
  readonly path?: readonly MetadataMatcher_PathSegment[]
  readonly value?: ValueMatcher
  readonly invert?: boolean
}

export interface MetadataMatcher_PathSegment {
  readonly key?: string
}

export interface OrMatcher {
  readonly value_matchers?: readonly ValueMatcher[]
}

export interface PathMatcher {
  readonly path?: StringMatcher
}

export interface RegexMatchAndSubstitute {
  readonly pattern?: RegexMatcher
  readonly substitution?: string
}

export interface RegexMatcher {
  readonly google_re2?: RegexMatcher_GoogleRE2
  readonly regex?: string
}

export interface RegexMatcher_GoogleRE2 {
  readonly max_program_size?: number
}

export interface StringMatcher {
  readonly exact?: string
  readonly prefix?: string
  readonly suffix?: string
  readonly safe_regex?: RegexMatcher
  readonly contains?: string
  readonly custom?: xds__core__v3$.TypedExtensionConfig
  readonly ignore_case?: boolean
}

export interface ValueMatcher {
  readonly null_match?: ValueMatcher_NullMatch
  readonly double_match?: DoubleMatcher
  readonly string_match?: StringMatcher
  readonly bool_match?: boolean
  readonly present_match?: boolean
  readonly list_match?: ListMatcher
  readonly or_match?: OrMatcher
}

export type ValueMatcher_NullMatch = Readonly<Record<never, never>>
