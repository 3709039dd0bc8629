import { parseByteQuantity } from '#kit/byte-quantity.ts'
import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'
import type { RequestBufferNode } from './ir.ts'

interface Spec {
  readonly requestBuffer: { readonly limit?: string | number }
}

/** It is memory, and of each request. */
const most = 1 << 30

export const requestBuffer = {
  kind: 'BackendTrafficPolicy',
  fields: ['requestBuffer'],
  notes: { 'requestBuffer.limit': 'at most 1Gi' },
  translate({ requestBuffer: { limit } }: Spec, scope) {
    const maxBytes = parseByteQuantity(limit ?? '')
    if (maxBytes === undefined) return scope.refuse('requestBuffer.limit', `${limit} is no size; write 500Ki or 10Mi`)
    if (maxBytes > most) return scope.refuse('requestBuffer.limit', `${limit} is more than 1Gi, and would be memory`)
    const node: RequestBufferNode = { kind: 'requestBuffer', maxBytes }
    return ok({ nodes: [node] })
  },
} satisfies PolicySlice
