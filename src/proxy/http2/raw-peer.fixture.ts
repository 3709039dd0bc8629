import { connect, type Socket } from 'node:net'
import { FLAG, FRAME, FRAME_HEADER_BYTES, PREFACE } from './codes.ts'
import { writeFrameHeader } from './frame-output.ts'
import { FrameReader, type FrameSink } from './frame-reader.ts'
import type { HeaderField } from './header-field.ts'
import { HpackDecoder } from './hpack-decoder.ts'

export interface RawFrame {
  readonly type: number
  readonly flags: number
  readonly id: number
  readonly payload: Buffer
  /** Name, value … of HEADERS. */
  readonly fields: string[]
}

/** Speaks HTTP/2 frame by frame and breaks whatever rule a test wants broken. */
export class RawPeer implements FrameSink {
  readonly socket: Socket
  readonly frames: RawFrame[] = []
  closed = false
  readonly #decoder = new HpackDecoder()
  #wake: (() => void)[] = []

  /** @param skip octets that stand before the first frame */
  constructor(socket: Socket, skip = 0) {
    this.socket = socket
    const reader = new FrameReader(this)
    let left = skip
    socket.on('data', (chunk: Buffer) => {
      reader.push(chunk.subarray(Math.min(left, chunk.length)))
      left = Math.max(0, left - chunk.length)
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.closed = true
      this.#notify()
    })
  }

  /** A client that has said its preface and SETTINGS. */
  static client(port: number, settings: Buffer = Buffer.alloc(0)): RawPeer {
    const peer = new RawPeer(connect({ port, host: '127.0.0.1', noDelay: true }))
    peer.socket.write(PREFACE)
    peer.send(FRAME.settings, 0, 0, settings)
    return peer
  }

  onFrame(type: number, flags: number, id: number, buffer: Buffer, start: number, end: number): void {
    const fields: string[] = []
    if (type === FRAME.headers) {
      const add = (field: HeaderField) => fields.push(field.name, field.value)
      this.#decoder.decode(buffer, start, end, { add })
    }
    this.frames.push({ type, flags, id, payload: buffer.subarray(start, end), fields })
    this.#notify()
  }

  onOversizedFrame(): void {
    throw new Error('a frame larger than allowed')
  }

  send(type: number, flags: number, id: number, payload: Uint8Array = Buffer.alloc(0)): boolean {
    return this.socket.write(frame(type, flags, id, payload))
  }

  headers(id: number, fields: readonly string[], end: boolean): void {
    this.send(FRAME.headers, FLAG.endHeaders | (end ? FLAG.endStream : 0), id, block(fields))
  }

  async until<T>(what: (peer: this) => T | undefined | false, ms = 60_000): Promise<T> {
    const deadline = performance.now() + ms
    for (;;) {
      const found = what(this)
      if (found !== undefined && found !== false) return found
      const left = deadline - performance.now()
      if (left <= 0) throw new Error(`waited in vain; got ${this.frames.map((f) => `${f.type}#${f.id}`).join(' ')}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        this.#wake.push(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
  }

  find(type: number, id: number): RawFrame | undefined {
    return this.frames.find((frame) => frame.type === type && frame.id === id)
  }

  /** Code of the RST_STREAM for a stream, or of a GOAWAY. */
  fate(id: number): Promise<number> {
    return this.until(() => {
      const reset = this.find(FRAME.rstStream, id)
      if (reset !== undefined) return { code: reset.payload.readUInt32BE(0) }
      const goAway = this.find(FRAME.goAway, 0)
      return goAway && { code: goAway.payload.readUInt32BE(4) }
    }).then(({ code }) => code)
  }

  #notify(): void {
    const wake = this.#wake
    this.#wake = []
    for (const each of wake) each()
  }
}

export function frame(type: number, flags: number, id: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const bytes = Buffer.alloc(FRAME_HEADER_BYTES + payload.length)
  writeFrameHeader(bytes, 0, payload.length, type, flags, id)
  bytes.set(payload, FRAME_HEADER_BYTES)
  return bytes
}

/** Literals without Huffman and without indexing, octets as given. */
export function block(fields: readonly string[]): Buffer {
  const parts: Buffer[] = []
  for (let i = 0; i < fields.length; i += 2) {
    parts.push(Buffer.from([0]), literal(fields[i]!), literal(fields[i + 1]!))
  }
  return Buffer.concat(parts)
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1')
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes])
  const length = [127]
  let rest = bytes.length - 127
  for (; rest >= 128; rest >>>= 7) length.push((rest & 127) | 128)
  return Buffer.concat([Buffer.from([...length, rest]), bytes])
}

export function word(...words: number[]): Buffer {
  const bytes = Buffer.alloc(words.length * 4)
  words.forEach((each, i) => {
    bytes.writeUInt32BE(each >>> 0, i * 4)
  })
  return bytes
}

export function get(path = '/', ...more: string[]): string[] {
  return [':method', 'GET', ':scheme', 'http', ':authority', 'a.test', ':path', path, ...more]
}
