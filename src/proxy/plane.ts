import type { Backend, BackendKey, EndpointSet, Listener, ListenerKey, Route, RouteKey, SnapshotDelta } from '#ir'
import { type CompiledRule, compileRule, type ProxyFilters } from './compile-rule.ts'
import { Exchange, type ExchangeHost } from './exchange.ts'
import type { Plane } from './filter.ts'
import type { RequestHead } from './message.ts'
import type { Observer } from './observe/observer.ts'
import { hostOf } from './route/host-map.ts'
import { Question } from './route/match-list.ts'
import { parseTarget } from './route/path.ts'
import { type ListenerTable, type Miss, PortTable } from './route/port-table.ts'
import { ServerSocket } from './server/server-socket.ts'
import { SideCall } from './side-call.ts'
import type { Accept, ClientStream, ClientStreamHandler, ServerStream, ServerStreamHandler } from './stream.ts'
import { TlsContexts } from './tls/contexts.ts'
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
  /** Open client connections of a Gateway over all workers; see Listener.client.maxConnections. */
  readonly connections?: ConnectionCount
  readonly random?: () => number
  readonly connect?: Connect
}

/** Counts open client connections by Gateway. */
export interface ConnectionCount {
  add(gateway: string, change: 1 | -1): void
  total(gateway: string): number
}

/** What became of a delta. */
export interface ApplyReport {
  readonly version: number
  /** The sockets that could not be opened. */
  readonly failed: readonly SocketFailure[]
}

/** A listener that can't be reached at one of its addresses. */
export interface SocketFailure {
  readonly listener: ListenerKey
  readonly address: string
  readonly why: string
}

const sweepMs = 1_000
const anyPath = { kind: 'prefix', value: '/' } as const

/** The embedded data plane of one thread: its sockets, routes, upstream connections and open exchanges. */
export class EmbeddedPlane implements ExchangeHost, Plane {
  readonly observer: Observer
  readonly #options: PlaneOptions
  readonly #random: () => number
  readonly #connect: Connect
  readonly #contexts = new TlsContexts()
  readonly #pools = new Map<BackendKey, BackendPool>()
  readonly #listeners = new Map<ListenerKey, Listener>()
  readonly #routes = new Map<RouteKey, Route>()
  readonly #routesOf = new Map<ListenerKey, Set<RouteKey>>()
  /** By `address port`. */
  readonly #tables = new Map<string, PortTable<CompiledRule>>()
  readonly #sockets = new Map<string, ServerSocket>()
  readonly #ports = new Map<string, number>()
  readonly #failed = new Map<string, string>()
  readonly #exchanges: Exchange[] = []
  readonly #sweeper: NodeJS.Timeout

  constructor(options: PlaneOptions) {
    this.#options = options
    this.observer = options.observer
    this.#random = options.random ?? Math.random
    this.#connect = options.connect ?? connectEndpoint
    this.#sweeper = setInterval(() => this.#sweep(), sweepMs)
    this.#sweeper.unref()
  }

  // Configuration.

