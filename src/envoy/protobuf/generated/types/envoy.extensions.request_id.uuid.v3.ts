// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export interface UuidRequestIdConfig {
  readonly pack_trace_reason?: boolean
  readonly use_request_id_for_trace_sampling?: boolean
}
