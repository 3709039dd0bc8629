import type { Socket } from 'node:net'
import type { UpstreamPing } from '#ir'
import type { RequestHead, ResponseHead } from '../message.ts'
import type {
  ClientConnection,
  ClientConnectionEvents,
  ClientStream,
  ClientStreamHandler,
  StreamError,
} from '../stream.ts'
import { BaseConnection, CONTROL_PER_REQUEST, defaultWindows } from './base-connection.ts'
import { BaseStream } from './base-stream.ts'
import { CODE, FRAME, MAX_STREAM_ID, PREFACE, SETTING } from './codes.ts'
import { FloodBudget } from './flood-budget.ts'
import { requestBound, writeRequest } from './header-block.ts'
import { readResponseHead } from './response-head.ts'
import type { PeerSettings } from './settings.ts'
import { coarseNow } from './sweep.ts'
import { addWebSocketAccept, takeWebSocketKey } from './websocket-handshake.ts'

export interface Http2ClientOptions {
  /** Octets of a response head, counted as RFC 9113 6.5.2 does. */
  readonly maxHeaderBytes: number
  readonly maxHeaderCount: number
  /** Streams at a time, if the server allows as many. */
  readonly maxConcurrentStreams: number
  readonly streamWindow: number
  readonly connectionWindow: number
  readonly ping?: UpstreamPing
}

const DEFAULTS: Http2ClientOptions = {
  maxHeaderBytes: 65_536,
  maxHeaderCount: 256,
  maxConcurrentStreams: 1000,
  streamWindow: defaultWindows.stream,
  connectionWindow: defaultWindows.connection,
}

/** Speaks HTTP/2 to an endpoint on a connected socket. */
export function connectHttp2(
  socket: Socket,
  events: ClientConnectionEvents,
  options: Partial<Http2ClientOptions> = {},
): ClientConnection {
  return new Connection(socket, events, { ...DEFAULTS, ...options })
}

/** Until the server has said how many it takes; RFC 9113 6.5.2 asks servers to take at least this many. */
const EARLY_STREAMS = 100
/** For the server's SETTINGS. */
const HELLO_MS = 10_000
// A server that breaks or refuses streams one after the other is left alone.
const CHURN_BURST = 1000
const CHURN_PER_SECOND = 200
const PING = Buffer.from('headgate', 'latin1')

class Connection extends BaseConnection implements ClientConnection {
  readonly #events: ClientConnectionEvents
  readonly #options: Http2ClientOptions
  readonly #churn: FloodBudget
  readonly #startedAt = coarseNow()
  /** Extended CONNECTs that wait for the server's SETTINGS. */
  #waiting: Stream[] = []
  #nextStream = 1
  #peerStreams = EARLY_STREAMS
  #allowsConnect = false
  #draining = false
  /** When the ping that waits for its answer was sent; 0: none does. */
  #pingSent = 0
  #nextPing = 0
  /** Since when no stream is open; 0: some are. */
  #idleSince = this.#startedAt

  constructor(socket: Socket, events: ClientConnectionEvents, options: Http2ClientOptions) {
    super(socket, options, { stream: options.streamWindow, connection: options.connectionWindow })
    this.#events = events
    this.#options = options
    this.#churn = new FloodBudget(CHURN_BURST, CHURN_PER_SECOND, this.#startedAt)
    const page = this.output.reserve(PREFACE.length)
    PREFACE.copy(page, this.output.position)
    this.output.wrote(this.output.position + PREFACE.length)
    this.sayHello([
      [SETTING.enablePush, 0],
      [SETTING.maxHeaderListSize, options.maxHeaderBytes],
    ])
  }

  get active(): number {
    return this.streams.size + this.#waiting.length
  }

