import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { ListeningSocket, SocketOptions } from '../server/listening-socket.ts'
import { UdpSession } from './udp-session.ts'

/** Each session has a socket of its own, which is a file descriptor: beyond this many new clients are not heard. */
const maxSessions = 8_192

/**
 * The socket of a UDP listener. The datagrams of one client address and port are a session: they go to one endpoint, and
 * what that endpoint answers goes back to them. Workers that share the port by SO_REUSEPORT see whole sessions: the kernel
 * chooses by the same four numbers.
 */
export class UdpSocket implements ListeningSocket {
  readonly #options: SocketOptions
  readonly #socket: Socket
  /** By `address port` of the client. */
  readonly #sessions = new Map<string, UdpSession>()
  #draining: (() => void) | undefined
  #closed = false

  constructor(options: SocketOptions) {
    this.#options = options
    this.#socket = createSocket({ type: isIPv6(options.address) ? 'udp6' : 'udp4', reusePort: options.reusePort })
    this.#socket.on('message', (data, from) => this.#received(data, from))
  }

  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      const { address, port } = this.#options
      const failed = (error: Error) => {
        this.#close()
        reject(error)
      }
      this.#socket.once('error', failed)
      this.#socket.bind({ address, port, exclusive: true }, () => {
        this.#socket.off('error', failed)
        // An error after that is about one datagram that could not be sent.
        this.#socket.on('error', () => {})
        resolve(this.#socket.address().port)
      })
    })
  }

  refresh(): void {}

  /** Sessions that are known go on until they pause. */
  async drain(): Promise<void> {
    if (this.#sessions.size > 0) {
      await new Promise<void>((resolve) => {
        this.#draining = resolve
        for (const session of this.#sessions.values()) session.drain()
      })
    }
    this.#close()
  }

  destroy(): void {
    for (const session of [...this.#sessions.values()]) session.close()
    this.#close()
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#socket.close()
  }

  #received(data: Buffer, from: RemoteInfo): void {
    const name = `${from.address} ${from.port}`
    const session = this.#sessions.get(name) ?? this.#open(name, from)
    session?.send(data)
  }

  #open(name: string, from: RemoteInfo): UdpSession | undefined {
    const { table, admit, closed, observer, random } = this.#options
    const found = table.listenerFor('')
    const stream = found?.streams.find('')
    if (!stream || this.#draining || this.#sessions.size >= maxSessions || !admit()) return undefined
    const { address: localAddress, port: localPort } = this.#socket.address()
    const session = new UdpSession({
      client: { remoteAddress: from.address, remotePort: from.port, localAddress, localPort },
      listener: stream.listener,
      stream,
      observer,
      random,
      answer: (data) => {
        if (!this.#closed) this.#socket.send(data, from.port, from.address)
      },
      onClose: () => {
        this.#sessions.delete(name)
        closed()
        if (this.#sessions.size === 0) this.#draining?.()
      },
    })
    this.#sessions.set(name, session)
    session.start()
    return session
  }
}
