import type { Socket } from 'node:net'
import { giveBack } from '../socket-reader.ts'
import { type Loan, maxSmallLoan } from '../stream.ts'
import { flushAtTurnsEnd } from '../turn.ts'

/** Text held back is sent at the latest when it is this long. */
const FLUSH_LENGTH = 65536

/**
 * What is about to be written to a socket. Heads and pieces of body up to `maxSmallLoan` gather as one latin1 string until the message
 * ends or the current turn of the event loop does: a small message is one write.
 */
export class Output {
  /** The socket's buffer is full: the producer has to wait for its drain event. */
  blocked = false
  /** Set by the owner: what was kept has been sent. */
  onSent: (() => void) | undefined
  readonly #socket: Socket
  /** One entry per lent write on its way, in order: what was kept of it. */
  readonly #loans: (Uint8Array | undefined)[] = []
  #text = ''
  #waiting = false

  constructor(socket: Socket) {
    this.#socket = socket
  }

  /** Adds framing. Sent with the next `flush`, at the latest at the end of this turn. */
  add(text: string): void {
    this.#text += text
    if (!this.#waiting) this.#wait()
  }

  /** Adds body bytes. False: the peer is slow. */
  addBytes(bytes: Uint8Array): boolean {
    if (bytes.length <= maxSmallLoan) {
      this.#text += asBuffer(bytes).toString('latin1')
      if (this.#text.length > FLUSH_LENGTH) this.flush()
      if (!this.#waiting) this.#wait()
    } else if (this.#text === '') {
      if (!this.#socket.write(bytes)) this.blocked = true
    } else {
      this.#socket.cork()
      this.flush()
      if (!this.#socket.write(bytes)) this.blocked = true
      this.#socket.uncork()
    }
    return !this.blocked
  }

  /** Adds body bytes as one chunk of the chunked coding. False: the peer is slow. */
  addChunk(bytes: Uint8Array): boolean {
    const size = bytes.length.toString(16)
    if (bytes.length <= maxSmallLoan) {
      this.#text += `${size}\r\n`
      const free = this.addBytes(bytes)
      this.#text += '\r\n'
      return free
    }
    this.#text += `${size}\r\n`
    this.#socket.cork()
    this.flush()
    this.#socket.write(bytes)
    if (!this.#socket.write('\r\n', 'latin1')) this.blocked = true
    this.#socket.uncork()
    return !this.blocked
  }

  /**
   * Adds lent body bytes, more than `maxSmallLoan`. What can't be sent at once is kept, and given back when it is.
   * @param before text that goes ahead of them, @param after text behind them
   */
  addLent(bytes: Uint8Array, before: string, after: string): Loan {
    const socket = this.#socket
    this.#text += before
    const corked = this.#text !== '' || after !== ''
    if (corked) {
      socket.cork()
      this.flush()
    }
    if (!socket.write(bytes, this.#sent)) this.blocked = true
    if (after !== '' && !socket.write(after, 'latin1')) this.blocked = true
    if (corked) socket.uncork()
    const kept = socket.writableLength > 0
    this.#loans.push(kept ? bytes : undefined)
    if (!kept) return this.blocked ? 'slow' : 'done'
    this.blocked = true
    return 'kept'
  }

  readonly #sent = (): void => {
    const bytes = this.#loans.shift()
    if (bytes === undefined) return
    giveBack(bytes)
    if (this.#socket.writableLength === 0) this.onSent?.()
  }

  flush(): void {
    const text = this.#text
    if (text === '') return
    this.#text = ''
    if (!this.#socket.write(text, 'latin1')) this.blocked = true
  }

  #wait(): void {
    this.#waiting = true
    flushAtTurnsEnd(this)
  }

  /** For the end of the turn. */
  flushNow(): void {
    this.#waiting = false
    if (!this.#socket.destroyed) this.flush()
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
