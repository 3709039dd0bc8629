/** What the first bytes of a TLS connection say, read without answering them. */
export type Hello =
  | { readonly kind: 'more' }
  /** '' for a client that names no server. Lower case. */
  | { readonly kind: 'hello'; readonly serverName: string }
  | { readonly kind: 'malformed'; readonly why: string }

/** A hello with post-quantum shares and an encrypted inner hello has some 2 KiB; tickets and long ALPN lists some more. */
export const maxHelloBytes = 16_384

const handshakeRecord = 22
const clientHello = 1
const serverNameExtension = 0
const hostName = 0

/**
 * Finds the server name in a ClientHello (RFC 8446 4.1.2, RFC 6066 3). The message may be spread over several records, and
 * the records over several segments: `more` asks for the next. Everything that a conforming client does not send is
 * malformed; what follows the extension that we look for is checked as well, so that we read no name another server
 * would not. With encrypted ClientHello this is the outer name; unknown and GREASE extensions are passed over.
 */
export function parseHello(bytes: Buffer): Hello {
  const message: Buffer[] = []
  let length = 0
  let wanted = 4
  for (let at = 0; length < wanted; ) {
    if (bytes.length > at && bytes[at] !== handshakeRecord) return malformed('not a TLS handshake')
    if (bytes.length > at + 1 && bytes[at + 1] !== 3) return malformed('not a version of TLS')
    if (bytes.length < at + 5) return more(bytes)
    const size = bytes.readUInt16BE(at + 3)
    // RFC 8446 5.1: handshake records are not empty, and not longer than 2^14 bytes.
    if (size === 0 || size > 16_384) return malformed('a record of a forbidden length')
    const fragment = bytes.subarray(at + 5, at + 5 + size)
    message.push(fragment)
    length += fragment.length
    const head = Buffer.concat(message, Math.min(length, 4))
    if (head.length > 0 && head[0] !== clientHello) return malformed('not a ClientHello')
    if (head.length === 4) wanted = 4 + head.readUIntBE(1, 3)
    if (wanted > maxHelloBytes) return malformed('a ClientHello that is too long')
    if (fragment.length < size && length < wanted) return more(bytes)
    at += 5 + size
  }
  return parseMessage(Buffer.concat(message).subarray(4, wanted))
}

function more(bytes: Buffer): Hello {
  return bytes.length >= maxHelloBytes ? malformed('a ClientHello that is too long') : { kind: 'more' }
}

function malformed(why: string): Hello {
  return { kind: 'malformed', why }
}

class Truncated extends Error {}

/** Reads vectors (RFC 8446 3.4) off a buffer. */
class Reader {
  #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get done(): boolean {
    return this.#bytes.length === 0
  }

  take(length: number): Buffer {
    if (this.#bytes.length < length) throw new Truncated()
    const taken = this.#bytes.subarray(0, length)
    this.#bytes = this.#bytes.subarray(length)
    return taken
  }

  number(bytes: 1 | 2): number {
    return this.take(bytes).readUIntBE(0, bytes)
  }

  /** A vector whose length stands in front of it. */
  vector(lengthBytes: 1 | 2): Reader {
    return new Reader(this.take(this.number(lengthBytes)))
  }

  rest(): Buffer {
    return this.take(this.#bytes.length)
  }
}

function parseMessage(body: Buffer): Hello {
  try {
    return parseBody(new Reader(body))
  } catch (error) {
    if (error instanceof Truncated) return malformed('a ClientHello whose lengths do not fit')
    throw error
  }
}

function parseBody(body: Reader): Hello {
  if (body.number(2) >> 8 !== 3) return malformed('not a version of TLS')
  body.take(32)
  const session = body.vector(1).rest()
  const ciphers = body.vector(2).rest()
  const compressions = body.vector(1).rest()
  if (session.length > 32 || ciphers.length === 0 || ciphers.length % 2 !== 0 || compressions.length === 0)
    return malformed('a ClientHello with impossible fields')
  // TLS 1.2 knew clients without extensions.
  if (body.done) return { kind: 'hello', serverName: '' }
  const extensions = body.vector(2)
  if (!body.done) return malformed('bytes after the extensions')
  const seen = new Set<number>()
  let serverName = ''
  while (!extensions.done) {
    const type = extensions.number(2)
    const data = extensions.vector(2)
    // RFC 8446 4.2: a type stands once. Two names would be one for us and another for the backend.
    if (seen.has(type)) return malformed('an extension that stands twice')
    seen.add(type)
    if (type !== serverNameExtension) continue
    const name = parseServerName(data)
    if (name === undefined) return malformed('a server name that is none')
    serverName = name
  }
  return { kind: 'hello', serverName }
}

/** RFC 6066 3: a list with one host name, in ASCII, without a trailing dot; no address. */
function parseServerName(data: Reader): string | undefined {
  const list = data.vector(2)
  if (!data.done || list.done) return undefined
  const type = list.number(1)
  const name = list.vector(2).rest()
  if (type !== hostName || !list.done || name.length > 255) return undefined
  const text = name.toString('latin1').toLowerCase()
  return /^(?:[a-z0-9_-]+\.)*[a-z0-9_-]+$/.test(text) ? text : undefined
}
