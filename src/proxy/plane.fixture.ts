import { type ClientSettings, defaultClientSettings, type Listener, type Route, type Snapshot, wholeDelta } from '#ir'
import type { ProxyFilters } from './compile-rule.ts'
import { CountingObserver } from './observe/counters.ts'
import { EmbeddedPlane, type PlaneOptions } from './plane.ts'

/** A listener of Gateway `default/gw`, named as its port. */
export function listener(
  port: number,
  changes: Partial<Omit<Listener, 'client'>> & { client?: Partial<ClientSettings> } = {},
): Listener {
  return {
    key: `default/gw/${port}`,
    gateway: 'default/gw',
    origin: { kind: 'Gateway', namespace: 'default', name: 'gw' },
    addresses: [],
    port,
    protocol: 'http',
    hostname: '',
    ...changes,
    client: { ...defaultClientSettings, ...changes.client },
  }
}

/** A route that sends everything on listener 80 to backend `a`. */
export function route(name: string, changes: Partial<Route> = {}): Route {
  return {
    key: `HTTPRoute/default/${name}/0@${changes.listener ?? 'default/gw/80'}`,
    listener: 'default/gw/80',
    origin: { kind: 'HTTPRoute', namespace: 'default', name },
    rule: 0,
    createdAt: '',
    hostnames: [''],
    matches: [{ path: { kind: 'prefix', value: '/' }, headers: [], query: [] }],
    filters: [],
    action: forward('a'),
    ...changes,
  }
}

export function forward(...backends: string[]): Route['action'] & { kind: 'forward' } {
  return {
    kind: 'forward',
    to: backends.map((backend) => ({ kind: 'backend', backend, weight: 1, filters: [] })),
    timeouts: { requestMs: 0, backendRequestMs: 0 },
  }
}

/** A snapshot whose backends are ports of this machine. */
export function snapshotOf(
  listeners: readonly Listener[],
  routes: readonly Route[],
  backends: Readonly<Record<string, readonly number[]>>,
): Snapshot {
  const keys = Object.keys(backends).sort()
  return {
    listeners,
    routes,
    streams: [],
    certificates: [],
    backends: keys.map((key) => ({
      key,
      origin: { kind: 'Service', namespace: 'default', name: key },
      port: 80,
      protocol: 'http1',
      connectTimeoutMs: 1_000,
    })),
    endpoints: keys.map((key) => ({
      backend: key,
      endpoints: backends[key]!.map((port) => ({ kind: 'ip', address: '127.0.0.1', port })),
    })),
  }
}

/** A plane on free ports of 127.0.0.1, serving the snapshot. */
export async function playPlane(
  snapshot: Snapshot,
  filters: ProxyFilters = {},
  options: Partial<PlaneOptions> = {},
): Promise<{ plane: EmbeddedPlane; observer: CountingObserver; port(listenerPort: number): number }> {
  const errors: unknown[] = []
  const observer = new CountingObserver((error) => errors.push(error))
  const plane = new EmbeddedPlane({ filters, observer, bind: ['127.0.0.1'], bindPort: () => 0, ...options })
  const { failed } = await plane.apply(wholeDelta(snapshot))
  if (failed.length > 0) throw new Error(JSON.stringify(failed))
  return { plane, observer, port: (listenerPort) => plane.boundPort(listenerPort)! }
}