  /**
   * Makes the delta true. Routes, backends and certificates change at once and together, between two requests; the promise
   * waits for sockets that had to be opened, those that failed before included. Call it again only after it has resolved.
   * @param taken sockets (`address port`) that must not be opened: another program has them
   */
  async apply(delta: SnapshotDelta, taken: readonly string[] = []): Promise<ApplyReport> {
    for (const certificate of delta.certificates.put) this.#contexts.put(certificate)
    for (const key of delta.certificates.delete) this.#contexts.delete(key)
    for (const backend of delta.backends.put) this.#putBackend(backend)
    for (const set of delta.endpoints.put) this.#putEndpoints(set)
    for (const key of delta.routes.delete) this.#deleteRoute(key)
    for (const key of delta.listeners.delete) this.#deleteListener(key)
    for (const listener of delta.listeners.put) this.#putListener(listener)
    for (const route of delta.routes.put) this.#putRoute(route)
    for (const key of delta.backends.delete) this.#deleteBackend(key)
    const { listeners, certificates } = delta
    if (listeners.put.length + listeners.delete.length + certificates.put.length + this.#failed.size > 0) {
      await this.#openSockets(taken)
      for (const socket of this.#sockets.values()) socket.refresh()
    }
    return { version: delta.version, failed: this.#failures() }
  }

  #putBackend(backend: Backend): void {
    const pool = this.#pools.get(backend.key)
    if (pool) pool.update(backend)
    else this.#pools.set(backend.key, new BackendPool(backend, this.#connect, this.#random))
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
    for (const socket of this.#socketKeys(listener)) {
      const table = this.#tables.get(socket) ?? new PortTable()
      this.#tables.set(socket, table)
      table.put(listener)
    }
    for (const route of routes) this.#putRoute(route)
  }

  #deleteListener(key: ListenerKey): void {
    const known = this.#listeners.get(key)
    if (!known) return
    this.#listeners.delete(key)
    for (const socket of this.#socketKeys(known)) {
      const table = this.#tables.get(socket)
      table?.delete(key)
    }
  }

  #putRoute(route: Route): void {
    this.#deleteRoute(route.key)
    this.#routes.set(route.key, route)
    const siblings = this.#routesOf.get(route.listener)
    if (siblings) siblings.add(route.key)
    else this.#routesOf.set(route.listener, new Set([route.key]))
    const listener = this.#listeners.get(route.listener)
    if (!listener) return
    const rule = compileRule(route, listener, {
      filters: this.#options.filters,
      plane: this,
      pool: (key) => this.#pools.get(key),
    })
    for (const table of this.#tablesOf(listener)) table.put(route, rule)
  }

  #deleteRoute(key: RouteKey): void {
    const known = this.#routes.get(key)
    if (!known) return
    this.#routes.delete(key)
    this.#routesOf.get(known.listener)?.delete(key)
    const listener = this.#listeners.get(known.listener)
    if (listener) for (const table of this.#tablesOf(listener)) table.delete(key)
  }

