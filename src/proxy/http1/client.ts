import type { Socket } from 'node:net'
import type { Fields, RequestHead, ResponseHead } from '../message.ts'
import { readSocket, type SocketReader } from '../socket-reader.ts'
import type {
  ClientConnection,
  ClientConnectionEvents,
  ClientStream,
  ClientStreamHandler,
  Loan,
  ResetReason,
  StreamError,
} from '../stream.ts'
import { BodyWriter, ENDED, WAIT, WRITE_CHUNKED, WRITE_LENGTH, WRITE_TUNNEL } from './body-writer.ts'
import { ChunkedDecoder, type ChunkSink } from './chunked-decoder.ts'
import { Fault } from './fault.ts'
import { findHeadEnd } from './head-end.ts'
import { Held } from './held.ts'
import { Output } from './output.ts'
import { BODY_CHUNKED, BODY_LENGTH, BODY_NONE, ResponseParser } from './parse-response-head.ts'
import { passOn } from './pass-on.ts'
import { serialiseRequest } from './serialise.ts'

// What we read next.
const IDLE = 0
const HEAD = 1
const LENGTH = 2
const CHUNKED = 3
const UNTIL_CLOSE = 4
const TUNNEL = 5
const CLOSED = 6

const MAX_HEADER_BYTES = 65536
const MAX_HEADER_COUNT = 256
/** Informational responses before the final one. */
const MAX_INFORMS = 32

const parser = new ResponseParser()

/** Speaks HTTP/1.1 with a backend over a connected socket, plain or TLS. */
export function connectHttp1(socket: Socket, events: ClientConnectionEvents): ClientConnection {
  return new Http1ClientConnection(socket, events)
}

class Http1ClientConnection implements ClientConnection, ChunkSink {
  /** The request in flight. Streams of earlier ones are stale and do nothing. */
  stream: Exchange | null = null

  readonly #socket: Socket
  readonly #events: ClientConnectionEvents
  readonly #output: Output
  readonly #body: BodyWriter
  readonly #held = new Held()
  /** Present: what the socket reads is only lent to us. */
  readonly #reader: SocketReader | undefined
  /** The bytes at work are lent: what is kept of them has to be copied. */
  #borrowed = false
  #chunks: ChunkedDecoder | null = null
  #reading: number = IDLE
  #readRemaining = 0
  #served = 0
  #informs = 0
  #keepAlive = true
  /** Of idle time, as the backend has announced; -1: it has not. */
  #idleMs = -1
  /** By `performance.now()`; 0: no end. */
  #usableUntil = 0
  #draining = false
  #paused = false
  #error: NodeJS.ErrnoException | undefined

