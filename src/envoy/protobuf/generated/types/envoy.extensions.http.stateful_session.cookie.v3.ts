// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__type__http__v3$ from './envoy.type.http.v3.ts'

export interface CookieBasedSessionState {
  readonly cookie?: envoy__type__http__v3$.Cookie
}
