import type { Socket } from 'node:net'
import { connectionInfo } from '../connection-info.ts'
import type { Fields, RequestHead, ResponseHead } from '../message.ts'
import { readSocket, type SocketReader } from '../socket-reader.ts'
import type { Accept, ConnectionInfo, Loan, ResetReason, ServerStreamHandler, StreamError } from '../stream.ts'
import { BodyWriter, BROKEN, ENDED, WAIT, WRITE_TUNNEL, WRITE_UNTIL_CLOSE } from './body-writer.ts'
import { ChunkedDecoder, type ChunkSink } from './chunked-decoder.ts'
import { errorReply, peerGone } from './error-reply.ts'
import { Fault, NOT_HTTP } from './fault.ts'
import { findHeadEnd, headStart } from './head-end.ts'
import { Held } from './held.ts'
import { Output } from './output.ts'
import { RequestParser } from './parse-request-head.ts'
import { passOn } from './pass-on.ts'
import { chooseBody, framingLine } from './response-body.ts'
import { serialiseResponse } from './serialise.ts'
import type { Http1ServerConnection, Http1ServerOptions } from './server-connection.ts'
import { type ExchangeOwner, ServerExchange } from './server-exchange.ts'
import { CHUNKED, CLOSED, DONE, HEAD, LENGTH, LINGER, STUCK, TUNNEL } from './server-reading.ts'
import { type Swept, sweep, ticks } from './sweep.ts'

/** Of a request that was answered early, so much is read to keep the connection; with more to come it is closed. */
const MAX_DISCARD = 65536
const MAX_LINGER_BYTES = 1 << 20
const LINGER_TICKS = ticks(1500)
/** How long a drained connection waits for a request that its client may have sent before it could know. */
const LAST_REQUEST_TICKS = ticks(1000)
/**
 * A client that ends its side may still read, or may be gone: TCP does not tell. An exchange that writes nothing for this
 * long afterwards is given up, so that a closed browser tab stops the backend's work.
 */
const HALF_CLOSED_TICKS = ticks(1000)

const parser = new RequestParser()

/** Speaks HTTP/1.1 and HTTP/1.0 with a client. */
export function serveHttp1(socket: Socket, options: Http1ServerOptions, accept: Accept): Http1ServerConnection {
  return new ServerConnection(socket, options, accept)
}

class ServerConnection implements Http1ServerConnection, ExchangeOwner, ChunkSink, Swept {
  onClose: () => void = nothing
  deadline = 0
  /** The exchange in flight. Streams of earlier exchanges are stale and do nothing. */
  stream: ServerExchange | null = null

  readonly #socket: Socket
  readonly #options: Http1ServerOptions
  readonly #accept: Accept
  readonly #output: Output
  readonly #body: BodyWriter
  readonly #info: ConnectionInfo
  readonly #held = new Held()
  /** Present: what the socket reads is only lent to us. */
  readonly #reader: SocketReader | undefined
  /** The bytes at work are lent: what is kept of them has to be copied. */
  #borrowed = false
  readonly #idleTicks: number
  readonly #headerTicks: number
  #handler: ServerStreamHandler | null = null
  #chunks: ChunkedDecoder | null = null
  #reading: number = HEAD
  #readRemaining = 0
  #http10 = false
  #keepAlive = true
  #draining = false
  #requests = 0
  #maxRequests: number | undefined
  /** 100 was sent, so that an expected body will come. */
  #continued = false
  #accepting = false
  #consuming = false
  /** The response is over before its request: the rest of the body goes nowhere. */
  #discard = false
  #discarded = 0
  #paused = false
  /** The client has ended its side. */
  #ended = false
  /** The request that was refused was a HEAD. */
  #refusesHead = false
  #lingered = 0
  #bytesWritten = 0
  #error: Error | undefined

