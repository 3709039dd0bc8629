import { createServer, type Server, type Socket } from 'node:net'
import type { Listener } from '#ir'
import { serveHttp1 } from '../http1/server.ts'
import { serveHttp2 } from '../http2/server.ts'
import { adoptSocket, readSocket } from '../socket-reader.ts'
import { Tunnels } from '../tcp/tunnels.ts'
import { askAlive } from './ask-alive.ts'
import { closeLater } from './connection-limits.ts'
import { type HttpLimits, limitsOf, strictest } from './http-limits.ts'
import { limitBuffer } from './limit-buffer.ts'
import { listenTcp } from './listen-tcp.ts'
import type { ListeningSocket, SocketOptions } from './listening-socket.ts'
import { readProxyHeader } from './read-proxy-header.ts'
import { type SocketLimits, socketLimits } from './socket-limits.ts'
import { TlsFront } from './tls-front.ts'

/** What both codecs' server connections can do. */
interface ServedConnection {
  drain(): void
  /** The next answer is the last one. HTTP/2: drains. */
  retire?(): void
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
  #limits: SocketLimits
  /** Of plain HTTP. */
  #http: HttpLimits
  readonly #connections = new Set<ServedConnection>()
  /** Accepted, but nobody's yet: in the TLS handshake, or silent so far. */
  readonly #raw = new Map<Socket, NodeJS.Timeout | undefined>()
  #draining = false
  #open = 0
  #onQuiet: (() => void) | undefined

  constructor(options: SocketOptions, encrypted: boolean) {
    this.#options = options
    const listeners = listenersOf(options)
    this.#limits = socketLimits(listeners, encrypted)
    this.#http = strictest(listeners, 'http')
    this.#tunnels = new Tunnels(options)
    if (encrypted) this.#front = this.#tlsFront()
    this.#server = createServer({ noDelay: true, pauseOnConnect: !encrypted }, (accepted) => {
      const socket = encrypted ? accepted : adoptSocket(accepted)
      if (!this.#opened(socket)) return
      const { proxyProtocol } = this.#limits
      if (proxyProtocol) readProxyHeader(socket, proxyProtocol, (rest) => this.#begin(socket, rest))
      else this.#begin(socket)
    })
  }

  listen(): Promise<number> {
    return listenTcp(this.#server, this.#options)
  }

  refresh(): void {
    const listeners = listenersOf(this.#options)
    this.#limits = socketLimits(listeners, this.#front !== undefined)
    this.#http = strictest(listeners, 'http')
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
      for (const socket of [...this.#raw.keys()]) socket.end()
    }, silentMs)
    await closed
    await quiet
    clearTimeout(silent)
  }

  destroy(): void {
    this.#draining = true
    this.#server.close()
    for (const socket of [...this.#raw.keys()]) socket.destroy()
    for (const connection of [...this.#connections]) connection.destroy()
    this.#tunnels.destroy()
  }

  /** @param rest what has been read already */
  #begin(socket: Socket, rest?: Buffer): void {
    if (!this.#front) return this.#plain(socket, rest)
    if (rest && rest.length > 0) socket.unshift(rest)
    this.#front.accept(socket)
  }

  /** @returns false: it is one too many */
  #opened(socket: Socket): boolean {
    if (!this.#options.admit()) {
      closeLater(socket, this.#limits.closeDelayMs)
      return false
    }
    this.#open++
    const { inspectionTimeoutMs, tcpKeepAlive } = this.#limits
    // Whoever says a byte now and then has no more time than others.
    const due = inspectionTimeoutMs > 0 ? setTimeout(giveUp, inspectionTimeoutMs, socket).unref() : undefined
    this.#raw.set(socket, due)
    askAlive(socket, tcpKeepAlive)
    socket.once('close', () => {
      this.#settled(socket)
      this.#options.closed()
      if (--this.#open === 0) this.#onQuiet?.()
    })
    socket.on('error', ignore)
    return true
  }

  #settled(socket: Socket): void {
    clearTimeout(this.#raw.get(socket))
    this.#raw.delete(socket)
  }

  #tlsFront(): TlsFront {
    const { table, contexts, ticketKeys, join } = this.#options
    return new TlsFront({
      table,
      contexts,
      ticketKeys,
      join,
      tunnels: this.#tunnels,
      settled: (socket) => this.#settled(socket),
      https: (socket, sni, listener) => {
        const limits = limitsOf(listener)
        if (socket.alpnProtocol === 'h2') this.#http2(socket, sni, limits)
        else this.#http1(socket, sni, limits)
      },
    })
  }

  /** HTTP/2 with prior knowledge begins with its preface (RFC 9113 3.3); anything else is HTTP/1.1. */
  #plain(socket: Socket, rest?: Buffer): void {
    let first: Buffer | undefined
    const decide = (chunk: Buffer): void => {
      first = first ? Buffer.concat([first, chunk]) : Buffer.from(chunk)
      const length = Math.min(first.length, preface.length)
      if (preface.compare(first, 0, length, 0, length) !== 0) {
        this.#http1(socket, '', this.#http, first)
      } else if (first.length >= preface.length) {
        this.#http2(socket, '', this.#http, first)
      }
    }
    readSocket(socket, decide)
    if (!rest) return
    socket.resume()
    if (rest.length > 0) decide(rest)
  }

  #http1(socket: Socket, sni: string, limits: HttpLimits, first?: Buffer): void {
    limitBuffer(socket, limits.bufferBytes)
    const options = { ...limits, sni, ...(first && { first }) }
    this.#serve(serveHttp1(socket, options, this.#options.accept(sni)), socket, limits)
  }

  #http2(socket: Socket, sni: string, limits: HttpLimits, first?: Buffer): void {
    limitBuffer(socket, limits.bufferBytes)
    const options = { ...limits, sni, ...(first && { first }) }
    this.#serve(serveHttp2(socket, options, this.#options.accept(sni)), socket, limits)
  }

  #serve(connection: ServedConnection, socket: Socket, { maxConnectionMs, endsIdle }: HttpLimits): void {
    this.#settled(socket)
    this.#connections.add(connection)
    const old =
      maxConnectionMs > 0
        ? setTimeout(
            () => (endsIdle || !connection.retire ? connection.drain() : connection.retire()),
            maxConnectionMs,
          ).unref()
        : undefined
    connection.onClose = () => {
      this.#connections.delete(connection)
      clearTimeout(old)
    }
    // Not before its first bytes have been looked at: they may be a request.
    if (this.#draining) setImmediate(() => connection.drain())
  }
}

function listenersOf({ table }: SocketOptions): Listener[] {
  return [...table.listeners].map(({ listener }) => listener)
}

function giveUp(socket: Socket): void {
  socket.destroy()
}

function ignore(): void {}
