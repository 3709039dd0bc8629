// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__rbac__v3$ from './envoy.config.rbac.v3.ts'
import type * as xds__type__matcher__v3$ from './xds.type.matcher.v3.ts'

export interface RBAC {
  readonly rules?: envoy__config__rbac__v3$.RBAC
  readonly rules_stat_prefix?: string
  readonly matcher?: xds__type__matcher__v3$.Matcher
  readonly shadow_rules?: envoy__config__rbac__v3$.RBAC
  readonly shadow_matcher?: xds__type__matcher__v3$.Matcher
  readonly shadow_rules_stat_prefix?: string
  readonly track_per_rule_stats?: boolean
}

export interface RBACPerRoute {
  readonly rbac?: RBAC
}
