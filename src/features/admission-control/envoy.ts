import { type EnvoyFilter, typed } from '#envoy'
import type { AdmissionControlNode } from './ir.ts'

/** A filter of the route's own: Envoy counts where the filter's configuration stands, and it has no settings per route. */
export const admissionControl: EnvoyFilter<AdmissionControlNode> = {
  own: true,
  build(node) {
    const { successStatuses } = node
    return {
      own: [
        typed('envoy.extensions.filters.http.admission_control.v3.AdmissionControl', {
          enabled: { default_value: true },
          sampling_window: `${node.windowSeconds}s`,
          sr_threshold: { default_value: { value: node.minSuccessPercent } },
          aggression: { default_value: node.aggression },
          rps_threshold: { default_value: node.minRequestsPerSecond },
          max_rejection_probability: { default_value: { value: node.maxRejectionPercent } },
          success_criteria: {
            ...(successStatuses && {
              http_criteria: { http_success_status: successStatuses.map((code) => ({ start: code, end: code + 1 })) },
            }),
            grpc_criteria: { grpc_success_status: node.successGrpcStatuses },
          },
        }),
      ],
    }
  },
}
