import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

interface Spec {
  readonly http2?: { readonly maxConcurrentStreams?: number }
}

const windows = 'is not supported here: windows have one size, and are opened as backends read; remove it'
const keepalive = 'is not supported here: connections without requests end after timeout.http.idleTimeout'
const proxyProtocol =
  'is not supported here: let the proxy in front speak HTTP and say who the client is in X-Forwarded-For (clientIPDetection)'
const tcpKeepalive =
  'is not supported here: timeout.http.idleTimeout and timeout.tcp.idleTimeout end silent connections'

export const clientProtocols = {
  kind: 'ClientTrafficPolicy',
  fields: ['http1', 'http2', 'http3', 'grpc', 'scheme', 'tcpKeepalive', 'proxyProtocol', 'enableProxyProtocol'],
  refused: {
    'http1.http10':
      'has nothing to turn on: HTTP/1.0 is spoken, and a request without Host has no host to match; remove it',
    'http1.enableTrailers': 'has nothing to turn on: trailers are passed on; remove it',
    'http1.preserveHeaderCase':
      'is not supported here: names are sent in lower case (RFC 9110 5.1: case has no meaning)',
    'http1.disableSafeMaxConnectionDuration': 'is not supported here: a connection ends with an answer; remove it',
    'http1.ignoredUpgradeTypes':
      'is not supported here: upgrades other than websocket go on as plain requests already; remove it',
    'http2.initialStreamWindowSize': windows,
    'http2.initialConnectionWindowSize': windows,
    'http2.connectionKeepalive': keepalive,
    'http2.onInvalidMessage':
      'is not supported here: each stream ends for itself, and the connection with broken framing; remove it',
    http3: 'is not supported here: there is no QUIC; clients come by HTTP/2',
    'grpc.enableWeb': 'is not supported here: let a backend translate gRPC-Web',
    scheme: 'is not supported here: the scheme is that which the client used; remove it',
    tcpKeepalive,
    proxyProtocol,
    enableProxyProtocol: proxyProtocol,
  },
  notes: { 'http2.maxConcurrentStreams': 'default: 128' },
  translate({ http2 }: Spec) {
    const streams = http2?.maxConcurrentStreams
    return ok(streams === undefined ? {} : { listener: { client: { maxConcurrentStreams: streams } } })
  },
} satisfies PolicySlice
