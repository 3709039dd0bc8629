// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__extensions__load_balancing_policies__common__v3$ from './envoy.extensions.load_balancing_policies.common.v3.ts'

export interface ClientSideWeightedRoundRobin {
  readonly enable_oob_load_report?: boolean
  readonly oob_reporting_period?: string
  readonly blackout_period?: string
  readonly weight_expiration_period?: string
  readonly weight_update_period?: string
  readonly error_utilization_penalty?: number
  readonly metric_names_for_computing_utilization?: readonly string[]
  readonly slow_start_config?: envoy__extensions__load_balancing_policies__common__v3$.SlowStartConfig
  readonly oob_reporting_config?: envoy__extensions__load_balancing_policies__common__v3$.OrcaOobReportingConfig
}
