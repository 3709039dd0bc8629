import { isIPv4, isIPv6 } from 'node:net'
import type { Peer } from '../peer.ts'

/** What the first bytes of a connection say, where a proxy in front may tell by PROXY protocol whom it stands for. */
export type ProxyHeader =
  | { readonly kind: 'more' }
  /** There is none, and never will be. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'malformed' }
  /** `peer` left out: the proxy speaks for itself (its health checks), or does not know. */
  | { readonly kind: 'header'; readonly length: number; readonly peer?: Peer }

const signature2 = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
const signature1 = Buffer.from('PROXY ', 'latin1')
/** The longest line of version 1 (section 2.1 of the protocol), CRLF included. */
const maxLine = 107
const headBytes = 16
/** Addresses and their extras. A proxy that sends more is none that we know. */
const maxRest = 4_096

const more = { kind: 'more' } as const
const malformed = { kind: 'malformed' } as const

/** Versions 1 and 2 of https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt, for TCP. */
export function parseProxyHeader(bytes: Buffer): ProxyHeader {
  if (begins(bytes, signature2)) return bytes.length < headBytes ? more : parseBinary(bytes)
  if (begins(bytes, signature1)) return bytes.length < signature1.length ? more : parseLine(bytes)
  return { kind: 'absent' }
}

function begins(bytes: Buffer, signature: Buffer): boolean {
  const length = Math.min(bytes.length, signature.length)
  return bytes.compare(signature, 0, length, 0, length) === 0
}

function parseLine(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, maxLine).indexOf('\r\n', 0, 'latin1')
  if (end < 0) return bytes.length >= maxLine ? malformed : more
  const words = bytes.toString('latin1', 0, end).split(' ')
  const length = end + 2
  // What stands behind UNKNOWN is not to be looked at (2.1).
  if (words[1] === 'UNKNOWN') return { kind: 'header', length }
  const [, family, from = '', to = '', fromPort = '', toPort = '', ...rest] = words
  const isAddress = family === 'TCP4' ? isIPv4 : family === 'TCP6' ? isIPv6 : undefined
  if (!isAddress?.(from) || !isAddress(to) || !isPort(fromPort) || !isPort(toPort) || rest.length > 0) return malformed
  return {
    kind: 'header',
    length,
    peer: { remoteAddress: from, remotePort: Number(fromPort), localAddress: to, localPort: Number(toPort) },
  }
}

/** 0 to 65535 without leading zeros. */
function isPort(text: string): boolean {
  return /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535
}

const localCommand = 0x20
const proxyCommand = 0x21
/** By the family of the addresses: IPv4 and IPv6. Below it stands the transport that they came by, TCP or UDP. */
const addressBytes: Readonly<Record<number, number>> = { 17: 4, 18: 4, 33: 16, 34: 16 }

function parseBinary(bytes: Buffer): ProxyHeader {
  const [command, family] = [bytes[12], bytes[13]]
  const rest = bytes.readUInt16BE(14)
  const length = headBytes + rest
  if ((command !== localCommand && command !== proxyCommand) || rest > maxRest) return malformed
  if (bytes.length < length) return more
  if (command === localCommand) return { kind: 'header', length }
  // Unix sockets and "unknown": a receiver may refuse them (2.2), and nobody in front of a port has them.
  const size = addressBytes[family ?? 0]
  if (size === undefined || rest < 2 * size + 4) return malformed
  const address = (at: number) => textOf(bytes.subarray(at, at + size))
  const ports = headBytes + 2 * size
  return {
    kind: 'header',
    length,
    peer: {
      remoteAddress: address(headBytes),
      localAddress: address(headBytes + size),
      remotePort: bytes.readUInt16BE(ports),
      localPort: bytes.readUInt16BE(ports + 2),
    },
  }
}

function textOf(address: Buffer): string {
  if (address.length === 4) return address.join('.')
  const groups = Array.from({ length: 8 }, (_, i) => address.readUInt16BE(2 * i).toString(16))
  // As URL writes it: the longest run of zeros is `::`.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
