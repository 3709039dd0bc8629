// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { JsonMap } from './any.ts'

export interface Runtime {
  readonly name?: string
  readonly layer?: JsonMap
}
