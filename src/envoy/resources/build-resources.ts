import {
  type Backend,
  type BackendKey,
  compareText,
  type EndpointSet,
  type Listener,
  type ListenerKey,
  type Route,
  type RouteKey,
  type Snapshot,
  type StreamRoute,
  type WeightedBackend,
} from '#ir'
import type { EnvoyResources } from '../envoy-resources.ts'
import type { Message } from '../message.ts'
import { logRoute, logTcpListener, logUdpListener } from './access-log.ts'
import { changedItems } from './changed-items.ts'
import { buildCluster, nowhereCluster } from './clusters.ts'
import { buildEndpoints } from './endpoints.ts'
import { type BuiltHost, HostTable } from './host-table.ts'
import { buildTcpListener, type TcpListener } from './listeners.ts'
import { Memo, OwnedMemo } from './memo.ts'
import { canMerge, type MergedCluster, mergeClusters } from './merged-clusters.ts'
import { mergedClusterName, plainRoutesName, secureRoutesName } from './names.ts'
import type { ResourceOptions } from './options.ts'
import { buildRouteConfiguration, virtualHostResource } from './route-configurations.ts'
import { buildRule } from './rule.ts'
import { buildBackendSecrets, buildCertificate, buildClientTrust } from './secrets.ts'
import { groupSockets, type Socket } from './sockets.ts'
import { buildUdpListener } from './udp-listeners.ts'
import { buildMisdirected, type RuledRoute } from './virtual-hosts.ts'

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
  return new ResourceBuilder(options).build(snapshot)
}

/** Builds one snapshot after the other; a resource that did not change is the same object as before. */
export class ResourceBuilder {
  readonly #options: ResourceOptions
  readonly #memory = new Memory()

  constructor(options: ResourceOptions) {
    this.#options = options
  }

  build(snapshot: Snapshot): BuiltResources {
    const built = new Build(snapshot, this.#options, this.#memory).build()
    this.#memory.byName.sweep()
    return built
  }
}

/** What was made of the snapshots before. */
class Memory {
  readonly byName = new Memo()
  readonly certificates = new OwnedMemo<Message>()
  readonly clientTrust = new OwnedMemo<Message[]>()
  readonly backendSecrets = new OwnedMemo<Message[]>()
  readonly clusters = new OwnedMemo<Message>()
  readonly endpoints = new OwnedMemo<Message>()
  readonly rules = new OwnedMemo<RuledRoute>()
  backends: readonly Backend[] = []
}

/** One snapshot on its way. */
class Build {
  readonly #snapshot: Snapshot
  readonly #options: ResourceOptions
  readonly #memory: Memory
  readonly #memo: Memo
  readonly #backends: ReadonlyMap<BackendKey, Backend>
  readonly #endpoints: ReadonlyMap<BackendKey, EndpointSet>
  readonly #routes: ReadonlyMap<ListenerKey, readonly Route[]>
  readonly #streams: ReadonlyMap<ListenerKey, readonly StreamRoute[]>
  /** Backends that are not what they were in the snapshot before. */
  readonly #changedBackends: ReadonlySet<BackendKey>
  readonly #unsupported = new Map<RouteKey, string>()
  readonly #keepsCase: boolean
  /** By name: clusters that no backend stands for. */
  readonly #clusters = new Map<string, Message>()
  /** By name of the cluster. */
  readonly #merged = new Map<string, readonly WeightedBackend[]>()

  constructor(snapshot: Snapshot, options: ResourceOptions, memory: Memory) {
    this.#snapshot = snapshot
    this.#options = options
    this.#memory = memory
    this.#memo = memory.byName
    const { routes, streams, backends, endpoints } = snapshot
    const once = <T>(name: string, list: readonly unknown[], make: () => T): T => this.#memo.get(name, [list], make)
    this.#backends = once('backends', backends, () => new Map(backends.map((one) => [one.key, one])))
    this.#endpoints = once('endpoints', endpoints, () => new Map(endpoints.map((one) => [one.backend, one])))
    const { gone, come } = changedItems(memory.backends, backends)
    this.#changedBackends = new Set([...gone, ...come].map(({ key }) => key))
    memory.backends = backends
    this.#keepsCase = snapshot.listeners.some(({ client }) => client.http1?.keepCase)
    this.#routes = once('routes', routes, () => Map.groupBy(routes, ({ listener }) => listener))
    this.#streams = once('streams', streams, () => Map.groupBy(streams, ({ listener }) => listener))
  }

