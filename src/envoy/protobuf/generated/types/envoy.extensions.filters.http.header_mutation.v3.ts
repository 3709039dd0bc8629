// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__common__mutation_rules__v3$ from './envoy.config.common.mutation_rules.v3.ts'
import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface HeaderMutation {
  readonly mutations?: Mutations
  readonly most_specific_header_mutations_wins?: boolean
}

export interface HeaderMutationPerRoute {
  readonly mutations?: Mutations
}

export interface Mutations {
  readonly request_mutations?: readonly envoy__config__common__mutation_rules__v3$.HeaderMutation[]
  readonly query_parameter_mutations?: readonly envoy__config__core__v3$.KeyValueMutation[]
  readonly response_mutations?: readonly envoy__config__common__mutation_rules__v3$.HeaderMutation[]
  readonly response_trailers_mutations?: readonly envoy__config__common__mutation_rules__v3$.HeaderMutation[]
  readonly request_trailers_mutations?: readonly envoy__config__common__mutation_rules__v3$.HeaderMutation[]
  readonly formatters?: readonly envoy__config__core__v3$.TypedExtensionConfig[]
}
