import type { Socket } from 'node:net'
import { FLAG, FRAME, FRAME_HEADER_BYTES, MAX_FRAME_BYTES } from './codes.ts'
import { flushSoon } from './flush-queue.ts'

const PAGE_BYTES = 16_384
/** Free pages of the worker. Connections hold one only while they have something to send. */
const freePages: Buffer[] = []
const MAX_FREE_PAGES = 64

/** Bodies below this are copied behind their frame header; above it a copy costs more than another piece to send. */
const COPY_BYTES = 2048
/** More than this does not wait for the end of the turn. */
const FLUSH_BYTES = 65_536

/** Where frames of one connection are written; sends them in as few writes as it can. */
export class FrameOutput {
  readonly #socket: Socket
  #page: Buffer | undefined
  /** What of the page is written, and what of that was already moved to `#pieces`. */
  #end = 0
  #start = 0
  #pieces: Uint8Array[] = []
  #pieceBytes = 0
  #scheduled = false
  #closed = false
  /** The last frame, if it is DATA and not sent yet: END_STREAM can still be set on it. */
  #lastData: Buffer | undefined
  #lastFlagsAt = 0
  #lastStream = 0

  constructor(socket: Socket) {
    this.#socket = socket
  }

  /** The socket has more than it should: no more DATA until it drained. */
  get blocked(): boolean {
    return this.#socket.writableLength >= this.#socket.writableHighWaterMark
  }

  /** All that waits, here and in the socket. */
  get waitingBytes(): number {
    return this.#pieceBytes + this.#end - this.#start + this.#socket.writableLength
  }

  /** Makes room for `bytes` in a row and returns the page; write from `position` on, then `wrote`. At most a page. */
  reserve(bytes: number): Buffer {
    this.#lastData = undefined
    this.#schedule()
    if (this.#page !== undefined && PAGE_BYTES - this.#end >= bytes) return this.#page
    this.#seal()
    this.#page = freePages.pop() ?? Buffer.allocUnsafeSlow(PAGE_BYTES)
    this.#start = 0
    this.#end = 0
    return this.#page
  }

  get position(): number {
    return this.#end
  }

  wrote(end: number): void {
    this.#end = end
    if (this.#pieceBytes + end - this.#start >= FLUSH_BYTES) this.flush()
  }

  /** A frame whose payload is up to three 32-bit words (or one of 16 and one of 32: SETTINGS go through `raw`). */
  control(type: number, flags: number, streamId: number, first: number, second = -1): void {
    const length = second < 0 ? 4 : 8
    const page = this.reserve(FRAME_HEADER_BYTES + length)
    const at = this.#end
    writeFrameHeader(page, at, length, type, flags, streamId)
    writeWord(page, at + 9, first)
    if (second >= 0) writeWord(page, at + 13, second)
    this.wrote(at + FRAME_HEADER_BYTES + length)
  }

  /** A small frame with any payload. */
  raw(type: number, flags: number, streamId: number, payload: Uint8Array): void {
    const page = this.reserve(FRAME_HEADER_BYTES + payload.length)
    const at = this.#end
    writeFrameHeader(page, at, payload.length, type, flags, streamId)
    page.set(payload, at + FRAME_HEADER_BYTES)
    this.wrote(at + FRAME_HEADER_BYTES + payload.length)
  }

  /** One DATA frame with `chunk[from, to)`. */
  data(streamId: number, chunk: Uint8Array, from: number, to: number, endStream: boolean): void {
    const length = to - from
    const copied = length <= COPY_BYTES
    const page = this.reserve(FRAME_HEADER_BYTES + (copied ? length : 0))
    const at = this.#end
    writeFrameHeader(page, at, length, FRAME.data, endStream ? FLAG.endStream : 0, streamId)
    this.#end = at + FRAME_HEADER_BYTES
    this.#lastData = page
    this.#lastFlagsAt = at + 4
    this.#lastStream = streamId
    if (copied) {
      if (length < 24) for (let i = from; i < to; i++) page[this.#end++] = chunk[i]!
      else {
        page.set(from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to), this.#end)
        this.#end += length
      }
    } else {
      this.#seal()
      this.#pieces.push(from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to))
      this.#pieceBytes += length
    }
    this.wrote(this.#end)
  }

  /** Ends the stream with its DATA frame that was written last; false when something else came since. */
  endLastData(streamId: number): boolean {
    if (this.#lastData === undefined || this.#lastStream !== streamId) return false
    this.#lastData[this.#lastFlagsAt]! |= FLAG.endStream
    this.#lastData = undefined
    return true
  }

  /** A header block too large for a page, as HEADERS and CONTINUATION frames. */
  longBlock(streamId: number, flags: number, block: Uint8Array): void {
    for (let at = 0; at < block.length; at += MAX_FRAME_BYTES) {
      const end = Math.min(at + MAX_FRAME_BYTES, block.length)
      const page = this.reserve(FRAME_HEADER_BYTES)
      const last = end === block.length ? FLAG.endHeaders : 0
      const type = at === 0 ? FRAME.headers : FRAME.continuation
      writeFrameHeader(page, this.#end, end - at, type, (at === 0 ? flags : 0) | last, streamId)
      this.#end += FRAME_HEADER_BYTES
      this.#seal()
      this.#pieces.push(block.subarray(at, end))
      this.#pieceBytes += end - at
    }
    this.wrote(this.#end)
  }

  flush(): void {
    this.#scheduled = false
    this.#lastData = undefined
    if (this.#closed || this.#socket.destroyed) return this.close()
    const socket = this.#socket
    if (this.#pieces.length === 0) {
      if (this.#page === undefined || this.#end === this.#start) return
      socket.write(this.#page.subarray(this.#start, this.#end))
    } else {
      this.#seal()
      const pieces = this.#pieces
      this.#pieces = []
      this.#pieceBytes = 0
      socket.cork()
      for (const piece of pieces) socket.write(piece)
      socket.uncork()
    }
    const page = this.#page
    this.#page = undefined
    this.#start = 0
    this.#end = 0
    // Nothing left in the socket: the kernel has copied it all, and the page is ours again.
    if (page !== undefined && socket.writableLength === 0 && freePages.length < MAX_FREE_PAGES) freePages.push(page)
  }

  close(): void {
    this.#closed = true
    this.#page = undefined
    this.#pieces = []
    this.#pieceBytes = 0
    this.#start = 0
    this.#end = 0
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    flushSoon(this)
  }

  /** Moves what the page holds to the pieces. */
  #seal(): void {
    if (this.#page === undefined || this.#end === this.#start) return
    this.#pieces.push(this.#page.subarray(this.#start, this.#end))
    this.#pieceBytes += this.#end - this.#start
    this.#start = this.#end
  }
}

export function writeFrameHeader(
  page: Buffer,
  at: number,
  length: number,
  type: number,
  flags: number,
  streamId: number,
): void {
  page[at] = length >>> 16
  page[at + 1] = length >>> 8
  page[at + 2] = length
  page[at + 3] = type
  page[at + 4] = flags
  writeWord(page, at + 5, streamId)
}

function writeWord(page: Buffer, at: number, word: number): void {
  page[at] = word >>> 24
  page[at + 1] = word >>> 16
  page[at + 2] = word >>> 8
  page[at + 3] = word
}
