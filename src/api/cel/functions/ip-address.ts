import type { Opaque, Value } from '../value.ts'

/** An address as Go's netip has it: 4 or 16 bytes in one number. */
export class IpAddress implements Opaque {
  readonly celType = 'net.IP'
  readonly family: 4 | 6
  readonly bits: bigint

  constructor(family: 4 | 6, bits: bigint) {
    this.family = family
    this.bits = bits
  }

  get length(): 32 | 128 {
    return this.family === 4 ? 32 : 128
  }

  equals(other: Value): boolean {
    return other instanceof IpAddress && other.family === this.family && other.bits === this.bits
  }

  /** Only the first `prefix` bits. */
  masked(prefix: number): IpAddress {
    const rest = BigInt(this.length - prefix)
    return new IpAddress(this.family, (this.bits >> rest) << rest)
  }

  startsWith(prefix: bigint, length: number): boolean {
    return this.bits >> BigInt(this.length - length) === prefix
  }

  toString(): string {
    return this.family === 4 ? formatIpv4(this.bits) : formatIpv6(this.bits)
  }
}

/** Strict: no leading zeros, no zone, and no IPv4 inside IPv6, as Kubernetes wants it. */
export function parseIp(text: string): IpAddress | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

function parseIpv4(text: string): IpAddress | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined
  return new IpAddress(
    4,
    parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n),
  )
}

function parseIpv6(text: string): IpAddress | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = groupsOf(halves[0]!)
  const tail = groupsOf(halves[1] ?? '')
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...Array<number>(halves.length === 1 ? 0 : missing).fill(0), ...tail]
  const bits = groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n)
  // ::ffff:a.b.c.d, however it is written, is an IPv4 address in disguise.
  return bits >> 32n === 0xffffn ? undefined : new IpAddress(6, bits)
}

function groupsOf(half: string): readonly number[] | undefined {
  if (half === '') return []
  const groups: number[] = []
  const parts = half.split(':')
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16))
    else {
      const embedded = index === parts.length - 1 ? parseIpv4(part) : undefined
      if (embedded === undefined) return undefined
      groups.push(Number(embedded.bits >> 16n), Number(embedded.bits & 0xffffn))
    }
  }
  return groups
}

function formatIpv4(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join('.')
}

/** RFC 5952: lower case, the longest run of two or more zero groups becomes `::`. */
function formatIpv6(bits: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => Number((bits >> BigInt(112 - index * 16)) & 0xffffn))
  let best = { start: -1, length: 1 }
  for (let start = 0; start < 8; start += 1) {
    let length = 0
    while (start + length < 8 && groups[start + length] === 0) length += 1
    if (length > best.length) best = { start, length }
  }
  const hex = groups.map((group) => group.toString(16))
  if (best.start < 0) return hex.join(':')
  return `${hex.slice(0, best.start).join(':')}::${hex.slice(best.start + best.length).join(':')}`
}