  #tablesOf(listener: Listener): ListenerTable<CompiledRule>[] {
    return this.#socketKeys(listener).flatMap((key) => this.#tables.get(key)?.get(listener.key) ?? [])
  }

  #socketKeys(listener: Listener): string[] {
    const addresses = listener.addresses.length > 0 ? listener.addresses : this.#options.bind
    return addresses.map((address) => `${address} ${listener.port} ${listener.protocol}`)
  }

  async #openSockets(taken: readonly string[]): Promise<void> {
    for (const [key, table] of this.#tables) {
      if (!table.empty) continue
      // What is open on it ends in its own time.
      void this.#sockets.get(key)?.drain()
      this.#sockets.delete(key)
      this.#tables.delete(key)
      this.#failed.delete(key)
    }
    const missing = [...this.#tables].filter(([key]) => !this.#sockets.has(key))
    await Promise.all(missing.map(([key, table]) => this.#open(key, table, taken)))
  }

  async #open(key: string, table: PortTable<CompiledRule>, taken: readonly string[]): Promise<void> {
    const [address = '', port = '', protocol] = key.split(' ')
    if (taken.includes(`${address} ${port}`)) return void this.#failed.set(key, 'another program listens there')
    const wanted = Number(port)
    const gateway = [...table.listeners][0]?.listener.gateway ?? ''
    const socket = new ServerSocket({
      address,
      port: this.#options.bindPort?.(wanted) ?? wanted,
      tls: protocol === 'https',
      reusePort: this.#options.reusePort ?? false,
      ticketKeys: this.#options.ticketKeys,
      table,
      contexts: this.#contexts,
      accept: (sni) => this.#accept(table, sni),
      admit: () => this.#admit(table, gateway),
      closed: () => this.#closed(gateway),
    })
    try {
      this.#ports.set(key, await socket.listen())
      this.#sockets.set(key, socket)
      this.#failed.delete(key)
    } catch (error) {
      this.#failed.set(key, error instanceof Error ? error.message : String(error))
    }
  }

  #failures(): SocketFailure[] {
    return [...this.#listeners.values()].flatMap((listener) =>
      this.#socketKeys(listener).flatMap((key) => {
        const why = this.#failed.get(key)
        return why === undefined ? [] : { listener: listener.key, address: key.slice(0, key.indexOf(' ')), why }
      }),
    )
  }

  /** Where a listener's port is bound, for tests that let the system choose. */
  boundPort(listenerPort: number): number | undefined {
    for (const [key, port] of this.#ports) if (key.split(' ')[1] === String(listenerPort)) return port
    return undefined
  }

  // Requests.

  #admit(table: PortTable<CompiledRule>, gateway: string): boolean {
    const limit = [...table.listeners][0]?.listener.client.maxConnections ?? 0
    const { connections } = this.#options
    if (connections && limit > 0 && connections.total(gateway) >= limit) return false
    connections?.add(gateway, 1)
    this.observer.connectionOpened()
    return true
  }

  #closed(gateway: string): void {
    this.#options.connections?.add(gateway, -1)
    this.observer.connectionClosed()
  }

  #accept(table: PortTable<CompiledRule>, sni: string): Accept {
    // The server name chose a listener; on this connection no request may slip into another one (Gateway API: 421).
    const bound = sni === '' ? undefined : table.listenerFor(sni)
    return (stream) => this.#route(table, bound, stream)
  }

  #route(
    port: PortTable<CompiledRule>,
    bound: ListenerTable<CompiledRule> | undefined,
    stream: ServerStream,
  ): ServerStreamHandler {
    const { head } = stream
    const host = hostOf(head.authority)
    const table = port.listenerFor(host)
    if (!table) return this.#miss(port, stream, 404, 'no listener for this host')
    if (bound && bound !== table) return this.#miss(port, stream, 421, 'this host is served on another connection')
    const target = parseTarget(head.path)
    if (!target) return this.#miss(port, stream, 400, 'malformed path')
    const found = table.find(host, target, new Question(head.method, head.fields, target.query))
    if (typeof found === 'string') {
      const [status, why] = missing[found]
      return this.#miss(port, stream, status, why)
    }
    const path = target.query === undefined ? target.path : `${target.path}?${target.query}`
    const exchange = new Exchange(this, stream, found.target, path, found.ranked.match.path)
    exchange.start()
    return exchange
  }

  #miss(port: PortTable<CompiledRule>, stream: ServerStream, status: number, why: string): ServerStreamHandler {
    const listener = port.listenerFor(hostOf(stream.head.authority)) ?? [...port.listeners][0]!
    const rule: CompiledRule = {
      route: undefined,
      listener: listener.listener,
      chain: undefined,
      action: { kind: 'respond', status, why },
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
      const limit = exchange.listener.client.streamIdleTimeoutMs
      if (limit > 0 && ++exchange.quiet * sweepMs > limit) exchange.idle()
    }
    const now = Date.now()
    for (const pool of this.#pools.values()) pool.sweep(now)
  }

  // The end.

  /** No new connections; open exchanges end; resolves when all is quiet. */
  async drain(): Promise<void> {
    await Promise.all([...this.#sockets.values()].map((socket) => socket.drain()))
    this.close()
  }

  /** Closes everything at once. */
  close(): void {
    clearInterval(this.#sweeper)
    for (const socket of this.#sockets.values()) socket.destroy()
    for (const pool of this.#pools.values()) pool.destroy()
  }
}

const missing: Record<Miss, [status: number, why: string]> = {
  'no route': [404, 'no route matches'],
  'ambiguous path': [400, 'ambiguous path'],
}
