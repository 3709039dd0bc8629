// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export interface Gzip {
  readonly memory_level?: number
  readonly compression_level?: Gzip_CompressionLevel
  readonly compression_strategy?: Gzip_CompressionStrategy
  readonly window_bits?: number
  readonly chunk_size?: number
}

export type Gzip_CompressionLevel =
  | 'DEFAULT_COMPRESSION'
  | 'BEST_SPEED'
  | 'COMPRESSION_LEVEL_1'
  | 'COMPRESSION_LEVEL_2'
  | 'COMPRESSION_LEVEL_3'
  | 'COMPRESSION_LEVEL_4'
  | 'COMPRESSION_LEVEL_5'
  | 'COMPRESSION_LEVEL_6'
  | 'COMPRESSION_LEVEL_7'
  | 'COMPRESSION_LEVEL_8'
  | 'COMPRESSION_LEVEL_9'
  | 'BEST_COMPRESSION'

export type Gzip_CompressionStrategy =
  | 'DEFAULT_STRATEGY'
  | 'FILTERED'
  | 'HUFFMAN_ONLY'
  | 'RLE'
  | 'FIXED'
