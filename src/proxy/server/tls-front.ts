import type { Socket } from 'node:net'
import { createServer, type TLSSocket, type Server as TlsServer } from 'node:tls'
import { hostOf } from '../route/host-map.ts'
import { sniffHello } from '../tcp/sniff.ts'
import { cut } from '../tcp/splice.ts'
import type { Tunnels } from '../tcp/tunnels.ts'
import type { SocketListener, SocketOptions } from './listening-socket.ts'

/** What becomes of the connections of a TLS port. */
export interface TlsFrontOptions extends Pick<SocketOptions, 'table' | 'contexts' | 'ticketKeys'> {
  readonly tunnels: Tunnels
  /** The connection has got where it belongs: it is no longer watched as one that has not said what it wants. */
  settled(socket: Socket): void
  /** TLS ends here and HTTP begins. */
  https(socket: TLSSocket, sni: string): void
}

/**
 * The TLS side of a port. Where all listeners are HTTPS every connection goes straight to the handshake. With a TLS
 * listener among them the ClientHello is read first: its server name decides whether the connection passes through, or
 * where its TLS ends.
 */
export class TlsFront {
  readonly #options: TlsFrontOptions
  readonly #https: TlsServer
  /** Without ALPN: the backend behind the tunnel speaks what it speaks. */
  readonly #plain: TlsServer
  readonly #shaking = new Map<string, Socket>()
  #peeks = false

  constructor(options: TlsFrontOptions) {
    this.#options = options
    this.#https = this.#createServer(['h2', 'http/1.1'], (socket, sni) => options.https(socket, sni))
    this.#plain = this.#createServer(undefined, (socket, sni) => {
      const found = options.table.listenerFor(sni)
      if (found) this.#tunnel(socket, sni, found)
      else socket.destroy()
    })
  }

  refresh(): void {
    const { table, contexts } = this.#options
    this.#peeks = [...table.listeners].some(({ listener }) => listener.protocol === 'tls')
    const anyHost = table.listenerFor('')?.listener
    if (anyHost?.tls?.mode !== 'terminate') return
    const server = anyHost.protocol === 'https' ? this.#https : this.#plain
    server.setSecureContext({ ...contexts.unnamed(anyHost), minVersion: 'TLSv1.2' })
  }

  accept(socket: Socket): void {
    if (!this.#peeks) return this.#shake(this.#https, socket)
    sniffHello(socket, (hello) => {
      const found = hello.kind === 'hello' ? this.#options.table.listenerFor(hello.serverName) : undefined
      if (hello.kind !== 'hello' || !found) return cut(socket)
      const { protocol, tls } = found.listener
      if (protocol === 'https') return this.#shake(this.#https, socket)
      const wanted = found.streams.find(hello.serverName) !== undefined
      // Without a route the handshake would only promise what cannot be kept.
      if (wanted && tls?.mode === 'terminate') return this.#shake(this.#plain, socket)
      this.#options.settled(socket)
      this.#tunnel(socket, hello.serverName, found)
    })
  }

  #tunnel(client: Socket, sni: string, { listener, streams }: SocketListener): void {
    const passthrough = listener.tls?.mode === 'passthrough'
    this.#options.tunnels.open({ client, listener, stream: streams.find(sni), protocol: 'tls', sni, passthrough })
  }

  #shake(server: TlsServer, socket: Socket): void {
    const name = nameOf(socket)
    this.#shaking.set(name, socket)
    socket.once('close', () => this.#shaking.delete(name))
    server.emit('connection', socket)
  }

  #createServer(alpn: string[] | undefined, secured: (socket: TLSSocket, sni: string) => void): TlsServer {
    const { table, contexts, ticketKeys } = this.#options
    return createServer(
      {
        ...(alpn && { ALPNProtocols: alpn }),
        minVersion: 'TLSv1.2',
        handshakeTimeout: 10_000,
        noDelay: true,
        ...(ticketKeys ? { ticketKeys } : {}),
        SNICallback: (name, done) => {
          const sni = hostOf(name)
          const found = table.listenerFor(sni)
          const context =
            found && contexts.choose(sni, found.listener, () => [...table.listeners].map(({ listener }) => listener))
          if (context) done(null, context)
          else done(new Error(`no listener serves ${sni}`))
        },
      },
      (socket) => {
        socket.on('error', ignore)
        const raw = this.#shaking.get(nameOf(socket))
        if (raw) this.#options.settled(raw)
        secured(socket, typeof socket.servername === 'string' ? hostOf(socket.servername) : '')
      },
    ).on('tlsClientError', ignore)
  }
}

/** The socket under a TLS socket is not told; its peer is the same and nobody else's. */
function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}

function ignore(): void {}
