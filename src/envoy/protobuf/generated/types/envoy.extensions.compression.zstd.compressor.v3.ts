// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface Zstd {
  readonly compression_level?: number
  readonly enable_checksum?: boolean
  readonly strategy?: Zstd_Strategy
  readonly dictionary?: envoy__config__core__v3$.DataSource
  readonly chunk_size?: number
}

export type Zstd_Strategy =
  | 'DEFAULT'
  | 'FAST'
  | 'DFAST'
  | 'GREEDY'
  | 'LAZY'
  | 'LAZY2'
  | 'BTLAZY2'
  | 'BTOPT'
  | 'BTULTRA'
  | 'BTULTRA2'
