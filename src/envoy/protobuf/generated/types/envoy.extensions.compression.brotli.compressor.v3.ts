// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export interface Brotli {
  readonly quality?: number
  readonly encoder_mode?: Brotli_EncoderMode
  readonly window_bits?: number
  readonly input_block_bits?: number
  readonly chunk_size?: number
  readonly disable_literal_context_modeling?: boolean
}

export type Brotli_EncoderMode =
  | 'DEFAULT'
  | 'GENERIC'
  | 'TEXT'
  | 'FONT'
