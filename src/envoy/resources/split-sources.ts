import { isIP } from 'node:net'
import type { Admission, Cidr } from '#ir'

/**
 * Whose connections are taken, as ranges of which the longest one that holds an address decides: so Envoy chooses filter chains.
 * (Its RBAC filter would look when the client's first bytes come; a backend that speaks first would have spoken to anybody.)
 * All rules that an address meets also hold for the whole of its longest range: what decides there decides for it.
 */
export function splitSources({ rules, otherwise }: Admission): { admitted: Cidr[]; denied: Cidr[] } {
  const known = rules.map(({ action, sources }) => ({ action, ranges: sources.map(parseRange) }))
  const everywhere = [
    { address: '0.0.0.0', length: 0 },
    { address: '::', length: 0 },
  ].map(parseRange)
  const admitted: Cidr[] = []
  const denied: Cidr[] = []
  // Envoy refuses a socket in which two chains ask for the same, however it is written.
  const all = new Map([...everywhere, ...known.flatMap(({ ranges }) => ranges)].map((one) => [one.name, one]))
  for (const range of all.values()) {
    const decides = known.find(({ ranges }) => ranges.some((outer) => contains(outer, range)))
    const side = (decides?.action ?? otherwise) === 'allow' ? admitted : denied
    side.push(range.cidr)
  }
  return { admitted, denied }
}

interface Range {
  readonly cidr: Cidr
  readonly name: string
  readonly width: number
  readonly bits: bigint
}

function parseRange(cidr: Cidr): Range {
  const { address, length } = cidr
  const width = isIP(address) === 4 ? 32 : 128
  const bits = width === 32 ? bitsOfV4(address) : bitsOfV6(address)
  return { cidr, name: `${width} ${network(bits, width, length)}/${length}`, width, bits }
}

function contains(outer: Range, inner: Range): boolean {
  const { width, cidr } = outer
  if (width !== inner.width || cidr.length > inner.cidr.length) return false
  return network(outer.bits, width, cidr.length) === network(inner.bits, width, cidr.length)
}

function network(bits: bigint, width: number, length: number): bigint {
  return bits >> BigInt(width - length)
}

function bitsOfV4(address: string): bigint {
  return address.split('.').reduce((bits, part) => (bits << 8n) | BigInt(part), 0n)
}

function bitsOfV6(address: string): bigint {
  // As a URL's host it has no dots, and zeros are left out at one place at most.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const before = partsOf(head)
  const after = partsOf(tail ?? '')
  const zeros = Array<string>(8 - before.length - after.length).fill('0')
  return [...before, ...zeros, ...after].reduce((bits, part) => (bits << 16n) | BigInt(`0x${part}`), 0n)
}

function partsOf(text: string): string[] {
  return text === '' ? [] : text.split(':')
}
