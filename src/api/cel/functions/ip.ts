import { CelError, type Value, wantString } from '../value.ts'
import { type IpAddress, parseIp } from './ip-address.ts'
import type { CelFunction, Library } from './library.ts'

/** `ip("…")`, or its error. */
export function wantIp(text: string): IpAddress {
  const address = parseIp(text)
  if (address === undefined) throw new CelError(`IP Address '${text}' parse error during conversion from string`)
  return address
}

const on = (read: (address: IpAddress) => Value): Readonly<Record<string, CelFunction>> => ({
  'net.IP': (value) => read(value as IpAddress),
})

function isLoopback(ip: IpAddress): boolean {
  return ip.family === 4 ? ip.startsWith(127n, 8) : ip.bits === 1n
}

function isMulticast(ip: IpAddress): boolean {
  return ip.family === 4 ? ip.startsWith(0xen, 4) : ip.startsWith(0xffn, 8)
}

function isLinkLocalMulticast(ip: IpAddress): boolean {
  if (ip.family === 4) return ip.startsWith(0xe00000n, 24)
  return ip.startsWith(0xffn, 8) && ((ip.bits >> 112n) & 0xfn) === 2n
}

function isLinkLocalUnicast(ip: IpAddress): boolean {
  return ip.family === 4 ? ip.startsWith(0xa9fen, 16) : ip.startsWith(0x3fan, 10)
}

function isGlobalUnicast(ip: IpAddress): boolean {
  const broadcast = ip.family === 4 && ip.bits === 0xffffffffn
  return ip.bits !== 0n && !broadcast && !isLoopback(ip) && !isMulticast(ip) && !isLinkLocalUnicast(ip)
}

/** Kubernetes' IP library. */
export const ipLibrary: Library = {
  functions: {
    ip: (value) => wantIp(wantString(value, 'ip')),
    isIP: (value) => parseIp(wantString(value, 'isIP')) !== undefined,
    'ip.isCanonical': (value) => {
      const text = wantString(value, 'ip.isCanonical')
      return String(wantIp(text)) === text
    },
  },
  methods: {
    family: on((ip) => ip.family),
    isUnspecified: on((ip) => ip.bits === 0n),
    isLoopback: on(isLoopback),
    isLinkLocalMulticast: on(isLinkLocalMulticast),
    isLinkLocalUnicast: on(isLinkLocalUnicast),
    isGlobalUnicast: on(isGlobalUnicast),
  },
}
