import { type OnReadOpts, Socket } from 'node:net'
import { inTurn } from './turn.ts'

/** One read of a socket. Larger ones gain little and cost a bulk transfer its cache. */
const size = 65_536
/** Into this buffer the plain sockets of a thread read, one after the other: a read allocates nothing (bench: small GET). */
const shared: Buffer<ArrayBuffer> = Buffer.allocUnsafeSlow(size)
/** For sockets in the middle of a long body: what they read can be written on without a copy. */
const spare: Buffer<ArrayBuffer>[] = []
const maxSpare = 64

/**
 * Where a socket's bytes go, past the stream machinery. What it hands over is lent: it changes with the next read of any
 * socket (shared buffer) or of this one (`bulk`).
 */
export class SocketReader {
  /** Set by whoever reads. */
  onBytes: ((bytes: Buffer) => void) | undefined
  #buffer: Buffer<ArrayBuffer> = shared
  #next: Buffer<ArrayBuffer> | undefined

  #kept = false

  /** The bytes just handed over may be lent on to somebody who keeps them until they are written. */
  get lendable(): boolean {
    return this.#buffer !== shared && !this.#kept
  }

  /** A long body begins: from the next read on, a buffer of its own. */
  startBulk(): void {
    if (this.#buffer === shared) this.#next ??= takeSpare()
  }

  endBulk(): void {
    if (this.#next) giveBack(this.#next)
    else if (this.lendable) giveBack(this.#buffer)
    this.#next = shared
  }

  /** The bytes handed over last have been kept by somebody, who gives them back: the next read goes elsewhere. */
  kept(): void {
    this.#kept = true
    this.#next = takeSpare()
  }

  /** For the socket that is to be read, when it is made. */
  readonly onread: OnReadOpts = {
    buffer: () => {
      if (this.#next) {
        this.#buffer = this.#next
        this.#next = undefined
        this.#kept = false
      }
      return this.#buffer
    },
    callback: (length) => {
      if (this.onBytes) inTurn(this.onBytes, this.#buffer.subarray(0, length))
      return true
    },
  }
}

function takeSpare(): Buffer<ArrayBuffer> {
  return spare.pop() ?? Buffer.allocUnsafeSlow(size)
}

/** Ends a loan: the memory of a chunk that was `kept` may be read into again. */
export function giveBack(chunk: Uint8Array): void {
  if (chunk.buffer.byteLength === size && chunk.buffer !== shared.buffer && spare.length < maxSpare)
    spare.push(Buffer.from(chunk.buffer as ArrayBuffer))
}

const readers = new WeakMap<Socket, SocketReader>()

/** Remembers which reader a socket was made with. */
export function attachReader(socket: Socket, reader: SocketReader): void {
  readers.set(socket, reader)
}

/**
 * Has `onBytes` called with all that the socket reads from now on.
 * @returns the reader, if what it hands over is lent; without one the bytes belong to the callee
 */
export function readSocket(socket: Socket, onBytes: (bytes: Buffer) => void): SocketReader | undefined {
  const reader = readers.get(socket)
  if (reader) reader.onBytes = onBytes
  else socket.on('data', onBytes)
  return reader
}

/**
 * The accepted connection in a socket with a reader. Node offers `onread` to clients only; a server's socket has to be made
 * anew around the accepted handle. Where that handle can't be had, the socket stays as it is.
 * @param accepted not reading yet (`pauseOnConnect`)
 */
export function adoptSocket(accepted: Socket): Socket {
  const owner = accepted as unknown as { _handle: object | null | undefined }
  const handle = owner._handle
  if (!handle) return accepted.resume()
  owner._handle = null
  accepted.destroy()
  const reader = new SocketReader()
  const socket = new Socket({ handle, allowHalfOpen: true, onread: reader.onread } as never)
  readers.set(socket, reader)
  return socket
}
