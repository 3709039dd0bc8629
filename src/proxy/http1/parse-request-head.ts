import type { Fields, RequestHead } from '../message.ts'
import { isAuthority } from './authority.ts'
import { CR, LF, SP, TARGET, TOKEN } from './characters.ts'
import { Fault, NOT_HTTP } from './fault.ts'
import { FieldSection } from './parse-fields.ts'
import type { ClientRules } from './server-connection.ts'
import { readSpelling, type Spelling } from './spelling.ts'

/** A request head; all of them have one shape. */
export class ParsedRequestHead implements RequestHead {
  method: string
  scheme: 'http' | 'https'
  authority: string
  path: string
  readonly fields: Fields
  readonly contentLength: number
  readonly upgrade: string
  readonly expectContinue: boolean
  readonly acceptsTrailers: boolean
  spelling: Spelling | undefined = undefined

  constructor(
    method: string,
    scheme: 'http' | 'https',
    authority: string,
    path: string,
    contentLength: number,
    upgrade: string,
    expectContinue: boolean,
    section: FieldSection,
  ) {
    this.method = method
    this.scheme = scheme
    this.authority = authority
    this.path = path
    this.fields = section.fields
    this.contentLength = contentLength
    this.upgrade = upgrade
    this.expectContinue = expectContinue
    this.acceptsTrailers = section.acceptsTrailers
  }
}

/**
 * Parses request heads by RFC 9112. What the connection wants to know beside the head is in properties, valid until the
 * next parse.
 */
export class RequestParser {
  http10 = false
  keepAlive = false
  readonly #section = new FieldSection()

  /**
   * @param end just behind the CRLF CRLF that ends the head
   */
  parse(
    buffer: Buffer,
    start: number,
    end: number,
    scheme: 'http' | 'https',
    maxCount: number,
    rules?: ClientRules,
  ): RequestHead {
    const text = buffer.toString('latin1', start, end)
    let i = start
    while (TOKEN[buffer[i]!] !== 0) i++
    if (i === start || buffer[i] !== SP) throw new Fault(400, 'malformed method')
    const method = internMethod(buffer, start, i, text)
    const targetStart = ++i
    while (TARGET[buffer[i]!] !== 0) i++
    if (i === targetStart || buffer[i] !== SP) throw new Fault(400, 'malformed request target')
    const targetEnd = i++
    this.http10 = readVersion(buffer, i)
    i += 10

    const section = this.#section
    section.parse(buffer, start, i, end - 2, text, maxCount, false)
    const target = text.slice(targetStart - start, targetEnd - start)
    let authority = this.#readHost(section)
    let path = target
    if (target.charCodeAt(0) !== 0x2f) {
      const absolute = readOtherTarget(method, target, scheme)
      path = absolute.path
      if (absolute.authority !== '') authority = absolute.authority
    }
    this.keepAlive = !section.close && (!this.http10 || section.keepAlive)
    const contentLength = this.#readFraming(section)
    const upgrade = rules?.ignoresUpgrade?.(section.upgrade) ? '' : this.#readUpgrade(section)
    if (upgrade !== '' && contentLength !== 0) throw new Fault(400, 'an upgrade request with a body')
    const head = new ParsedRequestHead(
      method,
      scheme,
      authority,
      path,
      contentLength,
      upgrade,
      this.#readExpect(section) && contentLength !== 0,
      section,
    )
    if (rules) obey(rules, head, buffer, start, end)
    return head
  }

