import type { Fields } from '../message.ts'
import type { ResetReason, StreamError } from '../stream.ts'
import type { BaseConnection } from './base-connection.ts'
import { CODE, FRAME, MAX_FRAME_BYTES } from './codes.ts'

const EMPTY = new Uint8Array(0)

const codeOf: Record<ResetReason, number> = {
  cancelled: CODE.cancel,
  timeout: CODE.cancel,
  protocol: CODE.protocolError,
  internal: CODE.internalError,
  refused: CODE.refusedStream,
}

/** The half of both stream handlers that deals with bodies. */
export interface BodyHandler {
  onData(chunk: Uint8Array): void
  onEnd(trailers: Fields | null): void
  onReset(error: StreamError): void
  onWritable(): void
}

/** A stream of either side: its two bodies, their windows and their ends. */
export abstract class BaseStream {
  id: number
  protected readonly link: BaseConnection
  handler: BodyHandler | undefined
  /** Octets the peer takes. */
  sendWindow: number
  /** Octets the peer may still send. */
  receiveWindow: number
  /** What content-length promised and has not come yet; -1: it promised nothing. */
  contentLeft = -1
  localEnded = false
  remoteEnded = false
  closed = false
  /** Is in the connection's list of streams with something to send. */
  scheduled = false
  /** False while the head itself waits. */
  protected opened = true
  /** Nobody wants the rest of what the peer sends. */
  protected discards = false
  readonly #queue: Uint8Array[] = []
  #queueAt = 0
  #endsAfterQueue = false
  #trailers: Fields | null = null
  #wantsWritable = false
  #paused = false
  #held: Uint8Array[] | undefined
  #heldTrailers: Fields | null = null
  #consumed = 0

  constructor(link: BaseConnection, id: number) {
    this.link = link
    this.id = id
    this.sendWindow = link.peerInitialWindow
    this.receiveWindow = link.windows.stream
  }

  // Sending.

