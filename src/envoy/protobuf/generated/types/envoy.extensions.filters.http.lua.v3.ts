// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { JsonMap } from './any.ts'
import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface Lua {
  readonly inline_code?: string
  readonly source_codes?: { readonly [key: string]: envoy__config__core__v3$.DataSource }
  readonly default_source_code?: envoy__config__core__v3$.DataSource
  readonly stat_prefix?: string
  readonly clear_route_cache?: boolean
  readonly filter_context?: JsonMap
  readonly package_paths?: readonly string[]
  readonly package_cpaths?: readonly string[]
  readonly shared_vm_id?: string
}

export interface LuaPerRoute {
  readonly disabled?: boolean
  readonly name?: string
  readonly source_code?: envoy__config__core__v3$.DataSource
  readonly filter_context?: JsonMap
  readonly package_paths?: readonly string[]
  readonly package_cpaths?: readonly string[]
  readonly shared_vm_id?: string
}
