import type { Socket } from 'node:net'
import type { ClientHttp2 } from '#ir'
import { connectionInfo } from '../connection-info.ts'
import type { Fields, RequestHead, ResponseHead } from '../message.ts'
import type { Accept, ConnectionInfo, ServerStream, ServerStreamHandler, StreamError } from '../stream.ts'
import { BaseConnection, CONTROL_PER_REQUEST, defaultWindows, type Windows } from './base-connection.ts'
import { BaseStream } from './base-stream.ts'
import { CODE, FRAME, MAX_STREAM_ID, PREFACE, SETTING } from './codes.ts'
import { FloodBudget } from './flood-budget.ts'
import { fieldsBound, writeResponse } from './header-block.ts'
import { Pinger } from './pinger.ts'
import { isPlainConnect, RequestReader } from './request-head.ts'
import { coarseNow } from './sweep.ts'
import { removeWebSocketAccept } from './websocket-handshake.ts'

export interface Http2ServerOptions {
  /** Of the transport. */
  readonly scheme: 'http' | 'https'
  readonly sni: string
  readonly maxConcurrentStreams: number
  /** Octets of a head, names and values and 32 for each field (RFC 9113 6.5.2). */
  readonly maxHeaderBytes: number
  readonly maxHeaderCount: number
  /** After so many requests the client is asked to open another connection. 0 or left out: no limit. */
  readonly maxRequests?: number
  /** A connection without streams is closed after this. 0: never. */
  readonly idleTimeoutMs: number
  /** For the preface, and for a header block from its first frame to its last. 0: no limit. */
  readonly headerTimeoutMs: number
  /** Windows, pings and what becomes of broken messages. */
  readonly http2?: ClientHttp2 | undefined
  /** What was read from the socket already, to find out that it speaks HTTP/2. */
  readonly first?: Buffer
}

/** A client's connection. */
export interface Http2ServerConnection {
  /** Streams in flight. */
  readonly active: number
  /** Set by the owner; called once, when the connection is gone. */
  onClose: () => void
  /** No new streams; closes when those in flight have ended. */
  drain(): void
  destroy(): void
}

/** Speaks HTTP/2 to a client on `socket` from its first octet. `accept` is called for each request. */
export function serveHttp2(socket: Socket, options: Http2ServerOptions, accept: Accept): Http2ServerConnection {
  return new ServerConnection(socket, options, accept)
}

// CVE-2023-44487: streams that are opened only to be given up. Each completed one earns another.
const CHURN_BURST = 200
const CHURN_PER_SECOND = 100
/** Between the two GOAWAYs, when the client does not answer the ping (RFC 9113 6.8). */
const DRAIN_NOTICE_MS = 1000
/** A client may go on sending a body whose answer is complete; after this it is told to stop. */
const REST_MS = 1000
const PING = Buffer.from('are you?', 'latin1')
const DRAIN_PING = Buffer.from('headgate', 'latin1')

function nothing(): void {}

function windowsOf({ http2 }: Http2ServerOptions): Windows {
  if (!http2) return defaultWindows
  return {
    stream: http2.streamWindow ?? defaultWindows.stream,
    connection: http2.connectionWindow ?? defaultWindows.connection,
  }
}

class ServerConnection extends BaseConnection implements Http2ServerConnection {
  onClose: () => void = nothing
  readonly info: ConnectionInfo
  readonly #options: Http2ServerOptions
  readonly #accept: Accept
  readonly #requests: RequestReader
  readonly #churn: FloodBudget
  readonly #pinger: Pinger | undefined
  /** Answered, while their clients go on sending. */
  readonly #unfinished = new Map<Stream, number>()
  #prefaceAt = 0
  #startedAt: number
  #idleSince: number
  /** 0: not; 1: first GOAWAY sent; 2: second. */
  #draining = 0
  #drainingSince = 0
  #opened = 0

