import type { Listener, ListenerKey } from '#ir'
import { PortTable } from '../route/port-table.ts'
import { type SharedSlots, slotName } from '../shared/slots.ts'
import type { Accept } from '../stream.ts'
import { TcpSocket } from '../tcp/tcp-socket.ts'
import { UdpSocket } from '../udp/udp-socket.ts'
import { ConnectionLimits } from './connection-limits.ts'
import type { ListeningSocket, SocketListener, SocketOptions, SocketTable } from './listening-socket.ts'
import { ServerSocket } from './server-socket.ts'

/** A listener that can't be reached at one of its addresses. */
export interface SocketFailure {
  readonly listener: ListenerKey
  readonly address: string
  readonly why: string
}

export interface SocketsOptions
  extends Pick<SocketOptions, 'reusePort' | 'ticketKeys' | 'contexts' | 'observer' | 'random'> {
  /** Where listeners without addresses listen. */
  readonly bind: readonly string[]
  bindPort(port: number): number
  readonly slots: SharedSlots
  /** Makes the handler of requests of one connection. */
  accept(table: SocketTable, sni: string): Accept
}

// Listeners whose connections begin alike share a socket; what tells them apart comes later in the connection.
const kinds = { http: 'http', https: 'tls', tls: 'tls', tcp: 'tcp', udp: 'udp' } as const satisfies Record<
  Listener['protocol'],
  string
>

/** Names a place that only one program can have: `address port`, with `udp` behind it where the port is one of UDP. */
export function placeOf(address: string, { port, protocol }: Pick<Listener, 'port' | 'protocol'>): string {
  return protocol === 'udp' ? `${address} ${port} udp` : `${address} ${port}`
}

interface Place {
  readonly address: string
  /** As the listeners have it. */
  readonly port: number
  readonly kind: (typeof kinds)[Listener['protocol']]
  readonly table: SocketTable
  socket?: ListeningSocket
  bound?: number
  failure?: string
}

/** Which sockets there are: one for each address, port and kind of protocol that the listeners ask for. */
export class Sockets {
  readonly #options: SocketsOptions
  readonly #places = new Map<string, Place>()
  readonly #limits: ConnectionLimits
  /** No longer asked for, but with something open on them. */
  readonly #leaving = new Set<ListeningSocket>()

  constructor(options: SocketsOptions) {
    this.#options = options
    this.#limits = new ConnectionLimits(options.slots, options.observer)
  }

  put(listener: Listener): void {
    for (const address of this.#addressesOf(listener)) {
      const key = keyOf(address, listener)
      const { port, protocol } = listener
      const place = this.#places.get(key) ?? { address, port, kind: kinds[protocol], table: new PortTable() }
      this.#places.set(key, place)
      place.table.put(listener)
    }
  }

  delete(listener: Listener): void {
    for (const address of this.#addressesOf(listener))
      this.#places.get(keyOf(address, listener))?.table.delete(listener.key)
  }

  /** Where the routes of a listener belong. */
  tablesOf(listener: Listener): SocketListener[] {
    return this.#addressesOf(listener).flatMap(
      (address) => this.#places.get(keyOf(address, listener))?.table.get(listener.key) ?? [],
    )
  }

  get failed(): boolean {
    return [...this.#places.values()].some(({ failure }) => failure !== undefined)
  }

  failuresOf(listener: Listener): SocketFailure[] {
    return this.#addressesOf(listener).flatMap((address) => {
      const why = this.#places.get(keyOf(address, listener))?.failure
      return why === undefined ? [] : { listener: listener.key, address, why }
    })
  }

  /**
   * Opens the sockets that are missing, those that failed before included, and lets go of those that nobody asks for.
   * @param taken places that must not be opened: another program has them
   */
  async settle(taken: readonly string[]): Promise<void> {
    for (const [key, { table, socket }] of this.#places) {
      if (!table.empty) continue
      this.#places.delete(key)
      if (!socket) continue
      // What is open on it ends in its own time.
      this.#leaving.add(socket)
      void socket.drain().then(() => this.#leaving.delete(socket))
    }
    const missing = [...this.#places.values()].filter(({ socket }) => !socket)
    await Promise.all(missing.map((place) => this.#open(place, taken)))
    for (const { socket } of this.#places.values()) socket?.refresh()
  }

  async #open(place: Place, taken: readonly string[]): Promise<void> {
    const { address, port, kind } = place
    if (taken.includes(placeOf(address, { port, protocol: kind === 'udp' ? 'udp' : 'tcp' }))) {
      place.failure = 'another program listens there'
      return
    }
    const socket = this.#create(place)
    try {
      place.bound = await socket.listen()
      place.socket = socket
      delete place.failure
    } catch (error) {
      place.failure = error instanceof Error ? error.message : String(error)
    }
  }

  #create({ address, port, kind, table }: Place): ListeningSocket {
    const { bindPort, accept, reusePort, ticketKeys, contexts, observer, random } = this.#options
    const slot = slotName.gateway(table.first?.listener.gateway ?? '', port)
    const options: SocketOptions = {
      address,
      port: bindPort(port),
      reusePort,
      ticketKeys,
      contexts,
      observer,
      random,
      table,
      accept: (sni) => accept(table, sni),
      admit: () => this.#limits.open(slot, kind === 'tls' ? table.maxConnections : table.maxConnectionsOfAll),
      closed: () => this.#limits.close(slot),
      join: (listener, socket) => this.#limits.join(listener, socket),
    }
    switch (kind) {
      case 'http':
      case 'tls':
        return new ServerSocket(options, kind === 'tls')
      case 'tcp':
        return new TcpSocket(options)
      case 'udp':
        return new UdpSocket(options)
    }
  }

  #addressesOf({ addresses }: Listener): readonly string[] {
    return addresses.length > 0 ? addresses : this.#options.bind
  }

  /** Where a listener's port is bound, for tests that let the system choose. */
  boundPort(listenerPort: number, transport: 'tcp' | 'udp'): number | undefined {
    for (const { port, kind, bound } of this.#places.values())
      if (port === listenerPort && (kind === 'udp') === (transport === 'udp')) return bound
    return undefined
  }

  /** Resolves when nothing is open any more. */
  async drain(): Promise<void> {
    const open = [...this.#places.values()].flatMap(({ socket }) => socket ?? [])
    await Promise.all(open.map((socket) => socket.drain()))
  }

  destroy(): void {
    for (const { socket } of this.#places.values()) socket?.destroy()
    for (const socket of this.#leaving) socket.destroy()
  }
}

function keyOf(address: string, { port, protocol }: Listener): string {
  return `${address} ${port} ${kinds[protocol]}`
}
