// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as xds__type__matcher__v3$ from './xds.type.matcher.v3.ts'

export interface CustomResponse {
  readonly custom_response_matcher?: xds__type__matcher__v3$.Matcher
}
