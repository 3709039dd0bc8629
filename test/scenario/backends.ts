import { type Backend, type Endpoint, endpointKey, type Snapshot } from '#ir'
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
      const protocol = backend?.protocol ?? 'http1'
      const tls = backend?.tls !== undefined
      const server = `${protocol}${tls ? ' over tls' : ''} ${name}`
      if (!refuses(endpoint) && !servers.has(server)) servers.set(server, await startServer(name, protocol, tls))
      live.push({ kind: 'ip', address: '127.0.0.1', port: servers.get(server)?.port ?? closedPort })
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

function startServer(name: string, protocol: Backend['protocol'], tls: boolean): Promise<EchoServer> {
  return protocol === 'tcp' || protocol === 'udp'
    ? startStreamEcho(name, protocol)
    : startEchoServer(name, protocol, tls)
}
