import type { Socket } from 'node:net'
import type { Fields } from '../message.ts'
import { readSocket } from '../socket-reader.ts'
import type { StreamError } from '../stream.ts'
import type { BaseStream } from './base-stream.ts'
import { ClosedStreams } from './closed-streams.ts'
import { CODE, DEFAULT_WINDOW, FLAG, FRAME, FRAME_HEADER_BYTES, MAX_WINDOW, SETTING } from './codes.ts'
import { type BlockProgress, FieldBlocks } from './field-blocks.ts'
import type { SectionLimits } from './field-section.ts'
import { FloodBudget } from './flood-budget.ts'
import { FrameOutput, writeFrameHeader } from './frame-output.ts'
import { FrameReader, type FrameSink } from './frame-reader.ts'
import { fieldsBound, writeFields } from './header-block.ts'
import { HpackEncoder } from './hpack-encoder.ts'
import { type PeerSettings, parseSettings, settingsPayload } from './settings.ts'
import { coarseNow, type Swept, startSweeping, stopSweeping } from './sweep.ts'

/** What we let a peer send before the receivers have taken it: at least what RFC 9113 6.9.2 begins with, 65,535 octets. */
export interface Windows {
  readonly stream: number
  /** Of all streams: larger than one of them, so that a few stalled streams do not hold up the others. */
  readonly connection: number
}

export const defaultWindows: Windows = { stream: 262_144, connection: 8 * 262_144 }
/** Answers that the peer does not fetch: beyond this we stop listening to it. DATA stops long before. */
const MAX_WAITING_BYTES = 1_048_576
/** How long a peer may take nothing at all from a full socket. */
const STALL_MS = 60_000
/** Time to fetch a GOAWAY before the socket goes. */
const LINGER_MS = 1000
const PAGE_ROOM = 16_000

// Control frames are cheap to send and cost us work. Browsers and gRPC stay far below: pings and window updates follow the
// data, which earns them back.
const CONTROL_BURST = 1000
const CONTROL_PER_SECOND = 100
const CONTROL_PER_DATA_FRAME = 4
export const CONTROL_PER_REQUEST = 4

/** What both sides of a connection share: frames, settings, windows, and how streams end. */
export abstract class BaseConnection implements FrameSink, Swept {
  readonly output: FrameOutput
  readonly streams = new Map<number, BaseStream>()
  sendWindow = DEFAULT_WINDOW
  peerInitialWindow = DEFAULT_WINDOW
  protected readonly socket: Socket
  protected readonly encoder = new HpackEncoder()
  protected readonly blocks: FieldBlocks
  protected readonly closedStreams = new ClosedStreams()
  protected readonly reader: FrameReader
  /** Highest stream that the peer opened. */
  protected lastPeerStream = 0
  /** No frame is processed any more. */
  protected closing = false
  protected settingsSeen = false
  readonly #control: FloodBudget
  readonly #ready: BaseStream[] = []
  #pumping = false
  readonly windows: Windows
  #receiveWindow: number
  #consumed = 0
  #closingSince = 0
  #lingerUntil = 0
  #inPeace = false
  #stalledSince = 0
  #gone = false

