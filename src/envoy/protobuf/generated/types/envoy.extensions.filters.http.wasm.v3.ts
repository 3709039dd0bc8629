// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__extensions__wasm__v3$ from './envoy.extensions.wasm.v3.ts'

export interface Wasm {
  readonly config?: envoy__extensions__wasm__v3$.PluginConfig
}
