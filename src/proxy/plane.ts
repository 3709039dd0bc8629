import type {
  Backend,
  BackendKey,
  EndpointSet,
  Listener,
  ListenerKey,
  Place,
  Route,
  RouteKey,
  SnapshotDelta,
  StreamRoute,
} from '#ir'
import { compileHeaders } from './client-headers.ts'
import { type CompiledRule, compileRule, type ProxyFilters } from './compile-rule.ts'
import { compileStream } from './compile-stream.ts'
import { Exchange, type ExchangeHost } from './exchange.ts'
import type { Plane } from './filter.ts'
import { isAddressKnown } from './forwarded.ts'
import type { RequestHead } from './message.ts'
import type { Observer } from './observe/observer.ts'
import { hostOf } from './route/host-map.ts'
import { Question } from './route/match-list.ts'
import { parseTarget, writeTarget } from './route/path.ts'
import type { Miss } from './route/port-table.ts'
import { hasEscapedSlash, readSlashes } from './route/slashes.ts'
import type { SocketListener, SocketTable } from './server/listening-socket.ts'
import { type SocketFailure, Sockets } from './server/sockets.ts'
import { type Buckets, SharedBuckets } from './shared/buckets.ts'
import type { SharedCounters } from './shared/counters.ts'
import { loneErrands } from './shared/errand-book.ts'
import type { Errands } from './shared/errands.ts'
import { SharedSlots } from './shared/slots.ts'
import { SideCall } from './side-call.ts'
import type { Accept, ClientStream, ClientStreamHandler, ServerStream, ServerStreamHandler } from './stream.ts'
import { TlsContexts } from './tls/contexts.ts'
import { handshakeOf } from './tls/handshake.ts'
import { BackendPool } from './upstream/backend-pool.ts'
import { type Connect, connectEndpoint } from './upstream/connect.ts'

export interface PlaneOptions {
  /** Proxy side of every filter kind, from `#features/proxy.ts`. */
  readonly filters: ProxyFilters
  readonly observer: Observer
  /** Where listeners without addresses listen. */
  readonly bind: readonly string[]
  /** The port to bind for a listener's port; 0: any free one. Default: the same. */
  readonly bindPort?: (port: number) => number
  /** Several workers share each port (SO_REUSEPORT). */
  readonly reusePort?: boolean
  /** 48 bytes, the same in all workers, so that a TLS session begun at one can be resumed at another. */
  readonly ticketKeys?: Buffer
  /** What is counted over all workers; default: there are no others. */
  readonly slots?: SharedSlots
  readonly buckets?: Buckets
  /** What is counted over all proxies. */
  readonly counters?: SharedCounters | undefined
  readonly errands?: Errands
  /** Where this machine is: endpoints that are meant for it come first. */
  readonly place?: Place | undefined
  readonly random?: () => number
  readonly connect?: Connect
}

/** What became of a delta. */
export interface ApplyReport {
  readonly version: number
  /** The sockets that could not be opened. */
  readonly failed: readonly SocketFailure[]
}

const sweepMs = 1_000
const anyPath = { kind: 'prefix', value: '/' } as const

/** The embedded data plane of one thread: its sockets, routes, upstream connections and open exchanges. */
export class EmbeddedPlane implements ExchangeHost, Plane {
  readonly observer: Observer
  readonly buckets: Buckets
  readonly counters: SharedCounters | undefined
  readonly errands: Errands
  readonly #options: PlaneOptions
  readonly #random: () => number
  readonly #connect: Connect
  readonly #slots: SharedSlots
  readonly #contexts = new TlsContexts()
  readonly #pools = new Map<BackendKey, BackendPool>()
  readonly #listeners = new Map<ListenerKey, Listener>()
  readonly #routes = new Map<RouteKey, Route | StreamRoute>()
  readonly #routesOf = new Map<ListenerKey, Set<RouteKey>>()
  readonly #sockets: Sockets
  readonly #exchanges: Exchange[] = []
  readonly #sweeper: NodeJS.Timeout

