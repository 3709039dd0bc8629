import type { Arena } from '../arena.ts'
import type { Finding } from '../table.ts'
import { startHttp2Backend, startPeerBackend, type WireBackend } from '../wires/backends.ts'
import { loadHttp, loadPeer } from '../wires/load.ts'
import type { Case } from '../wires/play.ts'
import { tabulate } from '../wires/tabulate.ts'

const perRequest = { cpu: 'CPU µs/request', rate: 'requests/s' }
const loads = [
  { connections: 64, streams: 1 },
  { connections: 8, streams: 16 },
]

/** Small GETs over HTTP/2, in clear text and over TLS, to backends that speak HTTP/1.1 and h2c. */
export async function measureHttp2(arena: Arena): Promise<Finding> {
  return withBackend(await startHttp2Backend(arena, 'plain'), (h2c) => {
    const ways = [
      { client: 'http2', backend: 'http1', endpoint: arena.backend.port },
      { client: 'http2', backend: 'h2c', endpoint: h2c.port },
      { client: 'https', backend: 'http1', endpoint: arena.backend.port },
      { client: 'https', backend: 'h2c', endpoint: h2c.port },
    ] as const
    const cases = ways.flatMap((wire): Case[] =>
      loads.map((load) => {
        const scheme = wire.client === 'https' ? 'https' : 'http'
        const name = `${scheme === 'https' ? 'h2' : 'h2c'} to ${wire.backend === 'h2c' ? 'h2c' : 'HTTP/1.1'}, ${load.connections} × ${load.streams}`
        return { name, wire, load: loadHttp({ scheme, protocol: 'h2', ...load }) }
      }),
    )
    return tabulate(arena, perRequest, cases, [
      '100 byte answers; h2load: connections × requests at once on each. nginx 1.22 has no HTTP/2 towards backends but gRPC.',
    ])
  })
}

/** Unary calls: a message of 32 bytes each way, and trailers. */
export async function measureGrpc(arena: Arena): Promise<Finding> {
  return withBackend(await startHttp2Backend(arena, 'grpc'), ({ port }) => {
    const cases = loads.map((load): Case => {
      const wire = { client: 'http2', backend: 'grpc', endpoint: port } as const
      return {
        name: `${load.connections} × ${load.streams}`,
        wire,
        load: loadHttp({ scheme: 'http', protocol: 'h2', grpc: true, ...load }),
      }
    })
    return tabulate(arena, { cpu: 'CPU µs/call', rate: 'calls/s' }, cases, [
      'h2c on both sides; h2load: connections × calls at once; the backend is nghttpd with trailers. Headgate by GRPCRoute, nginx by grpc_pass.',
    ])
  })
}

/** What a handshake costs, anew and resumed, and what TLS adds to requests on kept connections. */
export async function measureTls(arena: Arena): Promise<Finding> {
  const wire = { client: 'https', backend: 'http1', endpoint: arena.backend.port } as const
  const cases: Case[] = [
    { name: 'full handshake', wire, load: loadPeer('tls-full', 16) },
    { name: 'resumed', wire, load: loadPeer('tls-resumed', 16) },
    {
      name: 'kept, HTTP/1.1',
      wire,
      load: loadHttp({ scheme: 'https', protocol: 'h1', connections: 64, streams: 1 }),
    },
  ]
  return tabulate(arena, { cpu: 'CPU µs each', rate: 'per second' }, cases, [
    'TLS 1.3, ECDSA P-256, X25519. A handshake is a connection with one request over it, 16 at once; kept: requests over 64 connections (h2load).',
  ])
}

/** One way from backend to client, as fast as it goes. */
export async function measureTcp(arena: Arena): Promise<Finding> {
  return withBackend(await startPeerBackend(arena, 'tcp'), ({ port }) => {
    const wire = { client: 'tcp', backend: 'tcp', endpoint: port } as const
    const cases: Case[] = [
      { name: '1 connection', wire, load: loadPeer('tcp-stream', 1) },
      { name: '64 connections', wire, load: loadPeer('tcp-stream', 64) },
    ]
    return tabulate(arena, { cpu: 'CPU µs/MB', rate: 'MB/s', size: 1 << 20 }, cases, [
      'Bytes from backend to client. No splice(2) anywhere.',
    ])
  })
}

/** Connections that carry one byte there and back. */
export async function measureTcpConnections(arena: Arena): Promise<Finding> {
  return withBackend(await startPeerBackend(arena, 'tcp'), ({ port }) => {
    const wire = { client: 'tcp', backend: 'tcp', endpoint: port } as const
    const cases: Case[] = [{ name: '16 at once', wire, load: loadPeer('tcp-connect', 16) }]
    return tabulate(arena, { cpu: 'CPU µs/connection', rate: 'connections/s' }, cases, [
      'Open, one byte there and back, close.',
    ])
  })
}

/** Datagrams there and back. */
export async function measureUdp(arena: Arena): Promise<Finding> {
  return withBackend(await startPeerBackend(arena, 'udp'), ({ port }) => {
    const wire = { client: 'udp', backend: 'udp', endpoint: port } as const
    const cases: Case[] = [{ name: '16 sessions', wire, load: loadPeer('udp', 16) }]
    // An echo is two datagrams.
    return tabulate(arena, { cpu: 'CPU µs/datagram', rate: 'datagrams/s', size: 0.5 }, cases, [
      '128 bytes, echoed; each session has up to 16 under way; failed: not back in 100 ms. HAProxy has no UDP.',
    ])
  })
}

/** Small text messages, echoed. */
export async function measureWebSocket(arena: Arena): Promise<Finding> {
  return withBackend(await startPeerBackend(arena, 'websocket'), ({ port }) => {
    const wire = { client: 'http1', backend: 'websocket', endpoint: port } as const
    const cases = [64, 1000].map(
      (connections): Case => ({ name: `${connections} connections`, wire, load: loadPeer('websocket', connections) }),
    )
    return tabulate(arena, { cpu: 'CPU µs/echo', rate: 'echoes/s' }, cases, [
      'Text of 32 bytes to the backend and back, one under way on each connection. The handshakes are part of it.',
    ])
  })
}

async function withBackend(
  backend: WireBackend,
  use: (backend: WireBackend) => Promise<Finding>,
): Promise<Finding> {
  try {
    return await use(backend)
  } finally {
    await backend.program.stop()
  }
}