  write(chunk: Uint8Array): boolean {
    if (this.closed || this.localEnded || this.#endsAfterQueue || chunk.length === 0) return true
    let from = 0
    if (this.opened && this.#queue.length === 0 && this.link.sendsAtOnce) {
      while (from < chunk.length) {
        const sent = this.#sendFrame(chunk, from, false)
        if (sent === 0) break
        from += sent
      }
      if (from === chunk.length && !this.link.output.blocked) return true
    }
    this.#wantsWritable = true
    if (from < chunk.length) {
      this.#queue.push(from === 0 ? chunk : chunk.subarray(from))
      // A stream without a window waits for its own WINDOW_UPDATE, not in the line of those that could send.
      if (this.sendWindow <= 0) return false
    }
    if (this.opened) this.link.schedule(this)
    return false
  }

  end(trailers: Fields | null): void {
    if (this.closed || this.localEnded || this.#endsAfterQueue) return
    if (this.opened && this.#queue.length === 0) return this.#finishSending(trailers)
    this.#endsAfterQueue = true
    this.#trailers = trailers
  }

  /** Sends one frame of what waits. True: there is more, and it could be sent. */
  sendSome(): boolean {
    const chunk = this.#queue[0]
    if (chunk !== undefined) {
      const last = this.#queue.length === 1 && this.#endsAfterQueue && this.#trailers === null
      this.#queueAt += this.#sendFrame(chunk, this.#queueAt, last)
      if (this.#queueAt < chunk.length) return this.sendWindow > 0
      this.#queueAt = 0
      this.#queue.shift()
      if (last) {
        this.#endedLocally()
        return false
      }
      if (this.#queue.length > 0) return this.sendWindow > 0
    }
    if (this.#endsAfterQueue) {
      if (!this.localEnded) this.#finishSending(this.#trailers)
    } else if (this.#wantsWritable) {
      this.#wantsWritable = false
      this.handler?.onWritable()
    }
    return false
  }

  get hasQueued(): boolean {
    return this.#queue.length > 0
  }

  /** At most a frame, and what the windows take: 0 when that is nothing. */
  #sendFrame(chunk: Uint8Array, from: number, last: boolean): number {
    const link = this.link
    const size = Math.min(chunk.length - from, this.sendWindow, link.sendWindow, MAX_FRAME_BYTES)
    if (size <= 0 || link.output.blocked) return 0
    this.sendWindow -= size
    link.sendWindow -= size
    link.sentData()
    link.output.data(this.id, chunk, from, from + size, last && from + size === chunk.length)
    return size
  }

  #finishSending(trailers: Fields | null): void {
    if (trailers !== null && trailers.length > 0) {
      if (!this.link.sendTrailers(this, trailers)) return
    } else if (!this.link.output.endLastData(this.id)) this.link.output.data(this.id, EMPTY, 0, 0, true)
    this.#endedLocally()
  }

  #endedLocally(): void {
    this.localEnded = true
    this.link.halfClosed(this)
  }

  /** The peer takes no more; what it sent stays good. */
  stopSending(): void {
    this.#queue.length = 0
    if (!this.localEnded) this.#endedLocally()
  }

  /** The head carried END_STREAM. */
  protected endWithHead(): void {
    this.#endedLocally()
  }

  reset(reason: ResetReason): void {
    if (this.closed) return
    this.link.resetStream(this, this.hasFinished() ? CODE.noError : codeOf[reason])
  }

  /** What the stream was for is complete, from this side's view; resetting it harms nobody. */
  protected abstract hasFinished(): boolean

  // Receiving.

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    // Not at once: the caller may be in the midst of something.
    if (this.#held !== undefined) process.nextTick(() => this.#deliverHeld())
  }

  /** False: more, or less, than content-length said (RFC 9113 8.1.1). */
  countContent(length: number, end: boolean): boolean {
    if (this.contentLeft < 0) return true
    this.contentLeft -= length
    return this.contentLeft >= 0 && !(end && this.contentLeft > 0)
  }

  receiveData(chunk: Uint8Array, end: boolean): void {
    if (end) this.remoteEnded = true
    const length = chunk.length
    if (length > 0) {
      if (this.discards) this.link.consumed(length)
      else if (this.#paused || this.#held !== undefined) {
        this.#held ??= []
        this.#held.push(chunk)
      } else {
        this.handler?.onData(chunk)
        this.took(length, this.remoteEnded)
      }
    }
    if (end && !this.closed) this.receiveEnd(null)
  }

  receiveEnd(trailers: Fields | null): void {
    this.remoteEnded = true
    if (this.#held !== undefined) {
      this.#heldTrailers = trailers
      return
    }
    this.#endRemotely(trailers)
  }

  #endRemotely(trailers: Fields | null): void {
    // Before the handler: it may open or answer other streams, and this one's place is free.
    this.link.halfClosed(this)
    this.handler?.onEnd(trailers)
  }

  #deliverHeld(): void {
    const held = this.#held
    if (held === undefined) return
    while (held.length > 0 && !this.#paused && !this.closed) {
      const chunk = held.shift()!
      this.handler?.onData(chunk)
      this.took(chunk.length, this.remoteEnded)
    }
    if (held.length > 0 || this.closed) return
    this.#held = undefined
    if (this.remoteEnded) this.#endRemotely(this.#heldTrailers)
  }

  /** Octets are used up; `last`: no more are expected, so the stream's window need not grow. */
  took(length: number, last: boolean): void {
    this.link.consumed(length)
    if (this.closed || last) return
    this.#consumed += length
    if (this.#consumed < this.link.windows.stream / 2) return
    this.link.output.control(FRAME.windowUpdate, 0, this.id, this.#consumed)
    this.receiveWindow += this.#consumed
    this.#consumed = 0
  }

  /** Bytes arrived and not yet taken. */
  get isHolding(): boolean {
    return this.#held !== undefined
  }

  protected discardRest(): void {
    this.discards = true
    this.#dropHeld()
  }

  #dropHeld(): void {
    for (const chunk of this.#held ?? []) this.link.consumed(chunk.length)
    this.#held = undefined
  }

  // The end.

  /** The connection has let go of it. */
  close(): void {
    this.closed = true
    this.#queue.length = 0
    this.#dropHeld()
  }

  fail(error: StreamError): void {
    this.close()
    this.handler?.onReset(error)
  }
}
