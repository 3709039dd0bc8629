// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export interface PreviousPrioritiesConfig {
  readonly update_frequency?: number
}
