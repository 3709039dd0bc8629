import type { Socket } from 'node:net'
import { createServer, type TLSSocket, type Server as TlsServer } from 'node:tls'
import type { Listener } from '#ir'
import { inheritPeer } from '../peer.ts'
import { hostOf } from '../route/host-map.ts'
import { sniffHello } from '../tcp/sniff.ts'
import { cut } from '../tcp/splice.ts'
import type { Tunnels } from '../tcp/tunnels.ts'
import { admitsClient } from '../tls/admits-client.ts'
import { tellCertificate } from '../tls/client-certificate.ts'
import type { TlsContexts } from '../tls/contexts.ts'
import { handshakeOf } from '../tls/handshake.ts'
import { closeLater } from './connection-limits.ts'
import type { SocketListener, SocketOptions } from './listening-socket.ts'

/** What becomes of the connections of a TLS port. */
export interface TlsFrontOptions extends Pick<SocketOptions, 'table' | 'contexts' | 'ticketKeys' | 'join'> {
  readonly tunnels: Tunnels
  /** The connection has got where it belongs: it is no longer watched as one that has not said what it wants. */
  settled(socket: Socket): void
  /** TLS ends here and HTTP begins. */
  https(socket: TLSSocket, sni: string, listener: Listener): void
}

/**
 * The TLS side of a port. Where all listeners are HTTPS, ask the same of handshakes and count nothing, every connection goes
 * straight to the handshake. Else the ClientHello is read first: its server name decides whether the connection passes through, or
 * where its TLS ends and by which rules.
 */
export class TlsFront {
  readonly #options: TlsFrontOptions
  /** By what becomes of the connection, and the rules of its handshake. */
  readonly #servers = new Map<string, TlsServer>()
  readonly #shaking = new Map<string, Socket>()
  #peeks = false

  constructor(options: TlsFrontOptions) {
    this.#options = options
    this.refresh()
  }

  refresh(): void {
    const { table, contexts } = this.#options
    const ending: Listener[] = []
    let peeks = false
    for (const { listener } of table.listeners) {
      if (listener.protocol === 'tls') peeks = true
      if (listener.tls?.mode === 'terminate') ending.push(listener)
    }
    const wanted = new Map(ending.map((listener) => [serverKey(listener), listener]))
    for (const key of this.#servers.keys()) if (!wanted.has(key)) this.#servers.delete(key)
    for (const [key, listener] of wanted) if (!this.#servers.has(key)) this.#addServer(key, listener)
    this.#peeks = peeks || wanted.size > 1 || table.hasOwnLimits
    const anyHost = table.listenerFor('')?.listener
    const server = anyHost?.tls?.mode === 'terminate' ? this.#servers.get(serverKey(anyHost)) : undefined
    if (server && anyHost) prepareUnnamed(server, anyHost, contexts)
  }

  accept(socket: Socket): void {
    if (!this.#peeks) return this.#shake([...this.#servers.values()][0], socket)
    sniffHello(socket, (hello) => {
      const found = hello.kind === 'hello' ? this.#options.table.listenerFor(hello.serverName) : undefined
      if (hello.kind !== 'hello' || !found) return cut(socket)
      const { protocol, tls, client } = found.listener
      if (!this.#options.join(found.listener, socket)) return closeLater(socket, client.closeDelayMs ?? 0)
      if (protocol === 'https') return this.#shake(this.#servers.get(serverKey(found.listener)), socket)
      const wanted = found.streams.find(hello.serverName) !== undefined
      // Without a route the handshake would only promise what cannot be kept.
      if (wanted && tls?.mode === 'terminate') return this.#shake(this.#servers.get(serverKey(found.listener)), socket)
      this.#options.settled(socket)
      this.#tunnel(socket, hello.serverName, found)
    })
  }

  #tunnel(client: Socket, sni: string, { listener, streams }: SocketListener): void {
    const passthrough = listener.tls?.mode === 'passthrough'
    this.#options.tunnels.open({ client, listener, stream: streams.find(sni), protocol: 'tls', sni, passthrough })
  }

  #shake(server: TlsServer | undefined, socket: Socket): void {
    if (!server) return cut(socket)
    const name = nameOf(socket)
    this.#shaking.set(name, socket)
    socket.once('close', () => {
      // The peer may have used the port again by now.
      if (this.#shaking.get(name) === socket) this.#shaking.delete(name)
    })
    server.emit('connection', socket)
  }

  #addServer(key: string, listener: Listener): void {
    try {
      this.#servers.set(key, this.#createServer(key, listener))
    } catch {
      // OpenSSL does not take the rules of these listeners: nobody gets in there, and the others go on.
    }
  }

  #createServer(key: string, { protocol, tls, client }: Listener): TlsServer {
    const { table, contexts, ticketKeys } = this.#options
    const handshake = handshakeOf(tls)
    return createServer(
      {
        // A tunnel offers none: the backend behind it speaks what it speaks.
        ...(protocol === 'https' && { ALPNProtocols: [...(tls?.alpn ?? ['h2', 'http/1.1'])] }),
        ...handshake.context,
        ...handshake.server,
        handshakeTimeout: client.handshakeTimeoutMs || 10_000,
        noDelay: true,
        ...(ticketKeys ? { ticketKeys } : {}),
        SNICallback: (name, done) => {
          const sni = hostOf(name)
          const found = this.#find(sni, key)
          const context =
            found && contexts.choose(sni, found.listener, () => [...table.listeners].map(({ listener }) => listener))
          if (context) done(null, context)
          else done(new Error(`no listener serves ${sni}`))
        },
      },
      (socket) => this.#secured(socket, key),
    ).on('tlsClientError', ignore)
  }

  #secured(socket: TLSSocket, key: string): void {
    socket.on('error', ignore)
    const sni = typeof socket.servername === 'string' ? hostOf(socket.servername) : ''
    // What a resumed session names was not asked above, and rules may have changed during the handshake.
    const found = this.#find(sni, key)
    if (!found || !admitsClient(socket, found.listener.tls?.clientValidation)) return void socket.destroy()
    const raw = this.#shaking.get(nameOf(socket))
    if (raw) {
      inheritPeer(socket, raw)
      this.#options.settled(raw)
    }
    if (found.listener.client.certificateField) tellCertificate(socket)
    if (found.listener.protocol === 'https') this.#options.https(socket, sni, found.listener)
    else this.#tunnel(socket, sni, found)
  }

  /** The listener for a server name, if it belongs to the server that asks. */
  #find(sni: string, key: string): SocketListener | undefined {
    const found = this.#options.table.listenerFor(sni)
    return found && serverKey(found.listener) === key ? found : undefined
  }
}

function serverKey({ protocol, tls, client }: Listener): string {
  return `${protocol} ${client.handshakeTimeoutMs ?? ''} ${handshakeOf(tls).key}`
}

function prepareUnnamed(server: TlsServer, listener: Listener, contexts: TlsContexts): void {
  try {
    server.setSecureContext(contexts.unnamed(listener))
  } catch {
    // OpenSSL does not take the certificate (a key that is too short): handshakes with it fail, and nothing else.
  }
}

/** The socket under a TLS socket is not told; its peer is the same and nobody else's. */
function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}

function ignore(): void {}
