// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__type__v3$ from './envoy.type.v3.ts'

export interface CustomHeaderConfig {
  readonly header_name?: string
  readonly allow_extension_to_set_address_as_trusted?: boolean
  readonly reject_with_status?: envoy__type__v3$.HttpStatus
}
