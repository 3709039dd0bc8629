// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as xds__core__v3$ from './xds.core.v3.ts'

export interface Matcher {
  readonly matcher_list?: Matcher_MatcherList
  readonly matcher_tree?: Matcher_MatcherTree
  readonly on_no_match?: Matcher_OnMatch
}

export interface Matcher_MatcherList {
  readonly matchers?: readonly Matcher_MatcherList_FieldMatcher[]
}

export interface Matcher_MatcherList_FieldMatcher {
  readonly predicate?: Matcher_MatcherList_Predicate
  readonly on_match?: Matcher_OnMatch
}

export interface Matcher_MatcherList_Predicate {
  readonly single_predicate?: Matcher_MatcherList_Predicate_SinglePredicate
  readonly or_matcher?: Matcher_MatcherList_Predicate_PredicateList
  readonly and_matcher?: Matcher_MatcherList_Predicate_PredicateList
  readonly not_matcher?: Matcher_MatcherList_Predicate
}

export interface Matcher_MatcherList_Predicate_PredicateList {
  readonly predicate?: readonly Matcher_MatcherList_Predicate[]
}

export interface Matcher_MatcherList_Predicate_SinglePredicate {
  readonly input?: xds__core__v3$.TypedExtensionConfig
  readonly value_match?: StringMatcher
  readonly custom_match?: xds__core__v3$.TypedExtensionConfig
}

export interface Matcher_MatcherTree {
  readonly input?: xds__core__v3$.TypedExtensionConfig
  readonly exact_match_map?: Matcher_MatcherTree_MatchMap
  readonly prefix_match_map?: Matcher_MatcherTree_MatchMap
  readonly custom_match?: xds__core__v3$.TypedExtensionConfig
}

export interface Matcher_MatcherTree_MatchMap {
  readonly map?: { readonly [key: string]: Matcher_OnMatch }
}

export interface Matcher_OnMatch {
  readonly matcher?: Matcher
  readonly action?: xds__core__v3$.TypedExtensionConfig
  readonly keep_matching?: boolean
}

export interface RegexMatcher {
  readonly google_re2?: RegexMatcher_GoogleRE2
  readonly regex?: string
}

export type RegexMatcher_GoogleRE2 = Readonly<Record<never, never>>

export interface StringMatcher {
  readonly exact?: string
  readonly prefix?: string
  readonly suffix?: string
  readonly safe_regex?: RegexMatcher
  readonly contains?: string
  readonly custom?: xds__core__v3$.TypedExtensionConfig
  readonly ignore_case?: boolean
}
