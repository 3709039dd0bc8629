import type { Fields } from '../message.ts'
import { CR, HEX, HTAB, LF, SP } from './characters.ts'
import { Fault } from './fault.ts'
import { refuseBareLineFeed } from './head-end.ts'
import { Held } from './held.ts'
import { CONNECTION, CONTENT_LENGTH, HOST, kindOfField, TE, TRANSFER_ENCODING } from './known-field.ts'
import { FieldSection } from './parse-fields.ts'

/** Who receives the data of chunks. */
export interface ChunkSink {
  onBody(bytes: Buffer): void
}

const SIZE = 0
const EXTENSION = 1
const SIZE_LF = 2
const DATA = 3
const DATA_CR = 4
const DATA_LF = 5
const TRAILERS = 6
const DONE = 7

/** 8 hex digits: 4 GB in a chunk is enough for everybody, and no integer overflows. */
const MAX_SIZE_DIGITS = 8
const MAX_EXTENSION_BYTES = 1024
const MAX_TRAILER_BYTES = 16384
const MAX_TRAILER_COUNT = 64
/** How far framing bytes may outrun data, as in a flood of one-byte chunks with long extensions. */
const MAX_OVERHEAD = 65536

/** Decodes the chunked coding (RFC 9112 7.1), strictly: CRLF is CRLF, and an extension is one by the grammar. */
export class ChunkedDecoder {
  /** Valid when done; null when there were none. */
  trailers: Fields | null = null
  #state = SIZE
  #size = 0
  #digits = 0
  #overhead = 0
  readonly #line = new Held()
  readonly #section = new FieldSection()

  get done(): boolean {
    return this.#state === DONE
  }

  reset(): void {
    this.trailers = null
    this.#state = SIZE
    this.#size = 0
    this.#digits = 0
    this.#overhead = 0
    this.#line.clear()
  }

