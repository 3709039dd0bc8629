import { createServer, type Socket } from 'node:net'
import { listenTcp } from '../server/listen-tcp.ts'
import type { ListeningSocket, SocketOptions } from '../server/listening-socket.ts'
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
    if (!admit()) return void client.resetAndDestroy()
    client.once('close', closed)
    const listener = table.listenerFor('')
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
