import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

export const clientProtocols = {
  kind: 'ClientTrafficPolicy',
  fields: ['http1', 'http3', 'grpc', 'scheme'],
  refused: {
    'http1.http10':
      'has nothing to turn on: HTTP/1.0 is spoken, and a request without Host has no host to match; remove it',
    'http1.enableTrailers': 'has nothing to turn on: trailers are passed on; remove it',
    'http1.preserveHeaderCase':
      'is not supported here: names are sent in lower case (RFC 9110 5.1: case has no meaning)',
    'http1.disableSafeMaxConnectionDuration': 'is not supported here: a connection ends with an answer; remove it',
    'http1.ignoredUpgradeTypes':
      'is not supported here: upgrades other than websocket go on as plain requests already; remove it',
    http3: 'is not supported here: there is no QUIC; clients come by HTTP/2',
    'grpc.enableWeb': 'is not supported here: let a backend translate gRPC-Web',
  },
  notes: { scheme: 'Preserve' },
  translate({ scheme = 'Preserve' }: { readonly scheme?: string }, scope) {
    if (scheme === 'Preserve') return ok({})
    return scope.refuse('scheme', `${scheme} is not supported here: backends are told the scheme that the client used`)
  },
} satisfies PolicySlice
