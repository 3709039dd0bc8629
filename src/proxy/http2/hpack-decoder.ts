import { HeaderField } from './header-field.ts'
import { decodeHuffman } from './huffman.ts'
import { STATIC_COUNT, STATIC_TABLE } from './static-table.ts'

/** Takes the fields of one block, in order. */
export interface FieldSink {
  add(field: HeaderField): void
}

/** We never announce another size, so this is also the default that peers start with (RFC 9113 6.5.2). */
export const TABLE_BYTES = 4096
/** An entry counts at least 32 octets, so there are never more. */
const RING = TABLE_BYTES / 32

/** HPACK's decoding half (RFC 7541), for one connection. What it keeps and what one block can cost is bounded by the input. */
export class HpackDecoder {
  readonly #ring: HeaderField[] = []
  /** Entries ever added; the newest is at `(added - 1) % RING`. */
  #added = 0
  #count = 0
  #size = 0
  #maxSize = TABLE_BYTES
  #position = 0

  /** Hands each field of `buffer[start, end)` to the sink. False: the block is broken and the connection with it. */
  decode(buffer: Buffer, start: number, end: number, sink: FieldSink): boolean {
    this.#position = start
    let fields = 0
    while (this.#position < end) {
      const first = buffer[this.#position]!
      if (first >= 0x80) {
        const field = this.#lookUp(first < 0xff ? this.#small(first & 0x7f) : this.#integer(buffer, end, 0x7f))
        if (field === undefined) return false
        sink.add(field)
        fields++
      } else if (first >= 0x20 && first < 0x40) {
        // RFC 7541 4.2: size updates stand at the beginning of a block.
        const size = this.#integer(buffer, end, 0x1f)
        if (fields > 0 || size < 0 || size > TABLE_BYTES) return false
        this.#maxSize = size
        this.#evict(0)
      } else {
        const indexed = first >= 0x40
        const field = this.#literal(buffer, end, indexed ? 0x3f : 0x0f)
        if (field === undefined) return false
        if (indexed) this.#insert(field)
        sink.add(field)
        fields++
      }
    }
    return true
  }

  #literal(buffer: Buffer, end: number, mask: number): HeaderField | undefined {
    const index = this.#integer(buffer, end, mask)
    const name = index === 0 ? this.#string(buffer, end) : this.#lookUp(index)?.name
    if (name === undefined) return undefined
    const value = this.#string(buffer, end)
    return value === undefined ? undefined : new HeaderField(name, value)
  }

  #lookUp(index: number): HeaderField | undefined {
    if (index <= STATIC_COUNT) return index > 0 ? STATIC_TABLE[index] : undefined
    const back = index - STATIC_COUNT
    return back <= this.#count ? this.#ring[(this.#added - back) % RING] : undefined
  }

  #insert(field: HeaderField): void {
    const size = field.size
    this.#evict(size)
    // RFC 7541 4.4: an entry larger than the table leaves it empty.
    if (size > this.#maxSize) return
    this.#ring[this.#added % RING] = field
    this.#added++
    this.#count++
    this.#size += size
  }

  #evict(room: number): void {
    while (this.#count > 0 && this.#size + room > this.#maxSize) {
      this.#size -= this.#ring[(this.#added - this.#count) % RING]!.size
      this.#count--
    }
  }

  #small(value: number): number {
    this.#position++
    return value
  }

  /** RFC 7541 5.1; -1: cut short, or larger than anything we accept. */
  #integer(buffer: Buffer, end: number, mask: number): number {
    let value = buffer[this.#position++]! & mask
    if (value < mask) return value
    for (let shift = 0; shift <= 21; shift += 7) {
      if (this.#position >= end) return -1
      const octet = buffer[this.#position++]!
      value += (octet & 0x7f) << shift
      if (octet < 0x80) return value
    }
    return -1
  }

  #string(buffer: Buffer, end: number): string | undefined {
    if (this.#position >= end) return undefined
    const huffman = buffer[this.#position]! >= 0x80
    const length = this.#integer(buffer, end, 0x7f)
    const start = this.#position
    if (length < 0 || start + length > end) return undefined
    this.#position = start + length
    return huffman ? decodeHuffman(buffer, start, start + length) : buffer.toString('latin1', start, start + length)
  }
}
