import { isIPv4, isIPv6 } from 'node:net'

/** Whose connection it is: what the client's socket says. */
export interface ClientPlace {
  readonly remoteAddress: string
  readonly remotePort: number
  readonly localAddress: string
  readonly localPort: number
}

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
// Of version 2: command and version in a byte, then family and transport.
const [LOCAL, PROXY] = [0x20, 0x21]
const [UNSPECIFIED, TCP4, TCP6] = [0x00, 0x11, 0x21]

/**
 * What goes ahead of a connection to a backend that wants to know its client (haproxy's proxy-protocol.txt, 2.1 and 2.2).
 * @param from undefined: a connection of the gateway's own, such as a health check
 */
export function encodeProxyHeader(version: 1 | 2, from: ClientPlace | undefined): Buffer {
  const family = from && familyOf(from)
  if (version === 1) return Buffer.from(family ? textOf(from, family) : 'PROXY UNKNOWN\r\n', 'latin1')
  if (!family) return Buffer.concat([signature, Buffer.from([from ? PROXY : LOCAL, UNSPECIFIED, 0, 0])])
  const addresses = [from.remoteAddress, from.localAddress].map((address) => bytesOf(address, family))
  const ports = Buffer.alloc(4)
  ports.writeUInt16BE(from.remotePort, 0)
  ports.writeUInt16BE(from.localPort, 2)
  const length = family === 4 ? 12 : 36
  return Buffer.concat([signature, Buffer.from([PROXY, family === 4 ? TCP4 : TCP6, 0, length]), ...addresses, ports])
}

/** Both addresses have one family on the wire: an IPv4 one goes beside an IPv6 one as that mapped. */
function familyOf({ remoteAddress, localAddress }: ClientPlace): 4 | 6 | undefined {
  const both = [remoteAddress, localAddress].map(plain)
  if (both.every((address) => isIPv4(address))) return 4
  return both.every((address) => isIPv4(address) || isIPv6(address)) ? 6 : undefined
}

/** Without the mapping that sockets of both families show, and without a zone. */
function plain(address: string): string {
  const bare = address.split('%', 1)[0]!
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)
  return mapped ? mapped[1]! : bare
}

function textOf({ remoteAddress, remotePort, localAddress, localPort }: ClientPlace, family: 4 | 6): string {
  const [source, destination] = [remoteAddress, localAddress].map((address) => {
    const text = plain(address)
    return family === 6 && isIPv4(text) ? `::ffff:${text}` : text
  })
  return `PROXY TCP${family} ${source} ${destination} ${remotePort} ${localPort}\r\n`
}

function bytesOf(address: string, family: 4 | 6): Buffer {
  const text = plain(address)
  if (!isIPv4(text)) return groupsOf(text)
  const four = Buffer.from(text.split('.').map(Number))
  return family === 4 ? four : Buffer.concat([Buffer.alloc(10), Buffer.from([0xff, 0xff]), four])
}

/** The sixteen bytes of an IPv6 address, which `isIPv6` has accepted. */
function groupsOf(text: string): Buffer {
  const [head = '', tail = ''] = text.split('::')
  const groups = (part: string) => part.split(':').filter((group) => group !== '')
  const [before, after] = [groups(head), groups(tail)]
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  return Buffer.from([...before, ...zeros, ...after].map((group) => group.padStart(4, '0')).join(''), 'hex')
}
