// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface StatefulSession {
  readonly session_state?: envoy__config__core__v3$.TypedExtensionConfig
  readonly strict?: boolean
  readonly stat_prefix?: string
  readonly status_on_strict_destination_not_found?: number
}

export interface StatefulSessionPerRoute {
  readonly disabled?: boolean
  readonly stateful_session?: StatefulSession
}
