import type { Socket } from 'node:net'

/** Body pieces up to this size travel in the same string as the head: one system call, no vector. */
const COALESCE_BYTES = 8192
/** Text held back is sent at the latest when it is this long. */
const FLUSH_LENGTH = 65536

/**
 * What is about to be written to a socket. Heads and small pieces of body gather as one latin1 string until the message
 * ends or the current turn of the event loop does: a small message is one write.
 */
export class Output {
  /** The socket's buffer is full: the producer has to wait for its drain event. */
  blocked = false
  readonly #socket: Socket
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
    if (bytes.length <= COALESCE_BYTES) {
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
    if (bytes.length <= COALESCE_BYTES) {
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

  flush(): void {
    const text = this.#text
    if (text === '') return
    this.#text = ''
    if (!this.#socket.write(text, 'latin1')) this.blocked = true
  }

  #wait(): void {
    this.#waiting = true
    if (waiting.push(this) === 1) process.nextTick(flushWaiting)
  }

  /** For the end of the turn. */
  flushNow(): void {
    this.#waiting = false
    if (!this.#socket.destroyed) this.flush()
  }
}

let waiting: Output[] = []

function flushWaiting(): void {
  const outputs = waiting
  waiting = []
  for (const output of outputs) output.flushNow()
}

function asBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
