import { FRAME_HEADER_BYTES, MAX_FRAME_BYTES } from './codes.ts'

export interface FrameSink {
  /** A whole frame; its payload is `buffer[start, end)`, which the sink may keep. */
  onFrame(type: number, flags: number, streamId: number, buffer: Buffer, start: number, end: number): void
  /** A frame larger than we allow announced itself; nothing more is read. */
  onOversizedFrame(): void
}

/** Cuts what comes from a socket into frames. A frame that lies in one piece is not copied. */
export class FrameReader {
  readonly #sink: FrameSink
  /** The beginning of a frame whose rest has not come yet; grows to the frame's size once that is known. */
  #partial: Buffer | undefined
  #have = 0
  #stopped = false

  constructor(sink: FrameSink) {
    this.#sink = sink
  }

  /** Whatever comes from now on is thrown away. */
  stop(): void {
    this.#stopped = true
    this.#partial = undefined
  }

  push(chunk: Buffer): void {
    let at = this.#partial === undefined ? 0 : this.#complete(chunk)
    while (!this.#stopped && chunk.length - at >= FRAME_HEADER_BYTES) {
      const length = lengthAt(chunk, at)
      if (length > MAX_FRAME_BYTES) {
        this.#refuse()
        return
      }
      const start = at + FRAME_HEADER_BYTES
      const end = start + length
      if (end > chunk.length) break
      this.#emit(chunk, at, end)
      at = end
    }
    if (!this.#stopped && at < chunk.length) this.#begin(chunk, at)
  }

  #begin(chunk: Buffer, at: number): void {
    this.#have = chunk.length - at
    const whole = this.#have >= FRAME_HEADER_BYTES ? FRAME_HEADER_BYTES + lengthAt(chunk, at) : FRAME_HEADER_BYTES
    this.#partial = Buffer.allocUnsafe(whole)
    chunk.copy(this.#partial, 0, at)
  }

  /** Feeds the waiting frame; how many octets it took. */
  #complete(chunk: Buffer): number {
    let at = 0
    while (this.#partial !== undefined) {
      const partial: Buffer = this.#partial
      const taken = Math.min(partial.length - this.#have, chunk.length - at)
      chunk.copy(partial, this.#have, at, at + taken)
      this.#have += taken
      at += taken
      if (this.#have < partial.length) return at
      const length = lengthAt(partial, 0)
      if (length > MAX_FRAME_BYTES) {
        this.#refuse()
        return at
      }
      if (partial.length < FRAME_HEADER_BYTES + length) {
        this.#partial = Buffer.allocUnsafe(FRAME_HEADER_BYTES + length)
        partial.copy(this.#partial)
        continue
      }
      this.#partial = undefined
      this.#emit(partial, 0, partial.length)
    }
    return at
  }

  #emit(buffer: Buffer, at: number, end: number): void {
    const streamId =
      ((buffer[at + 5]! & 0x7f) << 24) | (buffer[at + 6]! << 16) | (buffer[at + 7]! << 8) | buffer[at + 8]!
    this.#sink.onFrame(buffer[at + 3]!, buffer[at + 4]!, streamId, buffer, at + FRAME_HEADER_BYTES, end)
  }

  #refuse(): void {
    this.stop()
    this.#sink.onOversizedFrame()
  }
}

function lengthAt(buffer: Buffer, at: number): number {
  return (buffer[at]! << 16) | (buffer[at + 1]! << 8) | buffer[at + 2]!
}