  /** RFC 9112 3.2: exactly one Host, and a valid one; only HTTP/1.0 may leave it out. */
  #readHost(section: FieldSection): string {
    if (section.hostCount === 1) {
      if (!isAuthority(section.host)) throw new Fault(400, 'malformed Host header field')
    } else if (section.hostCount > 1) throw new Fault(400, 'more than one Host header field')
    else if (!this.http10) throw new Fault(400, 'no Host header field')
    return section.host
  }

  /** RFC 9112 6.3, without its leniencies: either a Content-Length or exactly `chunked`. Returns -1 for the latter. */
  #readFraming(section: FieldSection): number {
    if (section.transferEncodingCount === 0) return Math.max(section.contentLength, 0)
    if (this.http10) throw new Fault(400, 'Transfer-Encoding in HTTP/1.0')
    if (section.contentLength >= 0) throw new Fault(400, 'both Content-Length and Transfer-Encoding')
    if (section.transferEncodingCount > 1) throw new Fault(400, 'more than one Transfer-Encoding header field')
    if (section.transferEncoding.toLowerCase() !== 'chunked') throw new Fault(501, 'unknown Transfer-Encoding')
    return -1
  }

  /**
   * RFC 9110 7.8: Upgrade counts only together with its connection option, never in HTTP/1.0, and may always be ignored:
   * we do so with lists and with h2c, which would hide requests in the tunnel from the routes.
   */
  #readUpgrade(section: FieldSection): string {
    if (!section.upgradeOption || this.http10 || section.upgrade === '') return ''
    const protocol = section.upgrade.toLowerCase()
    return PROTOCOL.test(protocol) && !HTTP_ITSELF.test(protocol) ? protocol : ''
  }

  /** RFC 9110 10.1.1: one expectation exists; HTTP/1.0 can't have it, and without a body it means nothing. */
  #readExpect(section: FieldSection): boolean {
    if (section.expect === undefined) return false
    if (section.expect.toLowerCase() !== '100-continue') throw new Fault(417, 'unknown expectation')
    return !this.http10
  }
}

function obey(
  { keepsCase, defaultHost }: ClientRules,
  head: ParsedRequestHead,
  buffer: Buffer,
  start: number,
  end: number,
): void {
  if (keepsCase) head.spelling = readSpelling(buffer, start, end)
  // HTTP/1.0 alone may come without.
  if (defaultHost !== undefined && head.authority === '') head.authority = defaultHost
}

const PROTOCOL = /^[!#$%&'*+\-.^_`|~0-9a-z]+(?:\/[!#$%&'*+\-.^_`|~0-9a-z]+)?$/
const HTTP_ITSELF = /^(?:h2c?$|http\/|tls\/)/
const ABSOLUTE = /^(https?):\/\/([^/?]*)(.*)$/i

interface Target {
  readonly authority: string
  readonly path: string
}

/** Asterisk-form and absolute-form. RFC 9112 3.2.2: an absolute target's authority overrides Host. */
function readOtherTarget(method: string, target: string, scheme: string): Target {
  if (method === 'CONNECT') throw new Fault(405, 'CONNECT is not served')
  if (target === '*') {
    if (method !== 'OPTIONS') throw new Fault(400, 'only OPTIONS may ask for *')
    return { authority: '', path: '*' }
  }
  const match = ABSOLUTE.exec(target)
  if (match === null) throw new Fault(400, 'malformed request target')
  const authority = match[2]!
  const rest = match[3]!
  if (!isAuthority(authority)) throw new Fault(400, 'malformed authority in the request target')
  if (match[1]!.toLowerCase() !== scheme) throw new Fault(421, `this connection serves ${scheme}`)
  // RFC 9112 3.2.4: OPTIONS for the server as a whole, in absolute form.
  if (rest === '' && method === 'OPTIONS') return { authority, path: '*' }
  return { authority, path: rest.charCodeAt(0) === 0x2f ? rest : `/${rest}` }
}

/** True for HTTP/1.0. Reads `HTTP/1.x` and CRLF at `i`. */
function readVersion(buffer: Buffer, i: number): boolean {
  if (
    buffer[i] !== 0x48 ||
    buffer[i + 1] !== 0x54 ||
    buffer[i + 2] !== 0x54 ||
    buffer[i + 3] !== 0x50 ||
    buffer[i + 4] !== 0x2f
  ) {
    throw new Fault(NOT_HTTP, 'this is not HTTP/1')
  }
  if (
    buffer[i + 6] !== 0x2e ||
    !isDigit(buffer[i + 5]!) ||
    !isDigit(buffer[i + 7]!) ||
    buffer[i + 8] !== CR ||
    buffer[i + 9] !== LF
  ) {
    throw new Fault(400, 'malformed HTTP version')
  }
  if (buffer[i + 5] === 0x31) {
    if (buffer[i + 7] === 0x31) return false
    if (buffer[i + 7] === 0x30) return true
  }
  throw new Fault(505, 'only HTTP/1.1 and HTTP/1.0 are spoken here')
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39
}

/** The methods met daily come without making text. */
function internMethod(buffer: Buffer, start: number, end: number, text: string): string {
  if (end - start === 3 && buffer[start] === 0x47 && buffer[start + 1] === 0x45 && buffer[start + 2] === 0x54) {
    return 'GET'
  }
  const method = text.slice(0, end - start)
  if (method === 'CONNECT') throw new Fault(405, 'CONNECT is not served')
  return method
}