  constructor(socket: Socket, options: Http1ServerOptions, accept: Accept) {
    this.#socket = socket
    this.#options = options
    this.#accept = accept
    this.#output = new Output(socket)
    this.#body = new BodyWriter(this.#output)
    this.#info = connectionInfo(socket, options, 'http/1.1')
    this.#maxRequests = options.maxRequests
    this.#idleTicks = ticks(options.idleTimeoutMs)
    this.#headerTicks = ticks(options.headerTimeoutMs)
    this.#setDeadline(this.#idleTicks)
    sweep.add(this)
    // We end our side ourselves, when the answer is out.
    socket.allowHalfOpen = true
    socket.setNoDelay(true)
    const first = options.first
    if (first !== undefined && first.length > 0) process.nextTick(() => this.#onData(first))
    this.#reader = readSocket(socket, (bytes) => this.#onData(bytes))
    socket.on('end', () => this.#onEnd())
    this.#output.onSent = () => this.#onDrain()
    socket.on('drain', () => this.#onDrain())
    socket.on('error', (error: Error) => {
      this.#error = error
    })
    socket.on('close', () => this.#onClosed())
  }

  drain(): void {
    this.#draining = true
    if (this.#reading === STUCK) this.#closeGracefully()
    else if (this.#reading === HEAD && this.#held.length === 0) this.#setDeadline(LAST_REQUEST_TICKS)
    else if (this.#body.mode === WAIT) this.#keepAlive = false
  }

  retire(): void {
    if (this.stream !== null && this.#body.mode === WAIT) this.#keepAlive = false
    else this.#maxRequests = this.#requests + 1
  }

  destroy(): void {
    this.#socket.destroy()
  }

  onDeadline(): void {
    switch (this.#reading) {
      case HEAD:
        if (this.#held.length > 0) this.#refuse(408, 'the request head took too long', 'timeout')
        else this.#closeGracefully()
        return
      case LENGTH:
      case CHUNKED:
        // Held back by us, or busy with the answer: no fault of the client.
        if (this.#paused || this.#hasWritten()) this.#setDeadline(this.#idleTicks)
        else this.#refuse(408, 'the request body took too long', 'timeout')
        return
      case DONE:
        if (this.#hasWritten()) this.#setDeadline(HALF_CLOSED_TICKS)
        else this.#socket.destroy()
        return
      default:
        this.#socket.destroy()
    }
  }

  // --- from the core, through the stream

  inform(status: number, fields: Fields): void {
    if (this.#body.mode !== WAIT || this.#http10) return
    const text = status < 200 && status !== 101 ? serialiseResponse(status, fields, '') : undefined
    if (text === undefined) return this.#failWrite()
    if (status === 100) this.#continued = true
    this.#output.add(text)
  }

  respond(head: ResponseHead, end: boolean): void {
    if (this.#body.mode !== WAIT) return
    const request = this.stream!.head
    const status = head.status
    if (status < 200) return this.#switchProtocols(head, request)
    const { contentLength } = head
    this.#body.mode = chooseBody(request.method, status, contentLength, end, this.#http10)
    this.#body.remaining = contentLength
    // RFC 9110 15.5.9: whoever was too slow once need not be waited for again.
    if (this.#body.mode === WRITE_UNTIL_CLOSE || status === 408) this.#keepAlive = false
    let framing = framingLine(this.#body.mode, status, contentLength)
    if (this.#keepAlive && !this.#canKeepAlive(request, end ? 0 : contentLength)) this.#keepAlive = false
    if (!this.#keepAlive) framing += 'connection: close\r\n'
    else if (this.#http10) framing += 'connection: keep-alive\r\n'
    const text = serialiseResponse(status, head.fields, framing, head.spelling)
    if (text === undefined) {
      this.#body.mode = WAIT
      return this.#failWrite()
    }
    if (request.upgrade !== '' && !this.#accepting) this.#handler!.onEnd(null)
    this.#output.add(text)
    if (end) this.#endResponse()
  }

  write(chunk: Uint8Array): boolean {
    if (this.#body.fits(chunk.length)) return this.#body.write(chunk)
    this.#failWrite()
    return true
  }

  writeLent(chunk: Uint8Array): Loan {
    if (this.#body.fits(chunk.length)) return this.#body.writeLent(chunk)
    this.#failWrite()
    return 'done'
  }

  end(trailers: Fields | null): void {
    const { mode } = this.#body
    if (mode === WAIT || mode === ENDED || mode === BROKEN) return
    if (!this.#body.end(this.#options.rules?.dropsTrailers ? null : trailers)) return this.#failWrite()
    if (mode === WRITE_TUNNEL) this.#socket.end()
    else this.#endResponse()
  }

  reset(_reason: ResetReason): void {
    this.stream = null
    this.#handler = null
    // The end of the connection would pass for the end of such a body.
    if (this.#body.mode === WRITE_UNTIL_CLOSE && !this.#info.tls) this.#socket.resetAndDestroy()
    else this.#socket.destroy()
    this.#reading = CLOSED
  }

  pause(): void {
    if (this.#reading !== LENGTH && this.#reading !== CHUNKED && this.#reading !== TUNNEL) return
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
      case TUNNEL:
        this.#borrowed = this.#reader !== undefined
        this.onBody(bytes)
        this.#borrowed = false
        return
      case LINGER:
        this.#lingered += bytes.length
        if (this.#lingered > MAX_LINGER_BYTES) this.#socket.destroy()
        return
      case CLOSED:
        return
      case DONE:
      case STUCK:
        this.#hold(bytes, this.#reader !== undefined)
        return
    }
    const before = this.#held.length
    if (before === 0) return this.#consume(bytes, this.#reader !== undefined)
    this.#held.append(bytes, this.#reader !== undefined)
    try {
      const held = this.#held.peek()
      if (findHeadEnd(held, headStart(held, 0), before, this.#options.maxHeaderBytes) < 0) return
    } catch (error) {
      return this.#onFault(error)
    }
    this.#consume(this.#held.take(), false)
  }

  #hold(bytes: Buffer, lent: boolean): void {
    this.#held.append(bytes, lent)
    if (this.#held.length > this.#options.maxHeaderBytes) this.#socket.pause()
  }

  /** Works through bytes; what has to wait is held. */
  #consume(buffer: Buffer, lent: boolean): void {
    const outer = this.#borrowed
    this.#borrowed = lent
    this.#consuming = true
    let i = 0
    try {
      while (i < buffer.length) {
        switch (this.#reading) {
          case HEAD: {
            const start = headStart(buffer, i)
            const end = findHeadEnd(buffer, start, start, this.#options.maxHeaderBytes)
            if (end < 0) {
              this.#held.append(buffer.subarray(i), this.#borrowed)
              this.#setDeadline(this.#headerTicks)
              i = buffer.length
            } else {
              i = end
              this.#onHead(buffer, start, end, buffer.length > end)
            }
            break
          }
          case LENGTH:
            i = this.#readLength(buffer, i)
            break
          case CHUNKED:
            i = this.#chunks!.decode(buffer, i, this)
            // The sink may have closed the connection meanwhile.
            if (this.#reading !== CHUNKED) break
            if (this.#chunks!.done) this.#onRequestEnd(this.#chunks!.trailers)
            else this.#setDeadline(this.#idleTicks)
            break
          case TUNNEL:
            this.onBody(buffer.subarray(i))
            i = buffer.length
            break
          case DONE:
          case STUCK:
            this.#hold(buffer.subarray(i), this.#borrowed)
            i = buffer.length
            break
          default:
            i = buffer.length
        }
      }
    } catch (error) {
      this.#onFault(error)
    } finally {
      this.#borrowed = outer
      this.#consuming = false
    }
    if (this.#ended && this.#reading === HEAD) this.#closeGracefully()
  }

  #onHead(buffer: Buffer, start: number, end: number, more: boolean): void {
    const options = this.#options
    let head: RequestHead
    try {
      head = parser.parse(buffer, start, end, options.scheme, options.maxHeaderCount, options.rules)
    } catch (error) {
      this.#refusesHead = buffer.toString('latin1', start, start + 5) === 'HEAD '
      throw error
    }
    this.#http10 = parser.http10
    this.#keepAlive = parser.keepAlive && !this.#draining && ++this.#requests !== this.#maxRequests
    this.#continued = false
    this.#body.mode = WAIT
    this.#discard = false
    this.#discarded = 0
    const length = head.contentLength
    if (length === 0) {
      this.#reading = DONE
      this.#setDeadline(this.#ended ? HALF_CLOSED_TICKS : 0)
      // Whoever sends on without awaiting the answer to an upgrade means the tunnel: if there is none, it is no request.
      if (more && head.upgrade !== '') this.#keepAlive = false
    } else {
      if (length > 0) {
        this.#reading = LENGTH
        this.#readRemaining = length
      } else {
        this.#reading = CHUNKED
        this.#chunks ??= new ChunkedDecoder()
        this.#chunks.reset()
      }
      this.#setDeadline(this.#idleTicks)
    }
    const info: ConnectionInfo = this.#http10 ? { ...this.#info, protocol: 'http/1.0' } : this.#info
    const stream = new ServerExchange(this, head, info)
    this.stream = stream
    this.#accepting = true
    const handler = this.#accept(stream)
    this.#accepting = false
    if (this.stream !== stream) return
    this.#handler = handler
    const answered = this.#body.mode === ENDED
    // The end of an upgrade request is the end of its tunnel, or its refusal.
    if (length === 0 && (head.upgrade === '' || (this.#body.mode !== WAIT && this.#reading !== TUNNEL)))
      handler.onEnd(null)
    if (answered && this.stream === stream) this.#afterResponse()
  }

  #readLength(buffer: Buffer, i: number): number {
    const available = buffer.length - i
    const taken = Math.min(available, this.#readRemaining)
    this.#readRemaining -= taken
    if (this.#readRemaining > 0) this.#setDeadline(this.#idleTicks)
    this.onBody(i === 0 && taken === buffer.length ? buffer : buffer.subarray(i, i + taken))
    if (this.#readRemaining === 0 && this.#reading === LENGTH) this.#onRequestEnd(null)
    return i + taken
  }

  onBody(bytes: Buffer): void {
    if (!this.#discard) {
      if (this.#handler) passOn(bytes, this.#borrowed ? this.#reader : undefined, this.#handler)
      return
    }
    this.#discarded += bytes.length
    if (this.#discarded > MAX_DISCARD && this.#reading !== LINGER) this.#closeGracefully()
  }

  #onRequestEnd(trailers: Fields | null): void {
    this.#reader?.endBulk()
    this.#reading = DONE
    this.#setDeadline(this.#ended ? HALF_CLOSED_TICKS : 0)
    if (this.#paused) {
      this.#paused = false
      this.#socket.resume()
    }
    if (this.#discard) this.#finish()
    else this.#handler!.onEnd(this.#options.rules?.dropsTrailers ? null : trailers)
  }

  #onEnd(): void {
    this.#ended = true
    switch (this.#reading) {
      case TUNNEL:
        this.#reading = CLOSED
        this.#handler!.onEnd(null)
        return
      case HEAD:
        if (this.#held.length > 0) this.#refuse(400, 'the request head was cut', 'peer_closed')
        else this.#closeGracefully()
        return
      case LENGTH:
      case CHUNKED:
        this.#refuse(400, 'the request body was cut', 'peer_closed')
        return
      case DONE:
        this.#hasWritten()
        this.#setDeadline(HALF_CLOSED_TICKS)
        return
    }
  }

  #onDrain(): void {
    this.#output.blocked = false
    if (this.#reading === STUCK) return this.#nextRequest()
    if (!this.#body.stalled) return
    this.#body.stalled = false
    this.#handler?.onWritable()
  }

  #onClosed(): void {
    const tunnelOver = this.#reading === CLOSED && this.#body.mode === ENDED
    this.#reading = CLOSED
    this.deadline = 0
    sweep.remove(this)
    this.#held.clear()
    const handler = this.#handler
    const writing = this.#body.mode
    this.stream = null
    this.#handler = null
    if (handler !== null && !tunnelOver && !(this.#discard && writing === ENDED)) {
      handler.onReset(peerGone(this.#error))
    }
    this.onClose()
  }

  // --- exchanges

  /** @param length of the answer; -1: unknown */
  #canKeepAlive(request: RequestHead, length: number): boolean {
    if (this.#ended && this.#held.length === 0) return false
    if (this.#reading === LENGTH) {
      // Without our 100 the client may or may not send its body (RFC 9110 10.1.1): we could not tell it from a request.
      if (request.expectContinue && !this.#continued) return false
      // A short answer will be over before the body is, and then we close: that has to be announced, or the next request is lost.
      return length < 0 || length > MAX_DISCARD || this.#readRemaining <= MAX_DISCARD
    }
    if (this.#reading === CHUNKED) return !request.expectContinue || this.#continued
    return request.upgrade === '' || this.#held.length === 0
  }

  #switchProtocols(head: ResponseHead, request: RequestHead): void {
    const framing = `connection: upgrade\r\nupgrade: ${request.upgrade}\r\n`
    const text = request.upgrade === '' ? undefined : serialiseResponse(head.status, head.fields, framing)
    if (head.status !== 101 || text === undefined) return this.#failWrite()
    this.#reading = TUNNEL
    this.#body.mode = WRITE_TUNNEL
    this.#setDeadline(0)
    this.#output.add(text)
    this.#output.flush()
    if (this.#held.length > 0) process.nextTick(() => this.#releaseHeld())
    else if (this.#socket.isPaused()) this.#socket.resume()
  }

  /** Bytes of the tunnel that came before the answer. */
  #releaseHeld(): void {
    if (this.#reading !== TUNNEL) return
    const bytes = this.#held.take()
    if (this.#socket.isPaused() && !this.#paused) this.#socket.resume()
    this.#handler!.onData(bytes)
    if (this.#ended && this.#reading === TUNNEL) this.#onEnd()
  }

  #endResponse(): void {
    this.#body.mode = ENDED
    this.#output.flush()
    if (!this.#accepting) this.#afterResponse()
  }

  #afterResponse(): void {
    if (this.#reading === DONE) return this.#finish()
    // The rest of the body is ours now: the core has what it wanted.
    this.#discard = true
    if (!this.#keepAlive || (this.#reading === LENGTH && this.#readRemaining > MAX_DISCARD))
      return this.#closeGracefully()
    if (this.#paused) {
      this.#paused = false
      this.#socket.resume()
    }
  }

  #finish(): void {
    this.stream = null
    this.#handler = null
    this.#body.stalled = false
    if (!this.#keepAlive) return this.#closeGracefully()
    if (this.#output.blocked) {
      this.#reading = STUCK
      this.#setDeadline(this.#idleTicks)
    } else this.#nextRequest()
  }

  #nextRequest(): void {
    this.#reading = HEAD
    this.#setDeadline(this.#draining ? LAST_REQUEST_TICKS : this.#idleTicks)
    if (this.#socket.isPaused()) this.#socket.resume()
    if (this.#consuming) return
    if (this.#held.length > 0) this.#consume(this.#held.take(), false)
    else if (this.#ended) this.#closeGracefully()
  }

  #onFault(error: unknown): void {
    if (!(error instanceof Fault)) throw error
    this.#refuse(error.status, error.message, 'protocol_error')
  }

  /** Ends the exchange, tells the client why if nothing was answered yet, and closes. */
  #refuse(status: number, message: string, code: StreamError['code']): void {
    const handler = this.#discard ? null : this.#handler
    const answered = this.stream !== null && this.#body.mode !== WAIT
    this.stream = null
    this.#handler = null
    if (status === NOT_HTTP || (answered && this.#body.mode !== ENDED)) {
      this.#reading = CLOSED
      this.#socket.destroy()
    } else {
      if (!answered) this.#output.add(errorReply(status, message, this.#refusesHead))
      this.#body.mode = ENDED
      this.#closeGracefully()
    }
    handler?.onReset({ code, message, unprocessed: false })
  }

  /** What the core gave us can't be sent without breaking the message: 500, or a cut answer. */
  #failWrite(): void {
    const message = 'a message that HTTP/1.1 can not carry'
    const stream = this.stream
    if (this.#body.mode !== WAIT) this.#body.mode = BROKEN
    process.nextTick(() => {
      if (this.stream === stream) this.#refuse(500, message, 'protocol_error')
    })
  }

  /** Sends what is left and our end, then listens for a while: a reset could destroy the answer (RFC 9112 9.6). */
  #closeGracefully(): void {
    this.stream = null
    this.#handler = null
    this.#reading = LINGER
    this.#held.clear()
    this.#output.flush()
    this.#socket.end()
    if (this.#socket.isPaused()) this.#socket.resume()
    this.#setDeadline(LINGER_TICKS)
  }

  #setDeadline(inTicks: number): void {
    this.deadline = inTicks === 0 ? 0 : sweep.tick + inTicks
  }

  /** Whether bytes left since this was last asked. */
  #hasWritten(): boolean {
    const written = this.#socket.bytesWritten - this.#socket.writableLength
    const changed = written !== this.#bytesWritten
    this.#bytesWritten = written
    return changed
  }
}

function nothing(): void {}
