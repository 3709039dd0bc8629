import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

export const clientProtocols = {
  kind: 'ClientTrafficPolicy',
  fields: ['http3', 'grpc', 'scheme'],
  refused: {
    http3: 'is not supported here: there is no QUIC; clients come by HTTP/2',
    'grpc.enableWeb': 'is not supported here: let a backend translate gRPC-Web',
  },
  notes: { scheme: 'backends of HTTP/2 are told; default: Preserve' },
  translate({ scheme }: { readonly scheme?: 'Preserve' | 'MatchBackend' }) {
    return ok(scheme === 'MatchBackend' ? { listener: { client: { schemeOfBackend: true } } } : {})
  },
} satisfies PolicySlice