  constructor(socket: Socket, events: ClientConnectionEvents) {
    this.#socket = socket
    this.#events = events
    this.#output = new Output(socket)
    this.#body = new BodyWriter(this.#output)
    socket.allowHalfOpen = true
    socket.setNoDelay(true)
    this.#reader = readSocket(socket, (bytes) => this.#onData(bytes))
    socket.on('end', () => this.#onEnd())
    this.#output.onSent = () => this.#onDrain()
    socket.on('drain', () => this.#onDrain())
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#error = error
    })
    socket.on('close', () => this.#onClosed())
  }

  get capacity(): number {
    if (this.#reading !== IDLE || this.#draining) return 0
    return this.#usableUntil === 0 || performance.now() < this.#usableUntil ? 1 : 0
  }

  get active(): number {
    return this.stream === null ? 0 : 1
  }

  open(head: RequestHead, end: boolean, handler: ClientStreamHandler): ClientStream {
    const stream = new Exchange(this, head.method, head.upgrade, handler)
    if (this.capacity === 0) return failLater(stream, 'peer_closed', 'the connection takes no request', true)
    const length = head.contentLength
    let framing = ''
    let writing = ENDED
    if (head.upgrade !== '') {
      writing = WAIT
      framing = `connection: upgrade\r\nupgrade: ${head.upgrade}\r\n`
    } else if (end) {
      // RFC 9110 8.6: methods that mean something with a body say that there is none.
      if (length > 0) return failLater(stream, 'protocol_error', 'no body, but a Content-Length', false)
      if (hasUsualBody(head.method)) framing = 'content-length: 0\r\n'
    } else if (length >= 0) {
      writing = WRITE_LENGTH
      framing = `content-length: ${length}\r\n`
    } else {
      writing = WRITE_CHUNKED
      framing = 'transfer-encoding: chunked\r\n'
    }
    if (head.expectContinue && !end) framing += 'expect: 100-continue\r\n'
    if (head.acceptsTrailers === true && head.upgrade === '') framing += 'te: trailers\r\nconnection: te\r\n'
    const text = serialiseRequest(head, framing)
    if (text === undefined) return failLater(stream, 'protocol_error', 'a request that HTTP/1.1 can not carry', false)
    if (head.spelling) stream.keepsCase = true
    this.stream = stream
    this.#reading = HEAD
    this.#body.mode = writing
    this.#body.remaining = length
    this.#informs = 0
    this.#body.stalled = false
    this.#output.add(text)
    if (writing === ENDED || writing === WAIT) this.#output.flush()
    return stream
  }

  drain(): void {
    this.#draining = true
    if (this.#reading === IDLE) this.#close()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  // --- from the core, through the stream

  write(chunk: Uint8Array): boolean {
    if (this.#body.fits(chunk.length)) return this.#body.write(chunk)
    this.#failLater('the body is longer than its Content-Length')
    return true
  }

  writeLent(chunk: Uint8Array): Loan {
    if (this.#body.fits(chunk.length)) return this.#body.writeLent(chunk)
    this.#failLater('the body is longer than its Content-Length')
    return 'done'
  }

  end(trailers: Fields | null): void {
    const { mode } = this.#body
    if (mode === WAIT || mode === ENDED) return
    if (!this.#body.end(trailers)) return this.#failLater('a body shorter than its Content-Length, or bad trailers')
    if (mode !== WRITE_TUNNEL) return
    this.#socket.end()
    if (this.#reading === CLOSED) this.stream = null
  }

  reset(_reason: ResetReason): void {
    this.stream = null
    this.#close()
  }

  pause(): void {
    this.#paused = true
    this.#socket.pause()
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#socket.resume()
  }

  // --- from the socket

  #onData(bytes: Buffer): void {
    switch (this.#reading) {
      case IDLE:
        // An answer to nothing: whatever it is, it must not become the answer to the next request.
        this.#close()
        return
      case TUNNEL:
        this.#borrowed = this.#reader !== undefined
        this.onBody(bytes)
        this.#borrowed = false
        return
      case CLOSED:
        return
    }
    const before = this.#held.length
    if (before === 0) return this.#consume(bytes, this.#reader !== undefined)
    this.#held.append(bytes, this.#reader !== undefined)
    try {
      if (findHeadEnd(this.#held.peek(), 0, before, MAX_HEADER_BYTES) < 0) return
    } catch (error) {
      return this.#onFault(error)
    }
    this.#consume(this.#held.take(), false)
  }

  #consume(buffer: Buffer, lent: boolean): void {
    const outer = this.#borrowed
    this.#borrowed = lent
    let i = 0
    try {
      while (i < buffer.length) {
        switch (this.#reading) {
          case HEAD: {
            const end = findHeadEnd(buffer, i, i, MAX_HEADER_BYTES)
            if (end < 0) {
              this.#held.append(buffer.subarray(i), this.#borrowed)
              return
            }
            this.#onHead(buffer, i, end)
            i = end
            break
          }
          case LENGTH: {
            const available = buffer.length - i
            const taken = Math.min(available, this.#readRemaining)
            this.#readRemaining -= taken
            this.onBody(i === 0 && taken === buffer.length ? buffer : buffer.subarray(i, i + taken))
            i += taken
            if (this.#reading === LENGTH && this.#readRemaining === 0) this.#onResponseEnd(null, i < buffer.length)
            break
          }
          case CHUNKED: {
            const chunks = this.#chunks!
            i = chunks.decode(buffer, i, this)
            if (this.#reading === CHUNKED && chunks.done) this.#onResponseEnd(chunks.trailers, i < buffer.length)
            break
          }
          case UNTIL_CLOSE:
          case TUNNEL:
            this.onBody(i === 0 ? buffer : buffer.subarray(i))
            return
          default:
            return
        }
      }
    } catch (error) {
      this.#onFault(error)
    } finally {
      this.#borrowed = outer
    }
  }

  #onHead(buffer: Buffer, start: number, end: number): void {
    const stream = this.stream!
    const head = parser.parse(buffer, start, end, stream.method, MAX_HEADER_COUNT, stream.keepsCase)
    const more = end < buffer.length
    if (head.status < 200) return this.#onInform(stream, head)
    if (!parser.keepAlive || parser.idleMs === 0) this.#keepAlive = false
    this.#idleMs = parser.idleMs
    switch (parser.body) {
      case BODY_NONE:
        stream.handler.onResponse(head, true)
        if (this.stream === stream) this.#onResponseEnd(null, more)
        return
      case BODY_LENGTH:
        this.#reading = LENGTH
        this.#readRemaining = head.contentLength
        break
      case BODY_CHUNKED:
        this.#reading = CHUNKED
        this.#chunks ??= new ChunkedDecoder()
        this.#chunks.reset()
        break
      default:
        this.#reading = UNTIL_CLOSE
    }
    stream.handler.onResponse(head, false)
  }

  #onInform(stream: Exchange, head: ResponseHead): void {
    if (head.status !== 101) {
      if (++this.#informs > MAX_INFORMS) throw new Fault(502, 'too many informational responses')
      stream.handler.onInform(head.status, head.fields)
      return
    }
    if (stream.upgrade === '' || parser.upgrade !== stream.upgrade) {
      throw new Fault(502, 'a switch to a protocol that was not asked for')
    }
    this.#reading = TUNNEL
    this.#body.mode = WRITE_TUNNEL
    stream.handler.onResponse(head, false)
  }

  onBody(bytes: Buffer): void {
    if (this.stream) passOn(bytes, this.#borrowed ? this.#reader : undefined, this.stream.handler)
  }

  /** @param surplus bytes behind the response: the backend lost count, so this connection ends here */
  #onResponseEnd(trailers: Fields | null, surplus: boolean): void {
    this.#reader?.endBulk()
    const stream = this.stream!
    this.stream = null
    this.#served++
    if (this.#paused) this.resume()
    // An answer before the whole request: the rest of the body has no place to go.
    const sent = this.#body.mode === ENDED || this.#body.mode === WAIT
    const reusable = this.#keepAlive && !surplus && !this.#draining && sent
    if (reusable) this.#reading = IDLE
    else this.#close()
    this.#usableUntil = this.#idleMs < 0 ? 0 : performance.now() + this.#idleMs
    stream.handler.onEnd(trailers)
    if (reusable && this.#reading === IDLE) this.#events.onCapacity(this)
  }

  #onEnd(): void {
    switch (this.#reading) {
      case UNTIL_CLOSE:
        this.#onResponseEnd(null, false)
        return
      case TUNNEL: {
        const stream = this.stream!
        this.#reading = CLOSED
        if (this.#body.mode === ENDED) this.stream = null
        stream.handler.onEnd(null)
        return
      }
      case IDLE:
        this.#close()
        return
      case CLOSED:
        return
    }
    this.#fail(this.#gone())
  }

  #onDrain(): void {
    this.#output.blocked = false
    if (!this.#body.stalled) return
    this.#body.stalled = false
    this.stream?.handler.onWritable()
  }

  #onClosed(): void {
    if (this.stream !== null) this.#fail(this.#gone())
    this.#reading = CLOSED
    this.#held.clear()
    this.#events.onClose(this)
  }

  /** A connection that was good before and ends without a byte of answer was closed before the request came. */
  #gone(): StreamError {
    const silent = this.#reading === HEAD && this.#held.length === 0 && this.#informs === 0
    const unprocessed = silent && this.#served > 0
    const message = this.#error?.message ?? 'the backend closed the connection before the answer was complete'
    const code = this.#error === undefined || unprocessed ? 'peer_closed' : 'peer_reset'
    return { code, message, unprocessed, unread: silent && this.#error?.code === 'ECONNRESET' }
  }

  #onFault(error: unknown): void {
    if (!(error instanceof Fault)) throw error
    this.#fail({ code: 'protocol_error', message: error.message, unprocessed: false })
  }

  #fail(error: StreamError): void {
    const stream = this.stream
    this.stream = null
    this.#close()
    stream?.handler.onReset(error)
  }

  #failLater(message: string): void {
    const stream = this.stream
    // Nothing more may leave: what was written so far has to look cut.
    this.#body.mode = ENDED
    this.#close()
    process.nextTick(() => {
      if (this.stream === stream) this.#fail({ code: 'protocol_error', message, unprocessed: false })
    })
  }

  #close(): void {
    this.#reading = CLOSED
    this.#held.clear()
    this.#socket.destroy()
  }
}

/** One request and its response. */
class Exchange implements ClientStream {
  readonly method: string
  readonly upgrade: string
  readonly handler: ClientStreamHandler
  readonly #owner: Http1ClientConnection
  /** Given up before it was sent. */
  cancelled = false
  /** The answer is to be told with its names as they were written. */
  keepsCase = false

  constructor(owner: Http1ClientConnection, method: string, upgrade: string, handler: ClientStreamHandler) {
    this.#owner = owner
    this.method = method
    this.upgrade = upgrade
    this.handler = handler
  }

  write(chunk: Uint8Array): boolean {
    return this.#owner.stream === this ? this.#owner.write(chunk) : true
  }

  writeLent(chunk: Uint8Array): Loan {
    return this.#owner.stream === this ? this.#owner.writeLent(chunk) : 'done'
  }

  end(trailers: Fields | null): void {
    if (this.#owner.stream === this) this.#owner.end(trailers)
  }

  reset(reason: ResetReason): void {
    this.cancelled = true
    if (this.#owner.stream === this) this.#owner.reset(reason)
  }

  pause(): void {
    if (this.#owner.stream === this) this.#owner.pause()
  }

  resume(): void {
    if (this.#owner.stream === this) this.#owner.resume()
  }
}

function failLater(stream: Exchange, code: StreamError['code'], message: string, unprocessed: boolean): ClientStream {
  process.nextTick(() => {
    if (!stream.cancelled) stream.handler.onReset({ code, message, unprocessed })
  })
  return stream
}

function hasUsualBody(method: string): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH'
}
