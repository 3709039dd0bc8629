import { isIP } from 'node:net'

/** A range of addresses: those that begin with the same bits as `address`. */
export interface Cidr {
  readonly address: string
  readonly length: number
}

/** `10.0.0.0/8` or `2001:db8::/32` (RFC 4632, RFC 4291 2.3). @returns undefined: it is none */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', bits, ...more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || bits === undefined || more.length > 0 || !/^\d{1,3}$/.test(bits)) return undefined
  const length = Number(bits)
  return length <= (version === 4 ? 32 : 128) ? { address, length } : undefined
}
