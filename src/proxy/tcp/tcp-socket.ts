import { createServer, type Socket } from 'node:net'
import { askAlive } from '../server/ask-alive.ts'
import { closeLater } from '../server/connection-limits.ts'
import { listenTcp } from '../server/listen-tcp.ts'
import type { ListeningSocket, SocketOptions } from '../server/listening-socket.ts'
import { readProxyHeader } from '../server/read-proxy-header.ts'
import { cut } from './splice.ts'
import { Tunnels } from './tunnels.ts'

/** The socket of a TCP listener: each connection becomes a tunnel to a backend. */
export class TcpSocket implements ListeningSocket {
  readonly #options: SocketOptions
  readonly #server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#opened(socket))
  readonly #tunnels: Tunnels

  constructor(options: SocketOptions) {
    this.#options = options
    this.#tunnels = new Tunnels(options)
  }

  listen(): Promise<number> {
    return listenTcp(this.#server, this.#options)
  }

  refresh(): void {}

  async drain(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  destroy(): void {
    this.#server.close()
    this.#tunnels.destroy()
  }

  #opened(client: Socket): void {
    const { admit, closed, table } = this.#options
    const found = table.listenerFor('')
    if (!found) return void client.resetAndDestroy()
    const { client: settings } = found.listener
    if (!admit()) return closeLater(client, settings.closeDelayMs ?? 0)
    client.once('close', closed)
    askAlive(client, settings.tcpKeepAlive)
    if (!settings.proxyProtocol) return this.#tunnel(client)
    client.on('error', ignore)
    const due = settings.inspectionTimeoutMs ?? settings.headerTimeoutMs
    const timer = due > 0 ? setTimeout(cut, due, client).unref() : undefined
    client.once('close', () => clearTimeout(timer))
    readProxyHeader(client, settings.proxyProtocol, (rest) => {
      clearTimeout(timer)
      if (rest.length > 0) client.unshift(rest)
      this.#tunnel(client)
    })
  }

  #tunnel(client: Socket): void {
    const listener = this.#options.table.listenerFor('')
    if (!listener) return void client.resetAndDestroy()
    const stream = listener.streams.find('')
    this.#tunnels.open({
      client,
      listener: listener.listener,
      stream,
      protocol: 'tcp',
      sni: '',
      passthrough: false,
    })
  }
}

function ignore(): void {}
