// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { JsonMap } from './any.ts'
import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface FileAccessLog {
  readonly path?: string
  readonly format?: string
  readonly json_format?: JsonMap
  readonly typed_json_format?: JsonMap
  readonly log_format?: envoy__config__core__v3$.SubstitutionFormatString
}
