import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

export const clientProtocols = {
  kind: 'ClientTrafficPolicy',
  fields: ['http3', 'grpc', 'scheme'],
  refused: {
    http3: 'is not supported here: there is no QUIC; clients come by HTTP/2',
    'grpc.enableWeb': 'is not supported here: let a backend translate gRPC-Web',
  },
  notes: { scheme: 'Preserve' },
  translate({ scheme = 'Preserve' }: { readonly scheme?: string }, scope) {
    if (scheme === 'Preserve') return ok({})
    return scope.refuse('scheme', `${scheme} is not supported here: backends are told the scheme that the client used`)
  },
} satisfies PolicySlice
