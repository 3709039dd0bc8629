// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__rbac__v3$ from './envoy.config.rbac.v3.ts'
import type * as xds__type__matcher__v3$ from './xds.type.matcher.v3.ts'

export interface RBAC {
  readonly rules?: envoy__config__rbac__v3$.RBAC
  readonly matcher?: xds__type__matcher__v3$.Matcher
  readonly shadow_rules?: envoy__config__rbac__v3$.RBAC
  readonly shadow_matcher?: xds__type__matcher__v3$.Matcher
  readonly shadow_rules_stat_prefix?: string
  readonly stat_prefix?: string
  readonly enforcement_type?: RBAC_EnforcementType
  readonly delay_deny?: string
}

export type RBAC_EnforcementType =
  | 'ONE_TIME_ON_FIRST_BYTE'
  | 'CONTINUOUS'
