import { isFieldName } from './header-field.ts'
import { TABLE_BYTES } from './hpack-decoder.ts'
import { STATIC_COUNT, STATIC_NAMES } from './static-table.ts'

/**
 * How a field is written. `index`: enters the table once the same value was seen twice in a row, so that values which
 * change with each message do not push out those which stay. `never`: secrets, kept out of the tables of all hops behind
 * us too (RFC 7541 7.1.3). `owned`: framing, which the codec writes itself or which HTTP/2 does not have.
 */
const INDEX = 0
const PLAIN = 1
const NEVER = 2
const OWNED = 3

const HABITS: ReadonlyMap<string, number> = new Map([
  ...['authorization', 'proxy-authorization', 'cookie', 'set-cookie'].map((name) => [name, NEVER] as const),
  ...['age', 'etag', 'if-modified-since', 'if-none-match', 'last-modified', 'location', 'traceparent'].map(
    (name) => [name, PLAIN] as const,
  ),
  ...['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'].map(
    (name) => [name, OWNED] as const,
  ),
  ...['te', 'trailer', 'host', 'content-length', 'expect', 'http2-settings'].map((name) => [name, OWNED] as const),
])

/** Values of one name that are remembered at a time. */
const VALUES_PER_NAME = 4
/** Names come from peers; beyond this many each is looked up anew. */
const MAX_NAMES = 200
/** Below this, a loop over the characters is quicker than a call into the runtime (measured on Node 26). */
const SHORT = 48
/** A longer value would push out too much of the table. */
const MAX_INDEXED_LENGTH = 512
const RING = TABLE_BYTES / 32

// Shared by all names that have nothing in the table.
const NO_VALUES: string[] = []
const NO_INSERTIONS: number[] = []

class NameSlot {
  readonly name: string
  readonly staticIndex: number
  readonly habit: number
  candidate: string | undefined = undefined
  values: string[] = NO_VALUES
  /** Parallel to `values`: the how-manieth insertion each was. */
  inserted: number[] = NO_INSERTIONS

  constructor(name: string, habit: number) {
    this.name = name
    this.staticIndex = STATIC_NAMES.get(name) ?? 0
    this.habit = habit
  }
}

/**
 * HPACK's encoding half (RFC 7541), for one connection. Strings are written as they are: what repeats is in the table after
 * its second time, and for the rest Huffman coding would trade our CPU for a quarter of the bytes.
 */
export class HpackEncoder {
  readonly #names = new Map<string, NameSlot>()
  // Made when they are needed: servers write none of them, and idle connections are many.
  #authority: NameSlot | undefined
  #path: NameSlot | undefined
  #te: NameSlot | undefined
  /** Of the entries in the table, at the how-manieth insertion modulo RING. */
  readonly #sizes: number[] = []
  #inserted = 0
  #evicted = 0
  #size = 0
  #maxSize = TABLE_BYTES
  /** Smallest size since the last block; -1: nothing to tell. */
  #announce = -1
  #out: Buffer = Buffer.alloc(0)
  #at = 0

