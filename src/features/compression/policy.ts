import { parseByteQuantity } from '#kit/byte-quantity.ts'
import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'
import type { CompressionNode } from './ir.ts'

interface Written {
  readonly type: 'Gzip' | 'Brotli' | 'Zstd'
  /** A quantity: `1Ki`, or a number. */
  readonly minContentLength?: string | number
}

interface Spec {
  readonly compressor?: readonly Written[]
  /** The older name. */
  readonly compression?: readonly Written[]
}

const codings = { Gzip: 'gzip', Brotli: 'br', Zstd: 'zstd' } as const
/** Envoy's least (CommonDirectionConfig.min_content_length): below it the packed text is longer. */
const leastBytes = 30

export const compression = {
  kind: 'BackendTrafficPolicy',
  fields: ['compressor', 'compression'],
  notes: {
    compression: 'not beside compressor, which takes its place',
    'compressor[].minContentLength': 'at least 30',
  },
  translate(spec: Spec, scope) {
    const field = spec.compressor?.length ? 'compressor' : 'compression'
    const written = spec[field] ?? []
    const node: CompressionNode = {
      kind: 'compression',
      codings: written.map(({ type, minContentLength = leastBytes }) => ({
        coding: codings[type],
        minBytes: parseByteQuantity(minContentLength) ?? Number.NaN,
      })),
    }
    for (const [i, { minBytes }] of node.codings.entries())
      if (minBytes < leastBytes || minBytes > 0xffff_ffff)
        return scope.refuse(`${field}[${i}].minContentLength`, `must be between ${leastBytes} bytes and 4Gi`)
    const twice = written.findIndex(({ type }, i) => written.findIndex((other) => other.type === type) < i)
    if (twice >= 0) return scope.refuse(`${field}[${twice}].type`, `${written[twice]!.type} is in the list already`)
    return ok(node.codings.length > 0 ? { nodes: [node] } : {})
  },
} satisfies PolicySlice