  get capacity(): number {
    if (this.#draining || this.closing) return 0
    return Math.max(0, Math.min(this.#peerStreams, this.#options.maxConcurrentStreams) - this.active)
  }

  open(head: RequestHead, end: boolean, handler: ClientStreamHandler): ClientStream {
    const stream = new Stream(this, 0, head)
    stream.handler = handler
    if (this.closing || this.#nextStream >= MAX_STREAM_ID)
      stream.failLater({ code: 'peer_closed', message: 'the connection is closed', unprocessed: true })
    else if (head.upgrade !== '' && !this.settingsSeen) {
      stream.hold()
      this.#waiting.push(stream)
    } else this.#send(stream, end)
    return stream
  }

  #send(stream: Stream, end: boolean): void {
    const { head } = stream
    if (head.upgrade !== '' && !this.#allowsConnect)
      return stream.failLater({
        code: 'protocol_error',
        message: 'the server has no extended CONNECT',
        unprocessed: false,
      })
    stream.id = this.#nextStream
    const ends = end && head.upgrade === ''
    if (!this.writeHeaders(stream.id, ends, requestBound(head), (encoder) => writeRequest(encoder, head, ends)))
      return stream.failLater({
        code: 'protocol_error',
        message: 'a field that HTTP/2 does not allow',
        unprocessed: false,
      })
    this.#nextStream += 2
    this.earnControl(CONTROL_PER_REQUEST)
    if (this.#nextStream >= MAX_STREAM_ID) this.drain()
    if (this.#options.ping && this.streams.size === 0) this.#wake(this.#options.ping)
    this.streams.set(stream.id, stream)
    stream.opens(this.peerInitialWindow, ends)
  }

  /** It never got as far as a stream. */
  forgetWaiting(stream: Stream): void {
    const at = this.#waiting.indexOf(stream)
    if (at >= 0) this.#waiting.splice(at, 1)
  }

  protected onFirstBytes(chunk: Buffer): Buffer | undefined {
    return chunk
  }

  protected isIdle(id: number): boolean {
    return (id & 1) === 0 || id >= this.#nextStream
  }

  // Responses.

  protected onFirstHeaders(id: number): void {
    if (this.isIdle(id)) this.fail(CODE.protocolError, 'HEADERS on an idle stream')
    else if (!this.closedStreams.wasReset(id)) this.fail(CODE.streamClosed, 'HEADERS on a closed stream')
  }

  protected override takesData(stream: BaseStream): boolean {
    return (stream as Stream).responded
  }

  protected onMoreHeaders(base: BaseStream, end: boolean): void {
    const stream = base as Stream
    if (stream.responded) return this.onTrailers(stream, end)
    if (this.blocks.section.tooLarge) return this.breakStream(stream, CODE.protocolError, 'response head too large')
    const head = readResponseHead(this.blocks.section, end)
    if (typeof head === 'string') return this.breakStream(stream, CODE.protocolError, head)
    if (head.status < 200) return stream.handler!.onInform(head.status, head.fields)
    if (!stream.receiveHead(head, end, this.blocks.section.contentLength))
      this.breakStream(stream, CODE.protocolError, 'content-length without content')
  }

  protected onLocalEnd(): void {
    // The response is still to come.
  }

  protected onStreamGone(stream: BaseStream): void {
    if (stream.remoteEnded) this.#churn.earn(1)
    if (this.streams.size === 0) this.#idleSince = coarseNow()
    if (this.#draining) {
      if (this.active === 0) this.#finishDrain()
    } else if (!this.closing) this.#events.onCapacity(this)
  }

  protected mayChurn(stream: BaseStream | undefined, now: number): boolean {
    return stream?.remoteEnded === true || this.#churn.spend(1, now)
  }

  /** RFC 9113 8.1: a whole response stands, though the server wants no more of the request. */
  protected survivesReset(stream: BaseStream): boolean {
    if (stream.remoteEnded) stream.stopSending()
    return stream.remoteEnded
  }

  // The connection.

  protected onPeerSettings(settings: PeerSettings): void {
    if (settings.enablePush === true) return this.fail(CODE.protocolError, 'a server can not be pushed to')
    const before = this.capacity
    if (settings.maxConcurrentStreams !== undefined) this.#peerStreams = settings.maxConcurrentStreams
    // Nothing said: no limit.
    else if (this.#peerStreams === EARLY_STREAMS) this.#peerStreams = this.#options.maxConcurrentStreams
    if (settings.enableConnectProtocol === true) this.#allowsConnect = true
    const waiting = this.#waiting
    this.#waiting = []
    for (const stream of waiting) {
      this.#send(stream, false)
      if (!stream.closed) this.schedule(stream)
    }
    if (this.capacity > before) this.#events.onCapacity(this)
  }

  /** RFC 9113 6.8: streams above the last one named were not looked at. */
  protected onGoAway(lastStream: number, code: number): void {
    this.#draining = true
    const error: StreamError = {
      code: 'peer_closed',
      message: `the server goes away (code ${code})`,
      unprocessed: true,
    }
    for (const stream of [...this.streams.values()]) {
      if (stream.id <= lastStream) continue
      this.streams.delete(stream.id)
      this.closedStreams.reset(stream.id)
      stream.fail(error)
    }
    for (const stream of this.#waiting.splice(0)) stream.fail(error)
    if (this.active === 0) this.#finishDrain()
  }

  drain(): void {
    if (this.#draining) return
    this.#draining = true
    if (this.active === 0) this.#finishDrain()
  }

  #finishDrain(): void {
    setImmediate(() => {
      if (this.closing) return
      this.sayGoodbye(0, CODE.noError)
      this.finish({ code: 'peer_closed', message: 'the connection was drained', unprocessed: true }, true)
    })
  }

  protected onPingAnswer(): void {
    this.#pingSent = 0
  }

  protected onGone(): void {
    const error: StreamError = { code: 'peer_closed', message: 'the connection was closed', unprocessed: true }
    for (const stream of this.#waiting.splice(0)) stream.fail(error)
    this.#events.onClose(this)
  }

  sweep(now: number): void {
    this.sweepSocket(now)
    if (this.closing) return
    if (!this.settingsSeen && now - this.#startedAt > HELLO_MS) return this.fail(CODE.protocolError, 'no SETTINGS came')
    const { ping } = this.#options
    if (!ping) return
    if (this.#pingSent > 0) {
      if (now - this.#pingSent > ping.timeoutMs) this.destroy()
    } else if (ping.intervalMs !== undefined && now > this.#nextPing) {
      const jitter = (ping.intervalMs * ping.jitterPercent * Math.random()) / 100
      const isFirst = this.#nextPing === 0
      this.#nextPing = now + ping.intervalMs + jitter
      if (!isFirst) this.#ping(now)
    }
  }

  /** A connection that was idle for long may be dead without our having heard. */
  #wake({ afterIdleMs }: UpstreamPing): void {
    const now = coarseNow()
    if (afterIdleMs !== undefined && this.#pingSent === 0 && now - this.#idleSince > afterIdleMs) this.#ping(now)
  }

  #ping(now: number): void {
    this.#pingSent = now
    this.output.raw(FRAME.ping, 0, 0, PING)
  }
}

class Stream extends BaseStream implements ClientStream {
  readonly head: RequestHead
  /** What the core's WebSocket client wants to see answered. */
  readonly #key: string = ''
  declare protected readonly link: Connection
  declare handler: ClientStreamHandler | undefined
  responded = false

  constructor(link: Connection, id: number, head: RequestHead) {
    super(link, id)
    this.head = head
    if (head.upgrade !== 'websocket') return
    const { fields, key } = takeWebSocketKey(head.fields)
    this.head = { ...head, fields }
    this.#key = key
  }

  hold(): void {
    this.opened = false
  }

  opens(window: number, end: boolean): void {
    this.opened = true
    this.sendWindow = window
    if (end) this.endWithHead()
  }

  /** Failures are not told before `open` has returned. */
  failLater(error: StreamError): void {
    this.close()
    process.nextTick(() => this.handler?.onReset(error))
  }

  /** False: it promises content that can't come. */
  receiveHead(head: ResponseHead, end: boolean, contentLength: number): boolean {
    const { method, upgrade } = this.head
    const bare = method === 'HEAD' || head.status === 204 || head.status === 304
    if (end && !bare && contentLength > 0) return false
    this.responded = true
    if (!bare) this.contentLeft = contentLength
    // RFC 8441 4: what HTTP/1.1 says with 101.
    if (upgrade !== '' && head.status === 200) {
      this.contentLeft = -1
      head.status = 101
      head.contentLength = -1
      if (this.#key !== '') addWebSocketAccept(head.fields, this.#key)
    }
    this.handler!.onResponse(head, end)
    if (end && !this.closed) this.receiveEnd(null)
    return true
  }

  override reset(reason: Parameters<BaseStream['reset']>[0]): void {
    if (this.closed) return
    if (this.opened) return super.reset(reason)
    this.link.forgetWaiting(this)
    this.close()
  }

  protected hasFinished(): boolean {
    return this.remoteEnded
  }
}
