/**
 * The wire format of Protocol Buffers, as far as ext_authz needs it: varints, and fields with a length (text, bytes,
 * messages). https://protobuf.dev/programming-guides/encoding
 */

const varint = 0
const fixed64 = 1
const lengthDelimited = 2
const fixed32 = 5

/** Writes one message. Fields with their default value are left out, as proto3 does. */
export class MessageWriter {
  readonly #parts: Uint8Array[] = []

  integer(field: number, value: number): this {
    if (value !== 0) this.#parts.push(encodeVarint(field * 8 + varint), encodeVarint(value))
    return this
  }

  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value, 'utf8'))
  }

  bytes(field: number, value: Uint8Array): this {
    return value.length === 0 ? this : this.#block(field, value)
  }

  /** Written even when empty: its presence may mean something. */
  message(field: number, message: MessageWriter): this {
    return this.#block(field, message.finish())
  }

  finish(): Uint8Array {
    return Buffer.concat(this.#parts)
  }

  #block(field: number, value: Uint8Array): this {
    this.#parts.push(encodeVarint(field * 8 + lengthDelimited), encodeVarint(value.length), value)
    return this
  }
}

/** Negative numbers take ten bytes: they are written as 64 bits. */
function encodeVarint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}

export interface WireField {
  readonly number: number
  /** An integer (signed, exact up to 2^53), or the bytes of everything that has a length. */
  readonly value: number | Uint8Array
}

/** The fields of one message in their order; undefined when the bytes are no message. Fixed-size numbers are skipped. */
export function parseMessage(bytes: Uint8Array): WireField[] | undefined {
  const fields: WireField[] = []
  const reader = new Reader(bytes)
  while (reader.at < bytes.length) {
    const tag = reader.varint()
    if (tag === undefined || tag < 8 || tag > 0xffffffff) return undefined
    const number = Math.floor(tag / 8)
    switch (tag % 8) {
      case varint: {
        const value = reader.varint()
        if (value === undefined) return undefined
        fields.push({ number, value })
        break
      }
      case lengthDelimited: {
        const length = reader.varint()
        const value = length === undefined ? undefined : reader.take(length)
        if (value === undefined) return undefined
        fields.push({ number, value })
        break
      }
      case fixed64:
        if (!reader.take(8)) return undefined
        break
      case fixed32:
        if (!reader.take(4)) return undefined
        break
      default:
        return undefined
    }
  }
  return fields
}

class Reader {
  readonly #bytes: Uint8Array
  at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  varint(): number | undefined {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.at++]
      if (byte === undefined) return undefined
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return Number(BigInt.asIntN(64, value))
    }
    return undefined
  }

  take(length: number): Uint8Array | undefined {
    if (length < 0 || length > this.#bytes.length - this.at) return undefined
    this.at += length
    return this.#bytes.subarray(this.at - length, this.at)
  }
}
