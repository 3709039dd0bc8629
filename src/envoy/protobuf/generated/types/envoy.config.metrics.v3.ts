// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { AnyJson } from './any.ts'
import type * as envoy__type__matcher__v3$ from './envoy.type.matcher.v3.ts'

export interface HistogramBucketSettings {
  readonly match?: envoy__type__matcher__v3$.StringMatcher
  readonly buckets?: readonly number[]
  readonly bins?: number
}

export interface StatsConfig {
  readonly stats_tags?: readonly TagSpecifier[]
  readonly use_all_default_tags?: boolean
  readonly stats_matcher?: StatsMatcher
  readonly histogram_bucket_settings?: readonly HistogramBucketSettings[]
  readonly allow_default_tag_overrides?: boolean
}

export interface StatsMatcher {
  readonly reject_all?: boolean
  readonly exclusion_list?: envoy__type__matcher__v3$.ListStringMatcher
  readonly inclusion_list?: envoy__type__matcher__v3$.ListStringMatcher
}

export interface StatsSink {
  readonly name?: string
  readonly typed_config?: AnyJson
}

export interface TagSpecifier {
  readonly tag_name?: string
  readonly regex?: string
  readonly fixed_value?: string
}