  constructor(socket: Socket, limits: SectionLimits, windows: Windows = defaultWindows) {
    this.socket = socket
    this.windows = windows
    this.#receiveWindow = windows.connection
    this.output = new FrameOutput(socket)
    this.reader = new FrameReader(this)
    this.blocks = new FieldBlocks(limits)
    this.#control = new FloodBudget(CONTROL_BURST, CONTROL_PER_SECOND, coarseNow())
    // Frames keep parts of what was read: what is only lent is copied once, whole.
    const lent = readSocket(socket, (chunk) => this.#onChunk(lent ? Buffer.from(chunk) : chunk))
    socket.on('drain', () => this.#onDrain())
    socket.on('error', () => socket.destroy())
    socket.on('end', () => this.#onPeerEnd())
    socket.on('close', () => this.#onClose())
    startSweeping(this)
  }

  // What a side adds.

  /** The stream was never opened, by either side. */
  protected abstract isIdle(id: number): boolean
  /** A whole field section came on a stream that is not open. */
  protected abstract onFirstHeaders(id: number, end: boolean): void
  /** A whole field section came on an open stream. */
  protected abstract onMoreHeaders(stream: BaseStream, end: boolean): void
  protected abstract onPeerSettings(settings: PeerSettings): void
  protected abstract onGoAway(lastStream: number, code: number): void
  protected abstract onPingAnswer(): void
  /** A stream is over; its place is free. */
  protected abstract onStreamGone(stream: BaseStream): void
  /** The peer gave a stream up, or broke its rules. False: it does so too often. */
  protected abstract mayChurn(stream: BaseStream | undefined, now: number): boolean
  protected abstract onGone(): void
  /** The peer resets a stream on which it has nothing left to say. True: that takes nothing away. */
  protected abstract survivesReset(stream: BaseStream): boolean
  abstract sweep(now: number): void
  /** Called when this side has ended its half and the peer has not. */
  protected abstract onLocalEnd(stream: BaseStream): void
  /** Looks at what comes first; returns the rest, or undefined when there is none yet. */
  protected abstract onFirstBytes(chunk: Buffer): Buffer | undefined

  // Starting.

  /** Our SETTINGS, and a window for the connection that matches those of its streams. */
  protected sayHello(settings: readonly (readonly [number, number])[]): void {
    this.output.raw(
      FRAME.settings,
      0,
      0,
      settingsPayload([...settings, [SETTING.initialWindowSize, this.windows.stream]]),
    )
    const more = this.windows.connection - DEFAULT_WINDOW
    if (more > 0) this.output.control(FRAME.windowUpdate, 0, 0, more)
  }

  #onChunk(chunk: Buffer): void {
    if (this.closing) return
    const rest = this.onFirstBytes(chunk)
    if (rest === undefined || rest.length === 0) return
    this.reader.push(rest)
    // A peer that sends and does not fetch: answers to control frames and heads have no window of their own.
    if (!this.closing && this.output.waitingBytes > MAX_WAITING_BYTES) {
      this.output.flush()
      if (this.output.waitingBytes > MAX_WAITING_BYTES) this.socket.pause()
    }
  }

  protected receive(chunk: Buffer): void {
    this.#onChunk(chunk)
  }

  // Frames.

  onFrame(type: number, flags: number, id: number, buffer: Buffer, start: number, end: number): void {
    if (!this.settingsSeen && type !== FRAME.settings) return this.fail(CODE.protocolError, 'SETTINGS must come first')
    if (this.blocks.stream !== 0 && (type !== FRAME.continuation || id !== this.blocks.stream))
      return this.fail(CODE.protocolError, 'a header block was interrupted')
    switch (type) {
      case FRAME.data:
        return this.#onData(flags, id, buffer, start, end)
      case FRAME.headers:
        if (id === 0) return this.fail(CODE.protocolError, 'HEADERS without a stream')
        return this.#onFieldBlock(id, this.blocks.onHeaders(flags, id, buffer, start, end))
      case FRAME.continuation:
        return this.#onFieldBlock(id, this.blocks.onContinuation(flags, buffer, start, end))
      case FRAME.pushPromise:
        return this.fail(CODE.protocolError, 'PUSH_PROMISE was not invited')
      default:
        if (!this.#control.spend(1, coarseNow())) return this.fail(CODE.enhanceYourCalm, 'too many control frames')
        return this.#onControl(type, flags, id, buffer, start, end)
    }
  }

  onOversizedFrame(): void {
    this.fail(CODE.frameSizeError, 'frame too large')
  }

  #onControl(type: number, flags: number, id: number, buffer: Buffer, start: number, end: number): void {
    switch (type) {
      case FRAME.priority:
        return this.#onPriority(id, buffer, start, end)
      case FRAME.rstStream:
        return this.#onRstStream(id, buffer, start, end)
      case FRAME.settings:
        return this.#onSettings(flags, id, buffer, start, end)
      case FRAME.ping:
        return this.#onPing(flags, id, buffer, start, end)
      case FRAME.goAway:
        if (id !== 0) return this.fail(CODE.protocolError, 'GOAWAY on a stream')
        if (end - start < 8) return this.fail(CODE.frameSizeError, 'GOAWAY of a wrong size')
        return this.onGoAway(buffer.readUInt32BE(start) & MAX_WINDOW, buffer.readUInt32BE(start + 4))
      case FRAME.windowUpdate:
        return this.#onWindowUpdate(id, buffer, start, end)
    }
    // RFC 9113 4.1: unknown types are ignored.
  }

  #onData(flags: number, id: number, buffer: Buffer, frameStart: number, frameEnd: number): void {
    if (id === 0) return this.fail(CODE.protocolError, 'DATA without a stream')
    const length = frameEnd - frameStart
    this.#receiveWindow -= length
    if (this.#receiveWindow < 0) return this.fail(CODE.flowControlError, 'more than the window of the connection')
    let start = frameStart
    let end = frameEnd
    if (flags & FLAG.padded) {
      const padding = length > 0 ? buffer[start]! : 0
      if (padding >= length) return this.fail(CODE.protocolError, 'padding longer than its frame')
      start++
      end -= padding
    }
    const endStream = (flags & FLAG.endStream) !== 0
    const stream = this.streams.get(id)
    if (stream === undefined) {
      this.consumed(length)
      if (this.isIdle(id)) this.fail(CODE.protocolError, 'DATA on an idle stream')
      else if (!this.closedStreams.wasReset(id)) this.fail(CODE.streamClosed, 'DATA on a closed stream')
      return
    }
    if (stream.remoteEnded || !this.takesData(stream)) {
      this.consumed(length)
      return this.breakStream(stream, stream.remoteEnded ? CODE.streamClosed : CODE.protocolError, 'DATA out of place')
    }
    stream.receiveWindow -= length
    if (stream.receiveWindow < 0) {
      this.consumed(length)
      return this.breakStream(stream, CODE.flowControlError, 'more than the window of the stream')
    }
    if (!stream.countContent(end - start, endStream)) {
      this.consumed(length)
      return this.breakStream(stream, CODE.protocolError, 'content-length and content differ')
    }
    if (end === start && !endStream && !this.#control.spend(1, coarseNow()))
      return this.fail(CODE.enhanceYourCalm, 'too many empty DATA frames')
    // Padding is used up at once.
    if (length > end - start) stream.took(length - (end - start), endStream)
    stream.receiveData(buffer.subarray(start, end), endStream)
  }

  protected takesData(_stream: BaseStream): boolean {
    return true
  }

  #onFieldBlock(id: number, progress: BlockProgress): void {
    if (progress === 'more') return
    if (progress !== 'whole') return this.fail(progress.code, progress.why)
    const { ends } = this.blocks
    const stream = this.streams.get(id)
    if (stream === undefined) return this.onFirstHeaders(id, ends)
    if (stream.remoteEnded) return this.breakStream(stream, CODE.streamClosed, 'HEADERS on a half-closed stream')
    this.onMoreHeaders(stream, ends)
  }

  /** Trailers: the last HEADERS of a body (RFC 9113 8.1). */
  protected onTrailers(stream: BaseStream, end: boolean): void {
    const { section } = this.blocks
    if (!end || section.hasPseudo || section.fault !== '' || section.tooLarge)
      return this.breakStream(stream, CODE.protocolError, 'malformed trailers')
    if (!stream.countContent(0, true))
      return this.breakStream(stream, CODE.protocolError, 'content-length and content differ')
    stream.receiveEnd(section.fields.length > 0 ? section.fields : null)
  }

  #onPriority(id: number, buffer: Buffer, start: number, end: number): void {
    if (id === 0) return this.fail(CODE.protocolError, 'PRIORITY without a stream')
    const code = end - start === 5 ? CODE.protocolError : CODE.frameSizeError
    if (code === CODE.protocolError && (buffer.readUInt32BE(start) & MAX_WINDOW) !== id) return
    const stream = this.streams.get(id)
    if (stream === undefined) this.fail(code, 'malformed PRIORITY')
    else this.breakStream(stream, code, 'malformed PRIORITY')
  }

  #onRstStream(id: number, buffer: Buffer, start: number, end: number): void {
    if (end - start !== 4) return this.fail(CODE.frameSizeError, 'RST_STREAM of a wrong size')
    const stream = this.streams.get(id)
    if (stream === undefined) {
      if (id === 0 || this.isIdle(id)) this.fail(CODE.protocolError, 'RST_STREAM on an idle stream')
      return
    }
    if (this.survivesReset(stream)) return
    const code = buffer.readUInt32BE(start)
    const calm = this.mayChurn(stream, coarseNow())
    this.closedStreams.ended(id)
    this.#forget(stream)
    stream.fail({
      code: 'peer_reset',
      message: `the peer reset the stream (code ${code})`,
      unprocessed: code === CODE.refusedStream,
    })
    if (!calm) this.fail(CODE.enhanceYourCalm, 'too many streams given up')
  }

  #onSettings(flags: number, id: number, buffer: Buffer, start: number, end: number): void {
    if (id !== 0) return this.fail(CODE.protocolError, 'SETTINGS on a stream')
    if (flags & FLAG.ack) {
      if (!this.settingsSeen) return this.fail(CODE.protocolError, 'SETTINGS must come first')
      if (end !== start) this.fail(CODE.frameSizeError, 'SETTINGS acknowledgement of a wrong size')
      return
    }
    const settings = parseSettings(buffer, start, end)
    if ('fault' in settings) return this.fail(settings.fault, 'malformed SETTINGS')
    // A long list costs as much as many short ones.
    if (!this.#control.spend((end - start) / 60, coarseNow()))
      return this.fail(CODE.enhanceYourCalm, 'too many SETTINGS')
    this.settingsSeen = true
    if (settings.headerTableSize !== undefined) this.encoder.setMaxSize(settings.headerTableSize)
    if (settings.initialWindow !== undefined && !this.#moveWindows(settings.initialWindow)) return
    this.output.raw(FRAME.settings, FLAG.ack, 0, new Uint8Array(0))
    this.onPeerSettings(settings)
    this.pump()
  }

  /** RFC 9113 6.9.2: a new initial size moves the windows of all open streams. */
  #moveWindows(initialWindow: number): boolean {
    const change = initialWindow - this.peerInitialWindow
    this.peerInitialWindow = initialWindow
    if (change === 0) return true
    for (const stream of this.streams.values()) {
      stream.sendWindow += change
      if (stream.sendWindow > MAX_WINDOW) {
        this.fail(CODE.flowControlError, 'window too large')
        return false
      }
      if (stream.hasQueued && stream.sendWindow > 0) this.schedule(stream)
    }
    return true
  }

  #onPing(flags: number, id: number, buffer: Buffer, start: number, end: number): void {
    if (id !== 0) return this.fail(CODE.protocolError, 'PING on a stream')
    if (end - start !== 8) return this.fail(CODE.frameSizeError, 'PING of a wrong size')
    if (flags & FLAG.ack) this.onPingAnswer()
    else this.output.raw(FRAME.ping, FLAG.ack, 0, buffer.subarray(start, end))
  }

