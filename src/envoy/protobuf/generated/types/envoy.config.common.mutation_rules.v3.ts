// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__type__matcher__v3$ from './envoy.type.matcher.v3.ts'

export interface HeaderMutation {
  readonly remove?: string
  readonly append?: envoy__config__core__v3$.HeaderValueOption
  readonly remove_on_match?: HeaderMutation_RemoveOnMatch
}

export interface HeaderMutationRules {
  readonly allow_all_routing?: boolean
  readonly allow_envoy?: boolean
  readonly disallow_system?: boolean
  readonly disallow_all?: boolean
  readonly allow_expression?: envoy__type__matcher__v3$.RegexMatcher
  readonly disallow_expression?: envoy__type__matcher__v3$.RegexMatcher
  readonly disallow_is_error?: boolean
}

export interface HeaderMutation_RemoveOnMatch {
  readonly key_matcher?: envoy__type__matcher__v3$.StringMatcher
}
