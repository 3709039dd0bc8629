// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export interface PreserveCaseFormatterConfig {
  readonly forward_reason_phrase?: boolean
  readonly formatter_type_on_envoy_headers?: PreserveCaseFormatterConfig_FormatterTypeOnEnvoyHeaders
}

export type PreserveCaseFormatterConfig_FormatterTypeOnEnvoyHeaders =
  | 'DEFAULT'
  | 'PROPER_CASE'
