import type { Fields } from '../message.ts'
import { type Loan, maxSmallLoan } from '../stream.ts'
import type { Output } from './output.ts'
import { serialiseLastChunk } from './serialise.ts'

/** No head yet that a body could follow: a response not begun, an upgrade not granted. */
export const WAIT = 0
export const WRITE_LENGTH = 1
export const WRITE_CHUNKED = 2
/** HTTP/1.0 knows no chunks: the end of the connection is the end of the body. */
export const WRITE_UNTIL_CLOSE = 3
/** HEAD, 204, 304. */
export const WRITE_NOTHING = 4
/** The core said that no body follows, where there could be one. */
export const WRITE_EMPTY = 5
export const WRITE_TUNNEL = 6
export const ENDED = 7
/** What the core gave breaks the framing: nothing more is written, and the connection is about to close. */
export const BROKEN = 8

/**
 * The body of an outgoing message, held to its framing: never a byte more or fewer than its head has said. What belongs to
 * no body (after the end, behind a HEAD) is swallowed.
 */
export class BodyWriter {
  mode: number = WAIT
  /** Bytes still owed to Content-Length. */
  remaining = 0
  /** A write returned false: the core waits to hear that it may go on. */
  stalled = false
  readonly #output: Output

  constructor(output: Output) {
    this.#output = output
  }

  /** Whether so many bytes may be written. */
  fits(length: number): boolean {
    return this.mode !== WRITE_LENGTH || length <= this.remaining
  }

  /** False: the peer is slow. Ask `fits` first. */
  write(chunk: Uint8Array): boolean {
    const length = chunk.length
    if (length === 0) return true
    let free = true
    switch (this.mode) {
      case WRITE_LENGTH:
        this.remaining -= length
        free = this.#output.addBytes(chunk)
        break
      case WRITE_CHUNKED:
        free = this.#output.addChunk(chunk)
        break
      case WRITE_UNTIL_CLOSE:
      case WRITE_TUNNEL:
        free = this.#output.addBytes(chunk)
    }
    if (!free) this.stalled = true
    return free
  }

  /** Like `write`, for a lent chunk. */
  writeLent(chunk: Uint8Array): Loan {
    const length = chunk.length
    if (length <= maxSmallLoan) return this.write(chunk) ? 'done' : 'slow'
    let loan: Loan = 'done'
    switch (this.mode) {
      case WRITE_LENGTH:
        this.remaining -= length
        loan = this.#output.addLent(chunk, '', '')
        break
      case WRITE_CHUNKED:
        loan = this.#output.addLent(chunk, `${length.toString(16)}\r\n`, '\r\n')
        break
      case WRITE_UNTIL_CLOSE:
      case WRITE_TUNNEL:
        loan = this.#output.addLent(chunk, '', '')
    }
    if (loan !== 'done') this.stalled = true
    return loan
  }

  /** Writes what marks the end. False: the message can't be ended so; it has to look cut. */
  end(trailers: Fields | null): boolean {
    if (this.mode === WRITE_LENGTH && this.remaining > 0) return false
    if (this.mode === WRITE_CHUNKED) {
      const text = serialiseLastChunk(trailers)
      if (text === undefined) return false
      this.#output.add(text)
    }
    this.mode = ENDED
    this.#output.flush()
    return true
  }
}
