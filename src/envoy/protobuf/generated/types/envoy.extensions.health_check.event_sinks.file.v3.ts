// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export interface HealthCheckEventFileSink {
  readonly event_log_path?: string
}
