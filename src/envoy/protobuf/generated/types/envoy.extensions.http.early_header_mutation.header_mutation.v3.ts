// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__common__mutation_rules__v3$ from './envoy.config.common.mutation_rules.v3.ts'

export interface HeaderMutation {
  readonly mutations?: readonly envoy__config__common__mutation_rules__v3$.HeaderMutation[]
}
