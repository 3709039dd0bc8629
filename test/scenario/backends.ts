import { type Backend, type Endpoint, endpointKey, type Snapshot } from '#ir'
import { startFront } from './connection-front.ts'
import { type EchoServer, type Seen, startEchoServer } from './echo-server.ts'
import { startStreamEcho } from './stream-echo-server.ts'

/** One echo server per endpoint of a snapshot, and the snapshot that leads to them. */
export interface Backends {
  readonly snapshot: Snapshot
  /** What came in since the last call, by all. `backend` is `a 10.0.0.1:8080`: Service and endpoint. */
  takeSeen(): Seen[]
  close(): Promise<void>
}

/** tcpmux: nobody serves it, and the system hands it to no other test, as it may do with a port that was closed just now. */
const closedPort = 1

/** RFC 5737 TEST-NET-1: an endpoint there stands for one that refuses connections. */
const refuses = (endpoint: Endpoint) => endpoint.kind === 'ip' && endpoint.address.startsWith('192.0.2.')

/** Starts the servers. The same endpoint of two backends is one server, if they speak the same. */
export async function startBackends(snapshot: Snapshot): Promise<Backends> {
  const servers = new Map<string, EchoServer>()
  const endpoints: Snapshot['endpoints'][number][] = []
  for (const set of snapshot.endpoints) {
    const backend = snapshot.backends.find(({ key }) => key === set.backend)
    const live: Endpoint[] = []
    for (const endpoint of set.endpoints) {
      const name = `${backend?.origin.name ?? set.backend} ${endpointKey(endpoint)}`
      const spoken = spokenBy(backend)
      const server = `${JSON.stringify(spoken)} ${name}`
      if (!refuses(endpoint) && !servers.has(server)) servers.set(server, await startServer(name, spoken))
      const found = endpoint.kind === 'dns' && { name: endpoint.host }
      live.push({ kind: 'ip', address: '127.0.0.1', port: servers.get(server)?.port ?? closedPort, ...found })
    }
    endpoints.push({ ...set, endpoints: live.sort((a, b) => (endpointKey(a) < endpointKey(b) ? -1 : 1)) })
  }
  return {
    snapshot: { ...snapshot, endpoints },
    takeSeen: () => [...servers.values()].flatMap((server) => server.takeSeen()),
    async close() {
      await Promise.all([...servers.values()].map((server) => server.close()))
    },
  }
}

interface Spoken {
  readonly protocol: Backend['protocol']
  readonly tls: boolean
  readonly proxied: boolean
  readonly both: boolean
}

function spokenBy(backend: Backend | undefined): Spoken {
  const { protocol = 'http1', tls, proxyProtocol, followsClient } = backend ?? {}
  return { protocol, tls: tls !== undefined, proxied: proxyProtocol !== undefined, both: followsClient === true }
}

async function startServer(name: string, { protocol, tls, proxied, both }: Spoken): Promise<EchoServer> {
  const told = new Map<number, string>()
  const start = (spoken: Backend['protocol']) =>
    spoken === 'tcp' || spoken === 'udp'
      ? startStreamEcho(name, spoken, told)
      : startEchoServer(name, spoken, tls, told)
  const server = await start(both ? 'http1' : protocol)
  if (!proxied && !both) return server
  const other = both ? await start('h2c') : server
  const front = await startFront({ proxied, told, http1: server.port, http2: other.port })
  return {
    port: front.port,
    takeSeen: () => [...new Set([server, other])].flatMap((one) => one.takeSeen()),
    async close() {
      await Promise.all([...new Set([front, server, other])].map((one) => one.close()))
    },
  }
}