  /** SETTINGS_HEADER_TABLE_SIZE of the peer. */
  setMaxSize(size: number): void {
    const wanted = Math.min(size, TABLE_BYTES)
    if (wanted === this.#maxSize) return
    this.#announce = this.#announce < 0 ? wanted : Math.min(this.#announce, wanted)
    this.#maxSize = wanted
    this.#evict(0)
  }

  /** Starts a block at `out[at]`. The caller has made room for all it will write. */
  begin(out: Buffer, at: number): void {
    this.#out = out
    this.#at = at
    if (this.#announce < 0) return
    this.#integer(0x20, 0x1f, this.#announce)
    if (this.#announce !== this.#maxSize) this.#integer(0x20, 0x1f, this.#maxSize)
    this.#announce = -1
  }

  /** Where the block ends so far. */
  get position(): number {
    return this.#at
  }

  /** The block goes nowhere. The peer never sees what it added to the table, so both begin anew. */
  abandon(): void {
    this.#evicted = this.#inserted
    this.#size = 0
    this.#announce = 0
  }

  /** A field that the static table has whole. */
  index(index: number): void {
    this.#integer(0x80, 0x7f, index)
  }

  /** Writes a field line. False: name or value is not valid in HTTP/2; `abandon` the block. */
  field(name: string, value: string): boolean {
    const slot = this.#names.get(name) ?? this.#addName(name)
    if (slot === undefined) return false
    // RFC 9113 8.2.1: no whitespace at the ends.
    const text = value.charCodeAt(0) <= 0x20 || value.charCodeAt(value.length - 1) <= 0x20 ? trimBlanks(value) : value
    if (slot.habit === INDEX) return this.#indexable(slot, text)
    return slot.habit === OWNED || this.#literal(slot, text, slot.habit === NEVER ? 0x10 : 0, 0x0f)
  }

  authority(value: string): boolean {
    this.#authority ??= new NameSlot(':authority', INDEX)
    return this.#indexable(this.#authority, value)
  }

  /** Queries are mostly new, and may be secret. */
  path(value: string): boolean {
    this.#path ??= new NameSlot(':path', INDEX)
    if (value.includes('?')) return this.#literal(this.#path, value, 0, 0x0f)
    return this.#indexable(this.#path, value)
  }

  /** `te: trailers`, the one te that HTTP/2 has (RFC 9113 8.2.2). */
  te(): boolean {
    this.#te ??= new NameSlot('te', INDEX)
    return this.#indexable(this.#te, 'trailers')
  }

  /** A field that only the codec writes; never indexed in the table. `name` is used when `staticIndex` is 0. */
  owned(staticIndex: number, name: string, value: string): boolean {
    this.#integer(0, 0x0f, staticIndex)
    if (staticIndex === 0) this.#string(name)
    return this.#string(value)
  }

  #indexable(slot: NameSlot, value: string): boolean {
    const { values, inserted } = slot
    for (let i = 0; i < values.length; i++) {
      if (inserted[i]! > this.#evicted && values[i] === value) {
        this.#integer(0x80, 0x7f, STATIC_COUNT + 1 + this.#inserted - inserted[i]!)
        return true
      }
    }
    if (slot.candidate !== value || value.length > MAX_INDEXED_LENGTH) {
      slot.candidate = value
      return this.#literal(slot, value, 0, 0x0f)
    }
    if (!this.#literal(slot, value, 0x40, 0x3f)) return false
    this.#insert(slot, value)
    return true
  }

  #insert(slot: NameSlot, value: string): void {
    const size = slot.name.length + value.length + 32
    this.#evict(size)
    if (size > this.#maxSize) return
    this.#inserted++
    this.#sizes[this.#inserted % RING] = size
    this.#size += size
    if (slot.values === NO_VALUES) {
      slot.values = []
      slot.inserted = []
    } else if (slot.values.length === VALUES_PER_NAME) {
      slot.values.shift()
      slot.inserted.shift()
    }
    slot.values.push(value)
    slot.inserted.push(this.#inserted)
  }

  #evict(room: number): void {
    while (this.#evicted < this.#inserted && this.#size + room > this.#maxSize) {
      this.#evicted++
      this.#size -= this.#sizes[this.#evicted % RING]!
    }
  }

  #addName(name: string): NameSlot | undefined {
    if (!isFieldName(name)) return undefined
    if (this.#names.size >= MAX_NAMES) return new NameSlot(name, HABITS.get(name) ?? PLAIN)
    const slot = new NameSlot(name, HABITS.get(name) ?? INDEX)
    this.#names.set(name, slot)
    return slot
  }

  #literal(slot: NameSlot, value: string, pattern: number, mask: number): boolean {
    const newest = slot.inserted.length > 0 ? slot.inserted[slot.inserted.length - 1]! : 0
    const index =
      slot.staticIndex > 0 ? slot.staticIndex : newest > this.#evicted ? STATIC_COUNT + 1 + this.#inserted - newest : 0
    this.#integer(pattern, mask, index)
    if (index === 0) this.#string(slot.name)
    return this.#string(value)
  }

  #integer(pattern: number, mask: number, value: number): void {
    if (value < mask) {
      this.#out[this.#at++] = pattern | value
      return
    }
    this.#out[this.#at++] = pattern | mask
    let rest = value - mask
    for (; rest >= 0x80; rest >>>= 7) this.#out[this.#at++] = (rest & 0x7f) | 0x80
    this.#out[this.#at++] = rest
  }

  /** False: an octet that a field value can't have; it would split messages at a hop that speaks HTTP/1.1. */
  #string(text: string): boolean {
    const length = text.length
    this.#integer(0, 0x7f, length)
    const out = this.#out
    const at = this.#at
    this.#at += length
    if (length > SHORT) {
      out.write(text, at, length, 'latin1')
      return !/[^\t\x20-\x7e\x80-\xff]/.test(text)
    }
    for (let i = 0; i < length; i++) {
      const c = text.charCodeAt(i)
      if ((c < 0x20 && c !== 9) || c === 0x7f || c > 0xff) return false
      out[at + i] = c
    }
    return true
  }
}

function trimBlanks(value: string): string {
  return value.replace(/^[ \t]+|[ \t]+$/g, '')
}
