import { type BackendKey, compareText, type Listener, type ListenerKey, type RouteKey, type Snapshot } from '#ir'
import type { EnvoyResources } from '../envoy-resources.ts'
import type { Message } from '../message.ts'
import { buildCluster, nowhereCluster } from './clusters.ts'
import { buildEndpoints } from './endpoints.ts'
import { buildTcpListener } from './listeners.ts'
import { MergedClusters } from './merged-clusters.ts'
import { plainRoutesName, secureRoutesName } from './names.ts'
import type { ResourceOptions } from './options.ts'
import { buildRouteConfiguration, type RouteTable, virtualHostResources } from './route-configurations.ts'
import type { RuleSurroundings } from './rule.ts'
import { buildBackendSecrets, buildCertificate, buildClientTrust } from './secrets.ts'
import { groupSockets, type Socket } from './sockets.ts'
import { buildUdpListener } from './udp-listeners.ts'
import { buildMisdirected, buildVirtualHosts } from './virtual-hosts.ts'

/** A rule that is closed (500), because Envoy can't do what it asks for. */
export interface UnsupportedRule {
  readonly route: RouteKey
  readonly reason: string
}

export interface BuiltResources {
  readonly resources: EnvoyResources
  readonly unsupported: readonly UnsupportedRule[]
}

/** What Envoy is told about a snapshot (of one Gateway, or of all that one Envoy serves). Equal input, equal output. */
export function buildResources(snapshot: Snapshot, options: ResourceOptions): BuiltResources {
  const backends = new Map(snapshot.backends.map((backend) => [backend.key, backend]))
  const endpoints = new Map(snapshot.endpoints.map((set) => [set.backend, set]))
  const routes = Map.groupBy(snapshot.routes, ({ listener }) => listener)
  const streams = Map.groupBy(snapshot.streams, ({ listener }) => listener)
  const unsupported = new Map<RouteKey, string>()
  const clusters = new Map<string, Message>()
  const merged = new MergedClusters(
    (key) => backends.get(key),
    (key) => endpoints.get(key),
  )
  const around: Omit<RuleSurroundings, 'listener'> = {
    options,
    merged,
    backend: (key: BackendKey) => backends.get(key),
    unsupported: (route, reason) => unsupported.set(route, reason),
    cluster: (cluster) => clusters.set(String(cluster.name), cluster),
  }
  const streamsOf = ({ key }: Listener) => streams.get(key) ?? []
  const sockets = groupSockets(snapshot.listeners, options.bind)
  const listeners = sockets.map((socket) =>
    socket.transport === 'udp'
      ? buildUdpListener(socket, streamsOf, merged, options)
      : buildTcpListener(socket, streamsOf, options),
  )
  const tables = sockets.flatMap((socket) => buildTables(socket, (key) => routes.get(key) ?? [], around))
  const apart = options.virtualHosts === 'apart'
  return {
    resources: {
      secret: byName([
        ...snapshot.certificates.map(buildCertificate),
        ...snapshot.listeners.flatMap(buildClientTrust),
        ...snapshot.backends.flatMap((backend) => buildBackendSecrets(backend, options.systemTrust)),
      ]),
      cluster: byName([
        ...snapshot.backends.map((backend) => buildCluster(backend, endpoints.get(backend.key))),
        ...merged.clusters,
        ...clusters.values(),
        nowhereCluster,
      ]),
      endpoints: [
        ...snapshot.endpoints.map((set) => buildEndpoints(set, backends.get(set.backend))),
        ...merged.endpoints,
      ],
      extension: [],
      listener: listeners,
      route: byName(tables.map((table) => buildRouteConfiguration(table, options.virtualHosts))),
      virtualHost: apart ? byName(tables.flatMap(virtualHostResources)) : [],
      runtime: [],
    },
    unsupported: [...unsupported].map(([route, reason]) => ({ route, reason })),
  }
}

/** The route tables of a socket: one for plain HTTP, and one for each HTTPS listener. */
function buildTables(
  socket: Socket,
  routesOf: (listener: ListenerKey) => Snapshot['routes'],
  around: Omit<RuleSurroundings, 'listener'>,
): RouteTable[] {
  const hostsOf = (listener: Listener, hostnames: ReadonlySet<string>) =>
    buildVirtualHosts(listener, routesOf(listener.key), hostnames, { ...around, listener })
  const plain = socket.listeners.filter(({ protocol }) => protocol === 'http')
  const secure = socket.listeners.filter(({ tls }) => tls !== undefined)
  const plainNames = new Set(plain.map(({ hostname }) => hostname))
  const secureNames = new Set(secure.map(({ hostname }) => hostname))
  return [
    ...(plain.length > 0
      ? [
          {
            name: plainRoutesName(socket.name),
            virtualHosts: unique(plain.flatMap((listener) => hostsOf(listener, plainNames))),
          },
        ]
      : []),
    ...secure
      .filter(({ protocol }) => protocol === 'https')
      .map((listener) => ({
        name: secureRoutesName(socket.name, listener.key),
        virtualHosts: [...hostsOf(listener, secureNames), ...buildMisdirected(listener, secureNames)],
      })),
  ]
}

/** Two listeners of the same hostname are a conflict that the translation has settled; Envoy must not stumble over it. */
function unique(virtualHosts: readonly Message[]): Message[] {
  return [...new Map(virtualHosts.map((host) => [host.name, host])).values()]
}

function byName(messages: readonly Message[]): Message[] {
  return [...messages].sort((a, b) => compareText(String(a.name), String(b.name)))
}