  build(): BuiltResources {
    const sockets = groupSockets(this.#snapshot.listeners, this.#options.bind)
    const listeners = sockets.map((socket) => this.#listener(socket))
    const tables = sockets.flatMap((socket) => this.#tables(socket))
    const apart = this.#options.virtualHosts === 'apart'
    const merged = [...this.#merged]
      .sort(([a], [b]) => compareText(a, b))
      .flatMap(([name, to]) => this.#merge(name, to))
    return {
      resources: {
        secret: byName(this.#secrets()),
        cluster: byName([
          ...this.#snapshot.backends.map((backend) => this.#cluster(backend)),
          ...merged.map(({ cluster }) => cluster),
          ...this.#clusters.values(),
          nowhereCluster,
        ]),
        endpoints: [
          // Those with names stand in their clusters: nobody asks for them, and the server would wait for that.
          ...this.#snapshot.endpoints.filter((set) => !hasNames(set)).map((set) => this.#endpointsOf(set)),
          ...merged.flatMap(({ endpoints }) => (endpoints ? [endpoints] : [])),
        ],
        extension: byName(listeners.flatMap(({ extensions }) => extensions)),
        listener: listeners.map(({ listener }) => listener),
        route: byName(tables.map(({ configuration }) => configuration)),
        virtualHost: apart ? byName(tables.flatMap(({ hosts }) => hosts.map(({ resource }) => resource))) : [],
        runtime: [],
      },
      unsupported: [...this.#unsupported]
        .map(([route, reason]) => ({ route, reason }))
        .sort((a, b) => compareText(a.route, b.route)),
    }
  }

  #backend = (key: BackendKey): Backend | undefined => this.#backends.get(key)

  #secrets(): Message[] {
    const { certificates, listeners, backends } = this.#snapshot
    const memory = this.#memory
    const { systemTrust } = this.#options
    return [
      ...certificates.map((one) => memory.certificates.get(one, [], () => buildCertificate(one))),
      ...listeners.flatMap((one) => memory.clientTrust.get(one, [], () => buildClientTrust(one))),
      ...backends.flatMap((one) => memory.backendSecrets.get(one, [], () => buildBackendSecrets(one, systemTrust))),
    ]
  }

  #cluster(backend: Backend): Message {
    const set = this.#endpoints.get(backend.key)
    // Only names are told with the cluster.
    const named = set && hasNames(set) ? set : undefined
    return this.#memory.clusters.get(backend, [named, this.#keepsCase], () =>
      buildCluster(backend, named, this.#keepsCase),
    )
  }

  #endpointsOf(set: EndpointSet): Message {
    const backend = this.#backends.get(set.backend)
    return this.#memory.endpoints.get(set, [backend?.health, backend?.balance], () =>
      buildEndpoints(set, backend, this.#options.place),
    )
  }

  #merge(name: string, to: readonly WeightedBackend[]): MergedCluster | readonly [] {
    const keys = to.flatMap((one) => (one.kind === 'backend' ? one.backend : []))
    const inputs = [to, this.#keepsCase, ...keys.map(this.#backend), ...keys.map((key) => this.#endpoints.get(key))]
    const endpoints = (key: BackendKey) => this.#endpoints.get(key)
    return (
      this.#memo.get(`merged ${name}`, inputs, () =>
        mergeClusters(name, to, this.#backend, endpoints, this.#keepsCase),
      ) ?? []
    )
  }

  #listener(socket: Socket): TcpListener {
    const streamsOf = ({ key }: Listener) => this.#streams.get(key) ?? []
    const streams = socket.listeners.flatMap(streamsOf)
    if (socket.transport === 'tcp') {
      const inputs = [...socket.listeners, ...streams]
      return this.#memo.get(socket.name, inputs, () => {
        const built = buildTcpListener(socket, streamsOf, this.#options)
        const { accessLog } = this.#options
        return accessLog ? logTcpListener(built, socket, streams, accessLog) : built
      })
    }
    for (const stream of streams) {
      const live = stream.to.filter(({ weight }) => weight > 0)
      if (canMerge(live, this.#backend)) this.#merged.set(mergedClusterName(stream), live)
    }
    const inputs = [...socket.listeners, ...streams, ...streams.flatMap(({ to }) => this.#backendsOf(to))]
    return this.#memo.get(socket.name, inputs, () => {
      const listener = buildUdpListener(socket, streamsOf, this.#backend, this.#options)
      const { accessLog } = this.#options
      return {
        listener: accessLog ? logUdpListener(listener, socket, streams[0], accessLog) : listener,
        extensions: [],
      }
    })
  }

  #backendsOf(to: readonly WeightedBackend[]): (Backend | undefined)[] {
    return to.map((one) => (one.kind === 'backend' ? this.#backends.get(one.backend) : undefined))
  }

  /** The route tables of a socket: one for plain HTTP, and one for each HTTPS listener. */
  #tables(socket: Socket) {
    const plain = socket.listeners.filter(({ protocol }) => protocol === 'http')
    const secure = socket.listeners.filter(({ tls }) => tls !== undefined)
    const plainNames = new Set(plain.map(({ hostname }) => hostname))
    const secureNames = new Set(secure.map(({ hostname }) => hostname))
    const tables = secure
      .filter(({ protocol }) => protocol === 'https')
      .map((listener) => {
        const name = secureRoutesName(socket.name, listener.key)
        const hosts = this.#hosts(name, listener, secureNames)
        const misdirected = this.#memo.get(`misdirected ${name}`, [[...secureNames].sort().join()], () =>
          buildMisdirected(listener, secureNames).map((host) => ({ host, resource: virtualHostResource(name, host) })),
        )
        return this.#table(name, [...hosts, ...misdirected])
      })
    if (plain.length === 0) return tables
    const name = plainRoutesName(socket.name)
    // Two listeners of the same hostname are a conflict that the translation has settled; Envoy must not stumble over it.
    const hosts = new Map(
      plain.flatMap((listener) => this.#hosts(name, listener, plainNames)).map((one) => [one.host.name, one]),
    )
    return [this.#table(name, [...hosts.values()]), ...tables]
  }

  #table(name: string, hosts: readonly BuiltHost[]) {
    const inline = this.#options.virtualHosts === 'inline' ? hosts.map(({ host }) => host) : undefined
    const configuration = this.#memo.get(`routes ${name}`, inline ?? [], () => buildRouteConfiguration(name, inline))
    return { configuration, hosts }
  }

  #hosts(name: string, listener: Listener, hostnames: ReadonlySet<string>): readonly BuiltHost[] {
    const table = this.#memo.get(`hosts ${name} ${listener.key}`, [], () => new HostTable(name))
    const routes = this.#routes.get(listener.key) ?? []
    const inputs = { listener, routes, hostnames, backends: this.#changedBackends }
    const hosts = table.update(inputs, (route) => this.#ruled(listener, route))
    for (const ruled of table.telling) this.#note(ruled)
    return hosts
  }

  #ruled(listener: Listener, route: Route): RuledRoute {
    const { action } = route
    const inputs = [listener, ...(action.kind === 'forward' ? this.#backendsOf(action.to) : [])]
    return this.#memory.rules.get(route, inputs, () => {
      const around = { options: this.#options, listener, backend: this.#backend }
      const rules = route.matches.map((one, i) => buildRule(route, one, i, around))
      if (!this.#options.accessLog) return { route, rules }
      return { route, rules: rules.map((rule) => ({ ...rule, routes: logRoute(rule.routes, route) })) }
    })
  }

  #note({ route, rules }: RuledRoute): void {
    for (const { unsupported, clusters, merged } of rules) {
      for (const reason of unsupported) this.#unsupported.set(route.key, reason)
      for (const cluster of clusters) this.#clusters.set(String(cluster.name), cluster)
      if (merged && route.action.kind === 'forward') this.#merged.set(mergedClusterName(route), route.action.to)
    }
  }
}

function byName(messages: readonly Message[]): Message[] {
  return [...messages].sort((a, b) => compareText(String(a.name), String(b.name)))
}

function hasNames({ endpoints }: EndpointSet): boolean {
  return endpoints.some(({ kind }) => kind === 'dns')
}
