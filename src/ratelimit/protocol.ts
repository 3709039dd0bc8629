import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

/** envoy.service.ratelimit.v3, as far as limits need it. */
export interface RateLimitRequest {
  readonly domain: string
  readonly descriptors: readonly Descriptor[]
}

export interface Descriptor {
  readonly entries: readonly { readonly key: string; readonly value: string }[]
  /** Absent: the service would have to know it. */
  readonly limit?: { readonly requests: number; readonly unit: number }
  readonly cost: number
}

export interface DescriptorStatus {
  readonly overLimit: boolean
  readonly limit?: { readonly requests: number; readonly unit: number }
  readonly remaining: number
  readonly resetMs: number
}

/** envoy.type.v3.RateLimitUnit. */
export const unitLengths: Readonly<Record<number, number>> = {
  1: 1_000,
  2: 60_000,
  3: 3_600_000,
  4: 86_400_000,
  5: 30 * 86_400_000,
  6: 365 * 86_400_000,
  7: 7 * 86_400_000,
}

/** Only in answers: questions have no week. */
export const weekUnit = 7

/** Throws on bytes that are no such message. */
export function decodeRequest(bytes: Uint8Array): RateLimitRequest {
  let domain = ''
  let cost = 0
  const parts: Uint8Array[] = []
  read(bytes, (field, reader) => {
    if (field === 1) domain = reader.string()
    else if (field === 2) parts.push(reader.bytes())
    else if (field === 3) cost = reader.uint32()
    else return false
    return true
  })
  return { domain, descriptors: parts.map((part) => decodeDescriptor(part, cost === 0 ? 1 : cost)) }
}

/** @param usual what it costs when it does not say so itself */
function decodeDescriptor(bytes: Uint8Array, usual: number): Descriptor {
  const entries: { key: string; value: string }[] = []
  let limit: Descriptor['limit']
  let cost = usual
  read(bytes, (field, reader) => {
    if (field === 1) entries.push(decodeEntry(reader.bytes()))
    else if (field === 2) limit = decodeLimit(reader.bytes())
    else if (field === 3) cost = decodeNumber(reader.bytes())
    else return false
    return true
  })
  return { entries, cost, ...(limit && { limit }) }
}

function decodeEntry(bytes: Uint8Array): { key: string; value: string } {
  const entry = { key: '', value: '' }
  read(bytes, (field, reader) => {
    if (field === 1) entry.key = reader.string()
    else if (field === 2) entry.value = reader.string()
    else return false
    return true
  })
  return entry
}

function decodeLimit(bytes: Uint8Array): { requests: number; unit: number } {
  const limit = { requests: 0, unit: 0 }
  read(bytes, (field, reader) => {
    if (field === 1) limit.requests = reader.uint32()
    else if (field === 2) limit.unit = reader.int32()
    else return false
    return true
  })
  return limit
}

/** google.protobuf.UInt64Value. */
function decodeNumber(bytes: Uint8Array): number {
  let value = 0
  read(bytes, (field, reader) => {
    if (field !== 1) return false
    value = Number(reader.uint64())
    return true
  })
  return value
}

/** @param take whether it has read the field; what it does not know is passed over */
function read(bytes: Uint8Array, take: (field: number, reader: BinaryReader) => boolean): void {
  const reader = new BinaryReader(bytes)
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag()
    if (!take(field, reader)) reader.skip(type, field)
  }
}

const [okCode, overCode] = [1, 2]

/** @param body what a refused client reads */
export function encodeResponse(statuses: readonly DescriptorStatus[], body: string): Uint8Array {
  const writer = new BinaryWriter()
  const isOver = statuses.some(({ overLimit }) => overLimit)
  writer.tag(1, WireType.Varint).int32(isOver ? overCode : okCode)
  for (const status of statuses) writer.tag(2, WireType.LengthDelimited).bytes(encodeStatus(status))
  if (isOver) writer.tag(5, WireType.LengthDelimited).bytes(Buffer.from(body))
  return writer.finish()
}

function encodeStatus({ overLimit, limit, remaining, resetMs }: DescriptorStatus): Uint8Array {
  const writer = new BinaryWriter()
  writer.tag(1, WireType.Varint).int32(overLimit ? overCode : okCode)
  if (!limit) return writer.finish()
  const { requests, unit } = limit
  const current = new BinaryWriter().tag(1, WireType.Varint).uint32(requests).tag(2, WireType.Varint).int32(unit)
  writer.tag(2, WireType.LengthDelimited).bytes(current.finish())
  writer.tag(3, WireType.Varint).uint32(Math.min(remaining, 0xffff_ffff))
  const reset = new BinaryWriter().tag(1, WireType.Varint).int64(Math.ceil(resetMs / 1_000))
  writer.tag(4, WireType.LengthDelimited).bytes(reset.finish())
  return writer.finish()
}
