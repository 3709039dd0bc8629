import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ServerCredentials } from '@grpc/grpc-js'
import { buildResources, usualSystemTrust } from '#envoy'
import { XdsServer } from '#envoy/control'
import { defaultClientSettings, type Route, type Snapshot } from '#ir'
import type { Arena } from '../arena.ts'
import { round } from '../statistics.ts'
import type { Finding } from '../table.ts'

const megabyte = 1 << 20
const proxyCount = 1_000
const routeCount = 5_000
const node = 'bench/gateway'

/** A control plane that comes back, and all its proxies at once; then one route of 5,000 changes for all of them. */
export async function measureXdsStorm(arena: Arena): Promise<Finding> {
  const proxies = arena.quick ? proxyCount / 5 : proxyCount
  const server = new XdsServer({ credentials: ServerCredentials.createInsecure() })
  const port = await server.listen('127.0.0.1:0')
  const publish = (service: number) => server.publish(node, build(service))
  const packMs = timed(() => publish(0))
  const before = process.memoryUsage().rss
  const began = performance.now()
  const clients = fork(path.join(import.meta.dirname, '../xds-clients.ts'), [`127.0.0.1:${port}`, String(proxies), node])
  try {
    let peak = before
    const settle = async () => {
      for (;;) {
        peak = Math.max(peak, process.memoryUsage().rss)
        const { streams, settled } = server.report(node)
        if (streams === proxies && settled === proxies) return
        await sleep(20)
      }
    }
    await settle()
    const allMs = performance.now() - began
    const first = await tell(clients)
    const sentBefore = server.sentBytes
    const changed = performance.now()
    const changeMs = timed(() => publish(1))
    await settle()
    const changedMs = performance.now() - changed
    return {
      columns: ['', `${proxies} proxies`],
      rows: [
        ['all have their first configuration after, s', String(round(allMs / 1_000))],
        ['control plane grows by at most, MB', String(round((peak - before) / megabyte))],
        ['first configuration per proxy, KB', String(round(first.bytes / proxies / 1_024))],
        ['one changed route: bytes per proxy', String(Math.round((server.sentBytes - sentBefore) / proxies))],
        ['one changed route: all have it after, s', String(round(changedMs / 1_000))],
      ],
      notes: [
        `${routeCount} routes, half with a host each, half on one host; ${round(packMs)} ms to build, check and pack all, ${round(changeMs)} ms for the change.`,
        `Proxies are played by one process on the same machine, which works as much as the control plane; ${first.failed} of them failed.`,
      ],
      time: 'once',
    }
  } finally {
    clients.kill('SIGKILL')
    await server.close()
  }
}

function timed(work: () => unknown): number {
  const began = performance.now()
  work()
  return performance.now() - began
}

async function tell(clients: ChildProcess): Promise<{ bytes: number; failed: number }> {
  clients.send('tell')
  const [told] = (await once(clients, 'message')) as [{ bytes: number; failed: number }]
  return told
}

/** @param service where one of the routes with a host of its own leads */
function build(service: number) {
  const options = { filters: {}, filterOrder: [], bind: ['127.0.0.1'], systemTrust: usualSystemTrust } as const
  return buildResources(planSnapshot(service), { ...options, virtualHosts: 'apart' }).resources
}

function planSnapshot(changed: number): Snapshot {
  const origin = { kind: 'Service', namespace: 'bench', name: 's' }
  const backends = Array.from({ length: 50 }, (_, i) => ({
    key: `Service/bench/s${String(i).padStart(2, '0')}/80`,
    origin,
    port: 80,
    protocol: 'http1' as const,
    connectTimeoutMs: 5_000,
  }))
  const routes = Array.from({ length: routeCount }, (_, i): Route => {
    const own = i % 2 === 0
    const key = `HTTPRoute/bench/r${String(i).padStart(4, '0')}/0`
    const service = i === 0 ? changed : i % 50
    return {
      key: `${key}@bench/gateway/http`,
      listener: 'bench/gateway/http',
      origin: { kind: 'HTTPRoute', namespace: 'bench', name: `r${i}` },
      rule: 0,
      createdAt: '',
      hostnames: [own ? `tenant-${i}.example.com` : 'www.example.com'],
      matches: [{ path: { kind: 'prefix', value: own ? '/' : `/team-${i}` }, headers: [], query: [] }],
      filters: [],
      action: {
        kind: 'forward',
        to: [{ kind: 'backend', backend: backends[service]!.key, weight: 1, filters: [] }],
        timeouts: { requestMs: 0, backendRequestMs: 0 },
      },
    }
  })
  return {
    listeners: [
      {
        key: 'bench/gateway/http',
        gateway: node,
        origin: { kind: 'Gateway', namespace: 'bench', name: 'gateway' },
        addresses: [],
        port: 80,
        protocol: 'http',
        hostname: '',
        client: defaultClientSettings,
      },
    ],
    routes,
    streams: [],
    backends,
    endpoints: backends.map(({ key }) => ({
      backend: key,
      endpoints: [{ kind: 'ip', address: '127.0.0.1', port: 8080 }],
    })),
    certificates: [],
  }
}
