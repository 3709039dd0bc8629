// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { AnyJson } from './any.ts'
import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface CapabilityRestrictionConfig {
  readonly allowed_capabilities?: { readonly [key: string]: SanitizationConfig }
}

export interface EnvironmentVariables {
  readonly host_env_keys?: readonly string[]
  readonly key_values?: { readonly [key: string]: string }
}

export type FailurePolicy =
  | 'UNSPECIFIED'
  | 'FAIL_RELOAD'
  | 'FAIL_CLOSED'
  | 'FAIL_OPEN'

export interface PluginConfig {
  readonly name?: string
  readonly root_id?: string
  readonly vm_config?: VmConfig
  readonly configuration?: AnyJson
  readonly fail_open?: boolean
  readonly failure_policy?: FailurePolicy
  readonly reload_config?: ReloadConfig
  readonly capability_restriction_config?: CapabilityRestrictionConfig
  readonly allow_on_headers_stop_iteration?: boolean
}

export interface ReloadConfig {
  readonly backoff?: envoy__config__core__v3$.BackoffStrategy
}

export type SanitizationConfig = Readonly<Record<never, never>>

export interface VmConfig {
  readonly vm_id?: string
  readonly runtime?: string
  readonly code?: envoy__config__core__v3$.AsyncDataSource
  readonly configuration?: AnyJson
  readonly allow_precompiled?: boolean
  readonly nack_on_code_cache_miss?: boolean
  readonly environment_variables?: EnvironmentVariables
  readonly capability_restriction_config?: CapabilityRestrictionConfig
}
