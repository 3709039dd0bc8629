// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { AnyJson } from './any.ts'

export interface BufferFactoryConfig {
  readonly minimum_account_to_track_power_of_two?: number
}

export interface LoadShedPoint {
  readonly name?: string
  readonly triggers?: readonly Trigger[]
}

export interface OverloadAction {
  readonly name?: string
  readonly triggers?: readonly Trigger[]
  readonly typed_config?: AnyJson
}

export interface OverloadManager {
  readonly refresh_interval?: string
  readonly resource_monitors?: readonly ResourceMonitor[]
  readonly actions?: readonly OverloadAction[]
  readonly loadshed_points?: readonly LoadShedPoint[]
  readonly buffer_factory_config?: BufferFactoryConfig
}

export interface ResourceMonitor {
  readonly name?: string
  readonly typed_config?: AnyJson
}

export interface ScaledTrigger {
  readonly scaling_threshold?: number
  readonly saturation_threshold?: number
}

export interface ThresholdTrigger {
  readonly value?: number
}

export interface Trigger {
  readonly name?: string
  readonly threshold?: ThresholdTrigger
  readonly scaled?: ScaledTrigger
}