  constructor(options: PlaneOptions) {
    this.#options = options
    this.observer = options.observer
    this.#random = options.random ?? Math.random
    this.#connect = options.connect ?? connectEndpoint
    this.#slots = options.slots ?? SharedSlots.alone()
    this.counters = options.counters
    this.errands = options.errands ?? loneErrands()
    this.buckets = options.buckets ?? new SharedBuckets(SharedBuckets.allocate(1_024))
    this.#sockets = new Sockets({
      bind: options.bind,
      bindPort: options.bindPort ?? ((port) => port),
      reusePort: options.reusePort ?? false,
      ticketKeys: options.ticketKeys,
      contexts: this.#contexts,
      observer: options.observer,
      random: this.#random,
      slots: this.#slots,
      accept: (table, sni) => this.#accept(table, sni),
    })
    this.#sweeper = setInterval(() => this.#sweep(), sweepMs)
    this.#sweeper.unref()
  }

  // Configuration.

  /**
   * Makes the delta true. Routes, backends and certificates change at once and together, between two requests; the promise
   * waits for sockets that had to be opened, those that failed before included. Call it again only after it has resolved.
   * @param taken places (see `placeOf`) that must not be opened: another program has them
   */
  async apply(delta: SnapshotDelta, taken: readonly string[] = []): Promise<ApplyReport> {
    for (const certificate of delta.certificates.put) this.#contexts.put(certificate)
    for (const key of delta.certificates.delete) this.#contexts.delete(key)
    for (const backend of delta.backends.put) this.#putBackend(backend)
    for (const set of delta.endpoints.put) this.#putEndpoints(set)
    for (const key of delta.routes.delete) this.#deleteRoute(key)
    for (const key of delta.streams.delete) this.#deleteRoute(key)
    for (const key of delta.listeners.delete) this.#deleteListener(key)
    for (const listener of delta.listeners.put) this.#putListener(listener)
    for (const route of delta.routes.put) this.#putRoute(route)
    for (const stream of delta.streams.put) this.#putRoute(stream)
    for (const key of delta.backends.delete) this.#deleteBackend(key)
    const { listeners, certificates } = delta
    if (listeners.put.length + listeners.delete.length + certificates.put.length > 0 || this.#sockets.failed)
      await this.#sockets.settle(taken)
    if (!this.#sockets.failed) return { version: delta.version, failed: [] }
    const failed = [...this.#listeners.values()].flatMap((listener) => this.#sockets.failuresOf(listener))
    return { version: delta.version, failed }
  }

  #putBackend(backend: Backend): void {
    const pool = this.#pools.get(backend.key)
    if (pool) pool.update(backend)
    else this.#pools.set(backend.key, this.#openPool(backend))
  }

  #openPool(backend: Backend): BackendPool {
    const { place } = this.#options
    return new BackendPool(backend, { connect: this.#connect, random: this.#random, place, slots: this.#slots })
  }

  #putEndpoints({ backend, endpoints }: EndpointSet): void {
    this.#pools.get(backend)?.setEndpoints(endpoints)
  }

  #deleteBackend(key: BackendKey): void {
    this.#pools.get(key)?.drain()
    this.#pools.delete(key)
  }

  #putListener(listener: Listener): void {
    const routes = [...(this.#routesOf.get(listener.key) ?? [])].flatMap((key) => this.#routes.get(key) ?? [])
    this.#deleteListener(listener.key)
    this.#listeners.set(listener.key, listener)
    this.#sockets.put(listener)
    for (const route of routes) this.#putRoute(route)
  }

  #deleteListener(key: ListenerKey): void {
    const known = this.#listeners.get(key)
    if (!known) return
    this.#listeners.delete(key)
    this.#sockets.delete(known)
  }

  #putRoute(route: Route | StreamRoute): void {
    this.#deleteRoute(route.key)
    this.#routes.set(route.key, route)
    const siblings = this.#routesOf.get(route.listener)
    if (siblings) siblings.add(route.key)
    else this.#routesOf.set(route.listener, new Set([route.key]))
    const listener = this.#listeners.get(route.listener)
    if (!listener) return
    const tables = this.#sockets.tablesOf(listener)
    if ('serverNames' in route) {
      const stream = compileStream(route, listener, (key) => this.#pools.get(key))
      for (const table of tables) table.streams.put(route, stream)
      return
    }
    const rule = compileRule(route, listener, {
      filters: this.#options.filters,
      plane: this,
      pool: (key) => this.#pools.get(key),
    })
    for (const table of tables) table.put(route, rule)
  }

  #deleteRoute(key: RouteKey): void {
    const known = this.#routes.get(key)
    if (!known) return
    this.#routes.delete(key)
    this.#routesOf.get(known.listener)?.delete(key)
    const listener = this.#listeners.get(known.listener)
    if (!listener) return
    for (const table of this.#sockets.tablesOf(listener)) {
      table.delete(key)
      table.streams.delete(key)
    }
  }

  /** Where a listener's port is bound, for tests that let the system choose. */
  boundPort(listenerPort: number, transport: 'tcp' | 'udp' = 'tcp'): number | undefined {
    return this.#sockets.boundPort(listenerPort, transport)
  }

  // Requests.

  #accept(table: SocketTable, sni: string): Accept {
    // The server name chose a listener; on this connection no request may slip into another one (Gateway API: 421).
    const chosen = table.listenerFor(sni)
    const bound = sni === '' ? undefined : chosen
    const admitted = handshakeOf(chosen?.listener.tls).key
    return (stream) => this.#route(table, bound, admitted, stream)
  }

  #route(
    port: SocketTable,
    bound: SocketListener | undefined,
    admitted: string,
    stream: ServerStream,
  ): ServerStreamHandler {
    const { head } = stream
    const host = hostOf(head.authority)
    const table = port.listenerFor(host)
    if (!table) return this.#miss(port, stream, 404, 'no listener for this host')
    // The same where the rules of the handshake are others, or have become so: who came in by the old ones must come again.
    if ((bound && bound !== table) || handshakeOf(table.listener.tls).key !== admitted)
      return this.#miss(port, stream, 421, 'this host is served on another connection')
    const { headers, healthPath, escapedSlashes, mergeSlashes } = table.listener.client
    if (headers && !compileHeaders(headers).early(head)) return this.#miss(port, stream, 400, 'malformed request')
    if (escapedSlashes || mergeSlashes) {
      const path = readSlashes(head.path, escapedSlashes, mergeSlashes ?? false)
      if (path === undefined) return this.#miss(port, stream, 400, 'malformed path')
      if (escapedSlashes === 'redirect' && hasEscapedSlash(head.path))
        return this.#miss(port, stream, 307, 'escaped slashes', path)
      head.path = path
    }
    const target = parseTarget(head.path)
    if (!target) return this.#miss(port, stream, 400, 'malformed path')
    if (!isAddressKnown(head.fields, table.listener.client))
      return this.#miss(port, stream, 403, 'the client is not known')
    if (healthPath !== undefined && healthPath === writeTarget(target)) return this.#miss(port, stream, 200, 'healthy')
    const found = table.find(host, target, new Question(head.method, head.fields, target.query))
    if (typeof found === 'string') {
      const [status, why] = missing[found]
      return this.#miss(port, stream, status, why)
    }
    const exchange = new Exchange(this, stream, found.target, writeTarget(target), found.ranked.match.path)
    exchange.start()
    return exchange
  }

  #miss(port: SocketTable, stream: ServerStream, status: number, why: string, location?: string): ServerStreamHandler {
    const listener = port.listenerFor(hostOf(stream.head.authority)) ?? port.first!
    const rule: CompiledRule = {
      route: undefined,
      listener: listener.listener,
      chain: undefined,
      action: { kind: 'respond', status, why, ...(location !== undefined && { location }) },
    }
    const exchange = new Exchange(this, stream, rule, stream.head.path, anyPath)
    exchange.start()
    return exchange
  }

  // What exchanges and filters ask of the plane.

  call(backend: BackendKey, head: RequestHead, end: boolean, handler: ClientStreamHandler): ClientStream {
    return new SideCall(this.#pools.get(backend), head, end, handler)
  }

  random(): number {
    return this.#random()
  }

  after(ms: number, then: () => void): () => void {
    const timer = setTimeout(then, ms)
    return () => clearTimeout(timer)
  }

  entered(exchange: Exchange): void {
    exchange.slot = this.#exchanges.push(exchange) - 1
  }

  left(exchange: Exchange): void {
    const last = this.#exchanges.pop()!
    if (last === exchange) return
    this.#exchanges[exchange.slot] = last
    last.slot = exchange.slot
  }

  get active(): number {
    return this.#exchanges.length
  }

  #sweep(): void {
    for (const exchange of [...this.#exchanges]) {
      const limit = exchange.idleLimitMs
      // The first sweep that finds it quiet may come a moment after its last byte.
      if (limit > 0 && exchange.quiet++ * sweepMs >= limit) exchange.idle()
    }
    const now = Date.now()
    for (const pool of this.#pools.values()) pool.sweep(now)
  }

  // The end.

  /** No new connections; open exchanges end; resolves when all is quiet. */
  async drain(): Promise<void> {
    await this.#sockets.drain()
    this.close()
  }

  /** Closes everything at once. */
  close(): void {
    clearInterval(this.#sweeper)
    this.#sockets.destroy()
    for (const pool of this.#pools.values()) pool.destroy()
  }
}

const missing: Record<Miss, [status: number, why: string]> = {
  'no route': [404, 'no route matches'],
  'ambiguous path': [400, 'ambiguous path'],
}
