/** Packs the bodies of responses for clients that can unpack them. */
export interface CompressionNode {
  readonly kind: 'compression'
  /** In the order of preference, where a client likes several as much. */
  readonly codings: readonly {
    /** Content coding (RFC 9110 8.4.1; br: RFC 7932; zstd: RFC 8878). */
    readonly coding: 'gzip' | 'br' | 'zstd'
    /** Shorter responses are left alone; those of unknown length are not. */
    readonly minBytes: number
  }[]
}
