// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export interface Buffer {
  readonly max_request_bytes?: number
}

export interface BufferPerRoute {
  readonly disabled?: boolean
  readonly buffer?: Buffer
}