  /** Consumes bytes from `i` on and returns where it stopped: at the end of the buffer or of the body. Throws a Fault. */
  decode(buffer: Buffer, i: number, sink: ChunkSink): number {
    const length = buffer.length
    while (i < length) {
      switch (this.#state) {
        case SIZE: {
          const c = buffer[i]!
          const digit = HEX[c]!
          if (digit !== 255) {
            if (++this.#digits > MAX_SIZE_DIGITS) throw new Fault(400, 'chunk size too large')
            this.#size = this.#size * 16 + digit
          } else if (this.#digits === 0) throw new Fault(400, 'malformed chunk size')
          else if (c === CR) this.#state = SIZE_LF
          else if (c === 0x3b || c === SP || c === HTAB) {
            this.#state = EXTENSION
            continue
          } else throw new Fault(400, 'malformed chunk size')
          i++
          break
        }
        case EXTENSION: {
          const cr = buffer.indexOf(CR, i)
          const end = cr < 0 ? length : cr
          if (this.#line.length + end - i > MAX_EXTENSION_BYTES) throw new Fault(400, 'chunk extension too long')
          this.#line.append(buffer.subarray(i, end), true)
          i = end
          if (cr < 0) break
          const extension = this.#line.take()
          if (!EXTENSIONS.test(extension.toString('latin1'))) throw new Fault(400, 'malformed chunk extension')
          this.#overhead += extension.length
          this.#state = SIZE_LF
          i++
          break
        }
        case SIZE_LF:
          if (buffer[i++] !== LF) throw new Fault(400, 'bare CR in a chunk size line')
          this.#chargeOverhead()
          this.#state = this.#size === 0 ? TRAILERS : DATA
          break
        case DATA: {
          const available = length - i
          if (available < this.#size) {
            this.#size -= available
            sink.onBody(i === 0 ? buffer : buffer.subarray(i))
            return length
          }
          const end = i + this.#size
          this.#state = DATA_CR
          sink.onBody(buffer.subarray(i, end))
          i = end
          break
        }
        case DATA_CR:
          if (buffer[i++] !== CR) throw new Fault(400, 'chunk longer than its size')
          this.#state = DATA_LF
          break
        case DATA_LF:
          if (buffer[i++] !== LF) throw new Fault(400, 'bare CR behind a chunk')
          this.#size = 0
          this.#digits = 0
          this.#state = SIZE
          break
        case TRAILERS:
          return this.#readTrailers(buffer, i)
        default:
          return i
      }
    }
    return i
  }

  #chargeOverhead(): void {
    this.#overhead += this.#digits + 4 - 16 - this.#size
    if (this.#overhead < 0) this.#overhead = 0
    if (this.#overhead > MAX_OVERHEAD) throw new Fault(400, 'too much chunk framing around too little data')
  }

  #readTrailers(buffer: Buffer, i: number): number {
    const line = this.#line
    if (line.length === 0 && i + 1 < buffer.length && buffer[i] === CR && buffer[i + 1] === LF) {
      this.#state = DONE
      return i + 2
    }
    // Trailers, or an end cut in two: gathered up to the empty line. What was held before is looked at again only in part.
    const before = line.length
    line.append(buffer.subarray(i, Math.min(buffer.length, i + MAX_TRAILER_BYTES + 4)), true)
    const held = line.peek()
    let end: number
    if (held.length >= 2 && held[0] === CR && held[1] === LF) end = 2
    else {
      const found = held.indexOf('\r\n\r\n', Math.max(0, before - 3), 'latin1')
      if (found < 0) {
        refuseBareLineFeed(held, before)
        if (held.length > MAX_TRAILER_BYTES) throw new Fault(431, 'trailer section too large')
        return buffer.length
      }
      end = found + 4
      if (end > MAX_TRAILER_BYTES) throw new Fault(431, 'trailer section too large')
      this.#section.parse(held, 0, 0, end - 2, held.toString('latin1', 0, end), MAX_TRAILER_COUNT, true)
      this.trailers = checkTrailers(this.#section)
    }
    line.clear()
    this.#state = DONE
    return i + end - before
  }
}

/**
 * RFC 9110 6.5.1: framing and routing must not come as trailers: the message is refused. Fields that a merging receiver
 * would take for authentication, caching or content are left out.
 */
function checkTrailers(section: FieldSection): Fields | null {
  if (
    section.hostCount > 0 ||
    section.contentLength >= 0 ||
    section.transferEncodingCount > 0 ||
    section.close ||
    section.keepAlive ||
    section.upgradeOption ||
    section.upgrade !== ''
  ) {
    throw new Fault(400, 'framing or routing field in the trailer section')
  }
  const fields = section.fields
  const kept: Fields = []
  for (let i = 0; i < fields.length; i += 2) if (!DROPPED.test(fields[i]!)) kept.push(fields[i]!, fields[i + 1]!)
  return kept.length === 0 ? null : kept
}

const DROPPED =
  /^(?:authorization|proxy-auth.*|www-authenticate|cookie|set-cookie|cache-control|age|expires|date|location|retry-after|vary|pragma|range|max-forwards|if-.*|content-(?:encoding|type|range)|expect|forwarded|x-forwarded-.*|x-real-ip)$/

/** Whether we may send this field as a trailer. */
export function isTrailerName(name: string): boolean {
  const kind = kindOfField(name)
  return kind !== HOST && kind !== CONTENT_LENGTH && kind !== TRANSFER_ENCODING && kind !== CONNECTION && kind !== TE
}

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+"
const QUOTED = '"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t \\x21-\\x7e\\x80-\\xff])*"'
/** RFC 9112 7.1.1, with the whitespace it asks recipients to bear. */
const EXTENSIONS = new RegExp(`^(?:[ \\t]*;[ \\t]*${TOKEN}(?:[ \\t]*=[ \\t]*(?:${TOKEN}|${QUOTED}))?)+$`)