  #onWindowUpdate(id: number, buffer: Buffer, start: number, end: number): void {
    if (end - start !== 4) return this.fail(CODE.frameSizeError, 'WINDOW_UPDATE of a wrong size')
    const increment = buffer.readUInt32BE(start) & MAX_WINDOW
    if (id === 0) {
      if (increment === 0) return this.fail(CODE.protocolError, 'WINDOW_UPDATE of nothing')
      this.sendWindow += increment
      if (this.sendWindow > MAX_WINDOW) return this.fail(CODE.flowControlError, 'window too large')
      return this.pump()
    }
    const stream = this.streams.get(id)
    if (stream === undefined) {
      if (this.isIdle(id)) this.fail(CODE.protocolError, 'WINDOW_UPDATE on an idle stream')
      return
    }
    if (increment === 0) return this.breakStream(stream, CODE.protocolError, 'WINDOW_UPDATE of nothing')
    stream.sendWindow += increment
    if (stream.sendWindow > MAX_WINDOW) return this.breakStream(stream, CODE.flowControlError, 'window too large')
    if (!stream.hasQueued) return
    this.schedule(stream)
    this.pump()
  }

  // Sending.

  /** Nobody waits, so a stream may send without taking its turn. */
  get sendsAtOnce(): boolean {
    return this.#ready.length === 0 || this.#pumping
  }

  schedule(stream: BaseStream): void {
    if (stream.scheduled) return
    stream.scheduled = true
    this.#ready.push(stream)
  }

  /** Streams take turns, a frame each, as long as the windows and the socket let them. */
  protected pump(): void {
    if (this.#pumping || this.closing) return
    this.#pumping = true
    const ready = this.#ready
    while (ready.length > 0 && !this.output.blocked) {
      const stream = ready[0]!
      if (stream.hasQueued && this.sendWindow <= 0 && !stream.closed) break
      ready.shift()
      stream.scheduled = false
      if (!stream.closed && stream.sendSome()) this.schedule(stream)
    }
    this.#pumping = false
  }

  sentData(): void {
    this.#control.earn(CONTROL_PER_DATA_FRAME)
  }

  protected earnControl(amount: number): void {
    this.#control.earn(amount)
  }

  /** Bytes of a body were taken, or thrown away: the peer may send as many more. */
  consumed(length: number): void {
    this.#consumed += length
    if (this.#consumed < this.windows.connection / 8 || this.closing) return
    this.output.control(FRAME.windowUpdate, 0, 0, this.#consumed)
    this.#receiveWindow += this.#consumed
    this.#consumed = 0
  }

  /**
   * Writes HEADERS. `write` fills the block, `bound` is the most it takes. False: a field was not valid and nothing has
   * been written.
   */
  protected writeHeaders(id: number, end: boolean, bound: number, write: (encoder: HpackEncoder) => boolean): boolean {
    const encoder = this.encoder
    const flags = end ? FLAG.endStream : 0
    if (bound <= PAGE_ROOM) {
      const page = this.output.reserve(bound + FRAME_HEADER_BYTES)
      const at = this.output.position
      encoder.begin(page, at + FRAME_HEADER_BYTES)
      if (!write(encoder)) {
        encoder.abandon()
        return false
      }
      const length = encoder.position - at - FRAME_HEADER_BYTES
      writeFrameHeader(page, at, length, FRAME.headers, flags | FLAG.endHeaders, id)
      this.output.wrote(encoder.position)
      return true
    }
    const block = Buffer.allocUnsafe(bound)
    encoder.begin(block, 0)
    if (!write(encoder)) {
      encoder.abandon()
      return false
    }
    this.output.longBlock(id, flags, block.subarray(0, encoder.position))
    return true
  }

  /** False: they were not valid, and the stream has been reset. */
  sendTrailers(stream: BaseStream, trailers: Fields): boolean {
    if (this.writeHeaders(stream.id, true, fieldsBound(trailers), (encoder) => writeFields(encoder, trailers)))
      return true
    this.refuseOwn(stream)
    return false
  }

  /** What the core wanted to send can't be sent. It hears of it later: it is in the midst of sending. */
  protected refuseOwn(stream: BaseStream): void {
    this.resetStream(stream, CODE.internalError)
    const error: StreamError = {
      code: 'protocol_error',
      message: 'a field that HTTP/2 does not allow',
      unprocessed: false,
    }
    process.nextTick(() => stream.handler?.onReset(error))
  }

  // Ending.

  halfClosed(stream: BaseStream): void {
    if (!stream.localEnded || !stream.remoteEnded || stream.isHolding) {
      if (stream.localEnded && !stream.closed) this.onLocalEnd(stream)
      return
    }
    if (stream.closed) return
    this.closedStreams.ended(stream.id)
    this.#forget(stream)
    stream.close()
  }

  /** We give a stream up. */
  resetStream(stream: BaseStream, code: number): void {
    this.output.control(FRAME.rstStream, 0, stream.id, code)
    this.closedStreams.reset(stream.id)
    stream.close()
    this.#forget(stream)
  }

  /** The peer broke the rules of a stream. */
  protected breakStream(stream: BaseStream, code: number, why: string): void {
    // CVE-2025-8671: making us reset costs as much as resetting.
    const calm = this.mayChurn(stream, coarseNow())
    this.resetStream(stream, code)
    stream.handler?.onReset({ code: 'protocol_error', message: why, unprocessed: false })
    if (!calm) this.fail(CODE.enhanceYourCalm, 'too many broken streams')
  }

  #forget(stream: BaseStream): void {
    if (!this.streams.delete(stream.id)) return
    this.onStreamGone(stream)
  }

  /** The peer broke the rules of the connection (RFC 9113 5.4.1). */
  protected fail(code: number, why: string): void {
    if (this.closing) return
    this.sayGoodbye(this.lastPeerStream, code, why)
    this.finish({ code: 'protocol_error', message: why, unprocessed: false })
  }

  protected sayGoodbye(lastStream: number, code: number, why = ''): void {
    const payload = Buffer.alloc(8 + why.length)
    payload.writeUInt32BE(lastStream, 0)
    payload.writeUInt32BE(code, 4)
    payload.write(why, 8, 'latin1')
    this.output.raw(FRAME.goAway, 0, 0, payload)
  }

  /** Sends what there is, then closes. Streams still open fail with `error`. `inPeace`: a slow reader gets time for the rest. */
  protected finish(error: StreamError, inPeace = false): void {
    if (this.closing) return
    this.closing = true
    this.#inPeace = inPeace
    this.reader.stop()
    this.output.flush()
    this.output.close()
    // Reading goes on, to nowhere: closing over unread bytes would destroy the GOAWAY under way.
    this.socket.resume()
    this.socket.end()
    this.#closingSince = coarseNow()
    this.#lingerUntil = this.#closingSince + LINGER_MS
    this.#failAll(error)
  }

  #failAll(error: StreamError): void {
    const streams = [...this.streams.values()]
    this.streams.clear()
    this.#ready.length = 0
    for (const stream of streams) {
      stream.fail(error)
      this.onStreamGone(stream)
    }
  }

  destroy(): void {
    this.socket.destroy()
    this.#onClose()
  }

  #onPeerEnd(): void {
    if (!this.closing) this.socket.destroy()
  }

  #onDrain(): void {
    this.#stalledSince = 0
    if (this.closing) return
    if (this.socket.isPaused()) this.socket.resume()
    this.pump()
  }

  #onClose(): void {
    if (this.#gone) return
    this.#gone = true
    this.closing = true
    this.reader.stop()
    this.output.close()
    stopSweeping(this)
    this.#failAll({ code: 'peer_closed', message: 'the connection was closed', unprocessed: false })
    this.onGone()
  }

  /** Deadlines of both sides. */
  protected sweepSocket(now: number): void {
    if (this.closing) {
      const reads = this.#inPeace && this.socket.writableLength > 0 && now - this.#closingSince < STALL_MS
      if (reads) this.#lingerUntil = now + LINGER_MS
      else if (now >= this.#lingerUntil) this.socket.destroy()
      return
    }
    if (!this.output.blocked) this.#stalledSince = 0
    else if (this.#stalledSince === 0) this.#stalledSince = now
    else if (now - this.#stalledSince > STALL_MS) this.socket.destroy()
  }
}