  constructor(socket: Socket, options: Http2ServerOptions, accept: Accept) {
    super(socket, options, windowsOf(options))
    this.#options = options
    const ping = options.http2?.ping
    if (ping) this.#pinger = new Pinger(ping, () => this.output.raw(FRAME.ping, 0, 0, PING))
    this.#accept = accept
    this.#requests = new RequestReader(options.scheme)
    this.#startedAt = coarseNow()
    this.#idleSince = this.#startedAt
    this.#churn = new FloodBudget(CHURN_BURST, CHURN_PER_SECOND, this.#startedAt)
    this.info = connectionInfo(socket, options, 'h2')
    this.sayHello([
      [SETTING.maxConcurrentStreams, options.maxConcurrentStreams],
      [SETTING.maxHeaderListSize, options.maxHeaderBytes],
      [SETTING.enableConnectProtocol, 1],
    ])
    if (options.first !== undefined) this.receive(options.first)
  }

  get active(): number {
    return this.streams.size
  }

  protected onFirstBytes(chunk: Buffer): Buffer | undefined {
    if (this.#prefaceAt === PREFACE.length) return chunk
    const length = Math.min(PREFACE.length - this.#prefaceAt, chunk.length)
    if (chunk.compare(PREFACE, this.#prefaceAt, this.#prefaceAt + length, 0, length) !== 0) {
      this.fail(CODE.protocolError, 'not HTTP/2')
      return undefined
    }
    this.#prefaceAt += length
    return chunk.subarray(length)
  }

  protected isIdle(id: number): boolean {
    return (id & 1) === 0 || id > this.lastPeerStream
  }

  // Requests.

  protected onFirstHeaders(id: number, end: boolean): void {
    if ((id & 1) === 0) return this.fail(CODE.protocolError, 'a client has odd streams')
    if (id <= this.lastPeerStream) return this.#onLateHeaders(id)
    this.lastPeerStream = id
    this.earnControl(CONTROL_PER_REQUEST)
    const stream = new Stream(this, id)
    this.streams.set(id, stream)
    if (++this.#opened === this.#options.maxRequests) this.drain()
    if (this.#draining === 2 || this.streams.size > this.#options.maxConcurrentStreams)
      return this.breakStream(stream, CODE.refusedStream, 'too many streams')
    const section = this.blocks.section
    if (section.tooLarge) return stream.answer(431, end)
    // Like a server of HTTP/1.1 that knows the method and does not allow it.
    if (isPlainConnect(section)) return stream.answer(405, end)
    const head = this.#requests.read(section, end)
    if (typeof head === 'string') return this.breakStream(stream, CODE.protocolError, head)
    stream.start(head, end, section.contentLength, this.#accept)
  }

  #onLateHeaders(id: number): void {
    if (this.closedStreams.wasReset(id)) return
    if (this.closedStreams.wasOpen(id)) this.fail(CODE.streamClosed, 'HEADERS on a closed stream')
    else this.fail(CODE.protocolError, 'stream numbers must rise')
  }

  protected onMoreHeaders(stream: BaseStream, end: boolean): void {
    this.onTrailers(stream, end)
  }

  /** RFC 9113 8.1.1: a malformed message is an error of its stream. Who wants less to do with such a client ends the connection. */
  protected override breakStream(stream: BaseStream, code: number, why: string): void {
    if (this.#options.http2?.broken === 'connection' && code === CODE.protocolError) this.fail(code, why)
    else super.breakStream(stream, code, why)
  }

  // Responses.

  /** False: a field was not valid; the stream has been reset. */
  sendHead(stream: Stream, status: number, fields: Fields, contentLength: number, end: boolean): boolean {
    const write = () => writeResponse(this.encoder, status, fields, contentLength)
    if (this.writeHeaders(stream.id, end, fieldsBound(fields), write)) return true
    this.refuseOwn(stream)
    return false
  }

  protected onLocalEnd(stream: BaseStream): void {
    if (!(stream instanceof Stream) || stream.isTunnel) return
    stream.ignoreRest()
    if (!stream.closed) this.#unfinished.set(stream, coarseNow() + REST_MS)
  }

  protected onStreamGone(stream: BaseStream): void {
    this.#unfinished.delete(stream as Stream)
    if (stream.localEnded) this.#churn.earn(1)
    if (this.streams.size > 0) return
    this.#idleSince = coarseNow()
    if (this.#draining === 2) this.#finishDrain()
  }

  protected mayChurn(stream: BaseStream | undefined, now: number): boolean {
    return stream?.localEnded === true || this.#churn.spend(1, now)
  }

  protected survivesReset(stream: BaseStream): boolean {
    return stream.localEnded && stream.remoteEnded
  }

  // The connection.

  protected onPeerSettings(): void {
    this.#idleSince = coarseNow()
  }

  protected onGoAway(): void {
    // The client opens no more streams; the idle timeout does the rest.
  }

  drain(): void {
    if (this.#draining > 0 || this.closing) return
    this.#draining = 1
    this.#drainingSince = coarseNow()
    // First so that nothing under way is lost; the last stream is named a round trip later (RFC 9113 6.8).
    this.sayGoodbye(MAX_STREAM_ID, CODE.noError)
    this.output.raw(6, 0, 0, DRAIN_PING)
  }

  protected onPingAnswer(): void {
    // Answers come in the order of the questions.
    if (this.#pinger?.answered()) return
    if (this.#draining === 1) this.#nameLastStream()
  }

  #nameLastStream(): void {
    this.#draining = 2
    this.sayGoodbye(this.lastPeerStream, CODE.noError)
    if (this.streams.size === 0) this.#finishDrain()
  }

  #finishDrain(): void {
    // Later: the handler of the last stream may still be at work.
    const error: StreamError = { code: 'peer_closed', message: 'the connection was drained', unprocessed: false }
    setImmediate(() => this.finish(error, true))
  }

  protected onGone(): void {
    this.onClose()
  }

  sweep(now: number): void {
    this.sweepSocket(now)
    if (this.closing) return
    const { headerTimeoutMs, idleTimeoutMs } = this.#options
    if (headerTimeoutMs > 0) {
      const since = this.settingsSeen ? this.blocks.since : this.#startedAt
      if (since > 0 && now - since > headerTimeoutMs) return this.fail(CODE.enhanceYourCalm, 'headers took too long')
    }
    for (const [stream, due] of this.#unfinished) if (now >= due) stream.reset('cancelled')
    if (this.#draining === 1 && now - this.#drainingSince > DRAIN_NOTICE_MS) this.#nameLastStream()
    if (this.#draining === 0 && this.#pinger?.isDead(now)) return this.destroy()
    if (idleTimeoutMs > 0 && this.streams.size === 0 && now - this.#idleSince > idleTimeoutMs) {
      this.sayGoodbye(this.lastPeerStream, CODE.noError)
      this.finish({ code: 'peer_closed', message: 'idle', unprocessed: false }, true)
    }
  }
}

class Stream extends BaseStream implements ServerStream {
  head!: RequestHead
  declare protected readonly link: ServerConnection
  declare handler: ServerStreamHandler | undefined
  isTunnel = false
  #responded = false

  get connection(): ConnectionInfo {
    return this.link.info
  }

  start(head: RequestHead, end: boolean, contentLength: number, accept: Accept): void {
    this.head = head
    this.contentLeft = contentLength
    this.handler = accept(this)
    if (end && !this.closed) this.receiveEnd(null)
  }

  /** An answer of the codec itself; the core does not hear of the request. */
  answer(status: number, end: boolean): void {
    this.remoteEnded = end
    this.respond({ status, fields: [], contentLength: 0 }, true)
  }

  inform(status: number, fields: Fields): void {
    if (!this.closed && !this.#responded) this.link.sendHead(this, status, fields, -1, false)
  }

  respond(head: ResponseHead, end: boolean): void {
    if (this.closed || this.#responded) return
    this.#responded = true
    this.isTunnel = head.status === 101
    if (this.isTunnel) removeWebSocketAccept(head.fields)
    // RFC 8441 4: 200 is the 101 of HTTP/2.
    const status = this.isTunnel ? 200 : head.status
    // RFC 9110 8.6: no content-length where there can be no content.
    const length = this.isTunnel || status === 204 ? -1 : head.contentLength
    if (this.link.sendHead(this, status, head.fields, length, end) && end) this.endWithHead()
  }

  ignoreRest(): void {
    this.discardRest()
    if (this.remoteEnded) this.link.halfClosed(this)
  }

  protected hasFinished(): boolean {
    return this.localEnded
  }
}
