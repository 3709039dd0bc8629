import { createServer, type Server, type Socket } from 'node:net'
import type { ClientSettings } from '#ir'
import { serveHttp1 } from '../http1/server.ts'
import { serveHttp2 } from '../http2/server.ts'
import { adoptSocket, readSocket } from '../socket-reader.ts'
import { Tunnels } from '../tcp/tunnels.ts'
import { listenTcp } from './listen-tcp.ts'
import type { ListeningSocket, SocketOptions } from './listening-socket.ts'
import { TlsFront } from './tls-front.ts'

/** What both codecs' server connections can do. */
interface ServedConnection {
  drain(): void
  destroy(): void
  onClose: (() => void) | undefined
}

/** While draining, a connection that has not said anything is given this long. */
const silentMs = 1_000

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

/** The socket of HTTP, HTTPS and TLS listeners: those of its address and port share it, and its connections. */
export class ServerSocket implements ListeningSocket {
  readonly #options: SocketOptions
  readonly #server: Server
  /** Present where connections begin with TLS. */
  readonly #front: TlsFront | undefined
  readonly #tunnels: Tunnels
  #limits: Limits
  readonly #connections = new Set<ServedConnection>()
  /** Accepted, but nobody's yet: in the TLS handshake, or silent so far. */
  readonly #raw = new Set<Socket>()
  #draining = false
  #open = 0
  #onQuiet: (() => void) | undefined

  constructor(options: SocketOptions, encrypted: boolean) {
    this.#options = options
    this.#limits = strictest(options, encrypted)
    this.#tunnels = new Tunnels(options)
    if (encrypted) this.#front = this.#tlsFront()
    this.#server = createServer({ noDelay: true, pauseOnConnect: !encrypted }, (accepted) => {
      const socket = encrypted ? accepted : adoptSocket(accepted)
      if (!this.#opened(socket)) return
      if (this.#front) this.#front.accept(socket)
      else this.#plain(socket)
    })
  }

  listen(): Promise<number> {
    return listenTcp(this.#server, this.#options)
  }

  refresh(): void {
    this.#limits = strictest(this.#options, this.#front !== undefined)
    this.#front?.refresh()
  }

  /** Connections that are open end with their exchange; tunnels when both sides have ended. */
  async drain(): Promise<void> {
    this.#draining = true
    // Just behind the loop's poll: what waited to be accepted has been, and closing resets nobody.
    await new Promise<void>((resolve) => setImmediate(resolve))
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    const quiet = new Promise<void>((resolve) => {
      this.#onQuiet = resolve
      if (this.#open === 0) resolve()
    })
    for (const connection of [...this.#connections]) connection.drain()
    const silent = setTimeout(() => {
      for (const socket of [...this.#raw]) socket.end()
    }, silentMs)
    await closed
    await quiet
    clearTimeout(silent)
  }

  destroy(): void {
    this.#draining = true
    this.#server.close()
    for (const socket of [...this.#raw]) socket.destroy()
    for (const connection of [...this.#connections]) connection.destroy()
    this.#tunnels.destroy()
  }

  /** @returns false: it is one too many */
  #opened(socket: Socket): boolean {
    if (!this.#options.admit()) {
      closeLater(socket, this.#limits.closeDelayMs)
      return false
    }
    this.#open++
    this.#raw.add(socket)
    socket.setTimeout(this.#limits.headerTimeoutMs, giveUp)
    socket.once('close', () => {
      this.#raw.delete(socket)
      this.#options.closed()
      if (--this.#open === 0) this.#onQuiet?.()
    })
    socket.on('error', ignore)
    return true
  }

  #settled(socket: Socket): void {
    this.#raw.delete(socket)
    socket.setTimeout(0, giveUp)
  }

  #tlsFront(): TlsFront {
    const { table, contexts, ticketKeys } = this.#options
    return new TlsFront({
      table,
      contexts,
      ticketKeys,
      tunnels: this.#tunnels,
      settled: (socket) => this.#settled(socket),
      https: (socket, sni) => {
        if (socket.alpnProtocol === 'h2') this.#http2(socket, sni)
        else this.#http1(socket, sni)
      },
    })
  }

  /** HTTP/2 with prior knowledge begins with its preface (RFC 9113 3.3); anything else is HTTP/1.1. */
  #plain(socket: Socket): void {
    let first: Buffer | undefined
    const decide = (chunk: Buffer): void => {
      first = first ? Buffer.concat([first, chunk]) : Buffer.from(chunk)
      const length = Math.min(first.length, preface.length)
      if (preface.compare(first, 0, length, 0, length) !== 0) {
        this.#http1(socket, '', first)
      } else if (first.length >= preface.length) {
        this.#http2(socket, '', first)
      }
    }
    readSocket(socket, decide)
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
    this.#settled(socket)
    this.#connections.add(connection)
    const { maxConnectionMs } = this.#limits
    const old = maxConnectionMs > 0 ? setTimeout(() => connection.drain(), maxConnectionMs).unref() : undefined
    connection.onClose = () => {
      this.#connections.delete(connection)
      clearTimeout(old)
    }
    // Not before its first bytes have been looked at: they may be a request.
    if (this.#draining) setImmediate(() => connection.drain())
  }
}

interface Limits {
  readonly scheme: 'http' | 'https'
  readonly headerTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly maxHeaderBytes: number
  readonly maxHeaderCount: number
  readonly maxConcurrentStreams: number
  readonly maxRequests: number
  readonly maxConnectionMs: number
  readonly closeDelayMs: number
}

/** A socket takes the strictest of its listeners: which of them a request belongs to is known only after its head. */
function strictest({ table }: SocketOptions, encrypted: boolean): Limits {
  const clients = [...table.listeners].map(({ listener }) => listener.client)
  const least = (of: (client: ClientSettings) => number) =>
    clients.reduce((low, client) => Math.min(low, of(client)), Number.POSITIVE_INFINITY)
  // Of times 0 is no limit, so any other is stricter.
  const leastTime = (of: (client: ClientSettings) => number) => {
    const low = least((client) => of(client) || Number.POSITIVE_INFINITY)
    return low === Number.POSITIVE_INFINITY ? 0 : low
  }
  return {
    scheme: encrypted ? 'https' : 'http',
    headerTimeoutMs: leastTime((client) => client.headerTimeoutMs),
    idleTimeoutMs: leastTime((client) => client.idleTimeoutMs),
    maxHeaderBytes: least((client) => client.maxHeaderBytes),
    maxHeaderCount: least((client) => client.maxHeaderCount),
    maxConcurrentStreams: least((client) => client.maxConcurrentStreams),
    maxRequests: leastTime((client) => client.maxRequests ?? 0),
    maxConnectionMs: leastTime((client) => client.maxConnectionMs ?? 0),
    closeDelayMs: Math.max(0, ...clients.map((client) => client.closeDelayMs ?? 0)),
  }
}

/** Nothing is read of it meanwhile. */
function closeLater(socket: Socket, delayMs: number): void {
  if (delayMs === 0) return void socket.destroy()
  socket.on('error', ignore)
  const due = setTimeout(() => socket.destroy(), delayMs).unref()
  socket.once('close', () => clearTimeout(due))
}

function giveUp(this: Socket): void {
  this.destroy()
}

function ignore(): void {}
