import { CelError, noOverload, type Opaque, type Value, wantString } from '../value.ts'
import { wantIp } from './ip.ts'
import { IpAddress, parseIp } from './ip-address.ts'
import type { CelFunction, Library } from './library.ts'

class Cidr implements Opaque {
  readonly celType = 'net.CIDR'
  readonly address: IpAddress
  readonly prefix: number

  constructor(address: IpAddress, prefix: number) {
    this.address = address
    this.prefix = prefix
  }

  equals(other: Value): boolean {
    return other instanceof Cidr && other.prefix === this.prefix && other.address.equals(this.address)
  }

  contains(address: IpAddress): boolean {
    return address.masked(Math.min(this.prefix, address.length)).equals(this.address.masked(this.prefix))
  }

  toString(): string {
    return `${this.address}/${this.prefix}`
  }
}

function parseCidr(text: string): Cidr | undefined {
  const match = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text)
  const address = match === null ? undefined : parseIp(match[1]!)
  if (address === undefined || Number(match![2]) > address.length) return undefined
  return new Cidr(address, Number(match![2]))
}

function wantCidr(value: Value): Cidr {
  if (value instanceof Cidr) return value
  const text = wantString(value, 'cidr')
  const parsed = parseCidr(text)
  if (parsed === undefined) throw new CelError(`network address parse error during conversion from string: '${text}'`)
  return parsed
}

function containsIp(cidr: Cidr, value: Value): boolean {
  if (typeof value === 'string') return cidr.contains(wantIp(value))
  if (value instanceof IpAddress) return cidr.contains(value)
  throw noOverload('containsIP', value)
}

function containsCidr(cidr: Cidr, value: Value): boolean {
  const inner = wantCidr(value)
  return inner.prefix >= cidr.prefix && cidr.contains(inner.address)
}

const on = (call: (cidr: Cidr, argument: Value) => Value): Readonly<Record<string, CelFunction>> => ({
  'net.CIDR': (value, argument) => call(value as Cidr, argument),
})

/** Kubernetes' CIDR library. */
export const cidrLibrary: Library = {
  functions: {
    cidr: wantCidr,
    isCIDR: (value) => parseCidr(wantString(value, 'isCIDR')) !== undefined,
  },
  methods: {
    containsIP: on(containsIp),
    containsCIDR: on(containsCidr),
    ip: on((cidr) => cidr.address),
    masked: on((cidr) => new Cidr(cidr.address.masked(cidr.prefix), cidr.prefix)),
    prefixLength: on((cidr) => cidr.prefix),
  },
}
