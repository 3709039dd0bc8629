import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls'
import type { ClientSettings, Listener } from '#ir'
import type { CompiledRule } from '../compile-rule.ts'
import { serveHttp1 } from '../http1/server.ts'
import { serveHttp2 } from '../http2/server.ts'
import { hostOf } from '../route/host-map.ts'
import type { PortTable } from '../route/port-table.ts'
import type { Accept } from '../stream.ts'
import type { TlsContexts } from '../tls/contexts.ts'

/** What both codecs' server connections can do. */
interface ServedConnection {
  drain(): void
  destroy(): void
  onClose: (() => void) | undefined
}

export interface SocketOptions {
  readonly address: string
  readonly port: number
  readonly tls: boolean
  readonly reusePort: boolean
  readonly ticketKeys: Buffer | undefined
  readonly table: PortTable<CompiledRule>
  readonly contexts: TlsContexts
  /** Makes the handler of requests of one connection. */
  accept(sni: string): Accept
  /** False: too many connections; the new one is closed. Each true is answered by one `closed`. */
  admit(): boolean
  closed(): void
}

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

/** One listening socket of this worker, shared by the listeners of its address and port, and its connections. */
export class ServerSocket {
  readonly #options: SocketOptions
  readonly #server: Server | TlsServer
  #limits: Limits
  readonly #connections = new Set<ServedConnection>()
  /** Accepted, but not yet speaking HTTP: in the TLS handshake, or silent so far. */
  readonly #raw = new Set<Socket>()
  #draining = false

  constructor(options: SocketOptions) {
    this.#options = options
    this.#limits = strictest(options)
    this.#server = options.tls ? this.#tlsServer() : createServer({ noDelay: true }, (socket) => this.#plain(socket))
    this.#server.on('connection', (socket: Socket) => this.#opened(socket))
  }

  /** Starts to listen. @returns the port it listens on */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      const { address, port, reusePort } = this.#options
      this.#server.once('error', reject)
      this.#server.listen({ host: address, port, reusePort, backlog: 4096 }, () => {
        this.#server.off('error', reject)
        this.#server.on('error', () => {})
        const bound = this.#server.address()
        resolve(typeof bound === 'object' && bound ? bound.port : port)
      })
    })
  }

  /** To be called when the listeners, their settings or their certificates have changed. */
  refresh(): void {
    const { table, contexts } = this.#options
    this.#limits = strictest(this.#options)
    const anyHost = table.listenerFor('')
    if (anyHost && 'setSecureContext' in this.#server)
      this.#server.setSecureContext({ ...contexts.unnamed(anyHost.listener), minVersion: 'TLSv1.2' })
  }

  /** Takes no more connections; those that are open end with their exchange. Resolves when all are gone. */
  async drain(): Promise<void> {
    this.#draining = true
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const socket of [...this.#raw]) socket.end()
    for (const connection of [...this.#connections]) connection.drain()
    await closed
  }

  destroy(): void {
    this.#draining = true
    this.#server.close()
    for (const socket of [...this.#raw]) socket.destroy()
    for (const connection of [...this.#connections]) connection.destroy()
  }

  #opened(socket: Socket): void {
    if (!this.#options.admit()) return void socket.destroy()
    this.#raw.add(socket)
    socket.setTimeout(this.#limits.headerTimeoutMs, () => socket.destroy())
    socket.once('close', () => {
      this.#raw.delete(socket)
      this.#options.closed()
    })
    socket.on('error', ignore)
  }

  #tlsServer(): Server {
    const { table, contexts, ticketKeys } = this.#options
    return createTlsServer(
      {
        ALPNProtocols: ['h2', 'http/1.1'],
        minVersion: 'TLSv1.2',
        handshakeTimeout: 10_000,
        noDelay: true,
        ...(ticketKeys ? { ticketKeys } : {}),
        SNICallback: (name, done) => {
          const sni = name.toLowerCase()
          const found = table.listenerFor(sni)
          const context = found && contexts.choose(sni, found.listener, () => listenersOf(table))
          if (context) done(null, context)
          else done(new Error(`no listener serves ${sni}`))
        },
      },
      (socket) => this.#secured(socket),
    ).on('tlsClientError', ignore)
  }

  #secured(socket: TLSSocket): void {
    socket.on('error', ignore)
    const sni = typeof socket.servername === 'string' ? hostOf(socket.servername) : ''
    if (socket.alpnProtocol === 'h2') this.#http2(socket, sni)
    else this.#http1(socket, sni)
  }

  /** HTTP/2 with prior knowledge begins with its preface (RFC 9113 3.3); anything else is HTTP/1.1. */
  #plain(socket: Socket): void {
    let first: Buffer | undefined
    const decide = (chunk: Buffer): void => {
      first = first ? Buffer.concat([first, chunk]) : chunk
      const length = Math.min(first.length, preface.length)
      if (preface.compare(first, 0, length, 0, length) !== 0) {
        socket.off('data', decide)
        this.#http1(socket, '', first)
      } else if (first.length >= preface.length) {
        socket.off('data', decide)
        this.#http2(socket, '', first)
      }
    }
    socket.on('data', decide)
  }

  #http1(socket: Socket, sni: string, first?: Buffer): void {
    this.#serve(
      serveHttp1(socket, { ...this.#limits, sni, ...(first ? { first } : {}) }, this.#options.accept(sni)),
      socket,
    )
  }

  #http2(socket: Socket, sni: string, first?: Buffer): void {
    this.#serve(
      serveHttp2(socket, { ...this.#limits, sni, ...(first ? { first } : {}) }, this.#options.accept(sni)),
      socket,
    )
  }

  #serve(connection: ServedConnection, socket: Socket): void {
    this.#raw.delete(socket)
    socket.setTimeout(0)
    this.#connections.add(connection)
    connection.onClose = () => this.#connections.delete(connection)
    if (this.#draining) connection.drain()
  }
}

interface Limits {
  readonly scheme: 'http' | 'https'
  readonly headerTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly maxHeaderBytes: number
  readonly maxHeaderCount: number
  readonly maxConcurrentStreams: number
}

/** A socket takes the strictest of its listeners: which of them a request belongs to is known only after its head. */
function strictest({ table, tls }: SocketOptions): Limits {
  const clients = listenersOf(table).map((listener) => listener.client)
  const least = (of: (client: ClientSettings) => number) =>
    clients.reduce((low, client) => Math.min(low, of(client)), Number.POSITIVE_INFINITY)
  return {
    scheme: tls ? 'https' : 'http',
    headerTimeoutMs: least((client) => client.headerTimeoutMs),
    idleTimeoutMs: least((client) => client.idleTimeoutMs),
    maxHeaderBytes: least((client) => client.maxHeaderBytes),
    maxHeaderCount: least((client) => client.maxHeaderCount),
    maxConcurrentStreams: least((client) => client.maxConcurrentStreams),
  }
}

function listenersOf(table: PortTable<CompiledRule>): Listener[] {
  return [...table.listeners].map(({ listener }) => listener)
}

function ignore(): void {}
