import type { Fields } from '../message.ts'
import { COLON, CR, HTAB, LF, SP, TOKEN, VALUE } from './characters.ts'
import { Fault } from './fault.ts'
import {
  CONNECTION,
  CONTENT_LENGTH,
  EXPECT,
  findKnownField,
  HOP,
  HOST,
  KEEP_ALIVE,
  kindOfField,
  nextHash,
  PLAIN,
  TE,
  TRANSFER_ENCODING,
  UPGRADE,
} from './known-field.ts'

/**
 * The field section of a head, read in one pass: plain fields go to the list, those the codec owns (framing, hop-by-hop)
 * into properties. One instance per thread is enough: a parse never yields.
 */
export class FieldSection {
  fields: Fields = []
  hostCount = 0
  host = ''
  /** -1: none. */
  contentLength = -1
  transferEncodingCount = 0
  transferEncoding = ''
  close = false
  keepAlive = false
  /** Of the field `Keep-Alive`; '' without it. */
  keepAliveText = ''
  upgradeOption = false
  upgrade = ''
  /** All expectations, in one line; undefined without the field. */
  expect: string | undefined = undefined
  /** `TE` names `trailers`. */
  acceptsTrailers = false
  #contentLengthText = ''
  #connectionNames: string[] | undefined

  /**
   * Reads field lines from `from` to `end` (just behind the last line's CRLF). `text` is the latin1 text of the buffer
   * from `base` on. Throws a Fault.
   */
  parse(
    buffer: Buffer,
    base: number,
    from: number,
    end: number,
    text: string,
    maxCount: number,
    response: boolean,
  ): void {
    this.#clear()
    const fields = this.fields
    let count = 0
    let i = from
    while (i < end) {
      if (++count > maxCount) throw new Fault(431, 'too many header fields')
      const nameStart = i
      let hash = 0
      let c = TOKEN[buffer[i]!]!
      while (c !== 0) {
        hash = nextHash(hash, c)
        c = TOKEN[buffer[++i]!]!
      }
      // Also where obs-fold and whitespace before the colon end: neither is a token (RFC 9112 5.1, 5.2).
      if (buffer[i] !== COLON || i === nameStart) throw new Fault(400, 'malformed header field name')
      const nameEnd = i++
      while (buffer[i] === SP || buffer[i] === HTAB) i++
      const valueStart = i
      while (VALUE[buffer[i]!] !== 0) i++
      if (buffer[i] !== CR || buffer[i + 1] !== LF) throw new Fault(400, 'forbidden character in a header field value')
      let valueEnd = i
      while (valueEnd > valueStart && (buffer[valueEnd - 1] === SP || buffer[valueEnd - 1] === HTAB)) valueEnd--
      i += 2
      const value = text.slice(valueStart - base, valueEnd - base)
      const known = findKnownField(hash, buffer, nameStart, nameEnd)
      if (known === undefined) fields.push(unknownName(text.slice(nameStart - base, nameEnd - base)), value)
      else if (known.kind === PLAIN) fields.push(known.name, value)
      else this.#own(known.kind, known.name, value, response)
    }
    if (this.#connectionNames !== undefined) this.#removeConnectionNames(this.#connectionNames)
  }

  #clear(): void {
    this.fields = []
    this.hostCount = 0
    this.host = ''
    this.contentLength = -1
    this.transferEncodingCount = 0
    this.transferEncoding = ''
    this.close = false
    this.keepAlive = false
    this.keepAliveText = ''
    this.upgradeOption = false
    this.upgrade = ''
    this.expect = undefined
    this.acceptsTrailers = false
    this.#contentLengthText = ''
    this.#connectionNames = undefined
  }

  #own(kind: number, name: string, value: string, response: boolean): void {
    switch (kind) {
      case HOST:
        this.hostCount++
        this.host = value
        return
      case CONTENT_LENGTH:
        this.#setContentLength(value)
        return
      case TRANSFER_ENCODING:
        this.transferEncodingCount++
        this.transferEncoding = value
        return
      case CONNECTION:
        this.#readConnection(value)
        return
      case UPGRADE:
        this.upgrade = this.upgrade === '' ? value : `${this.upgrade}, ${value}`
        return
      case EXPECT:
        if (response) this.fields.push(name, value)
        else this.expect = this.expect === undefined ? value : `${this.expect}, ${value}`
        return
      case TE:
        if (TE_TRAILERS.test(value)) this.acceptsTrailers = true
        return
      case KEEP_ALIVE:
        this.keepAliveText = value
        return
      case HOP:
        return
    }
  }

  /** Repeated equal lines are one (RFC 9110 8.6); lists within a line and differing values are refused. */
  #setContentLength(value: string): void {
    if (this.#contentLengthText !== '' && this.#contentLengthText !== value) {
      throw new Fault(400, 'Content-Length twice with different values')
    }
    this.#contentLengthText = value
    let length = 0
    for (let i = 0; i < value.length; i++) {
      const digit = value.charCodeAt(i) - 0x30
      if (digit < 0 || digit > 9) throw new Fault(400, 'Content-Length is not a number')
      length = length * 10 + digit
    }
    if (value === '' || value.length > 32 || length > Number.MAX_SAFE_INTEGER) {
      throw new Fault(400, 'Content-Length is out of range')
    }
    this.contentLength = length
  }

  /** RFC 9110 7.6.1: options end with this hop, and so do the fields they name. */
  #readConnection(value: string): void {
    switch (value) {
      case 'keep-alive':
      case 'Keep-Alive':
        this.keepAlive = true
        return
      case 'close':
        this.close = true
        return
    }
    for (const part of value.split(',')) {
      const option = part.replace(OWS, '').toLowerCase()
      if (option === '') continue
      if (!OPTION.test(option)) throw new Fault(400, 'malformed Connection header field')
      const kind = kindOfField(option)
      if (option === 'close') this.close = true
      else if (option === 'keep-alive') this.keepAlive = true
      else if (kind === UPGRADE) this.upgradeOption = true
      else if (kind === HOST || kind === CONTENT_LENGTH || kind === TRANSFER_ENCODING) {
        // Whoever obeys this forwards a message without its framing.
        throw new Fault(400, `Connection names ${option}`)
      } else if (kind === PLAIN && !FORWARDED.has(option)) {
        this.#connectionNames ??= []
        this.#connectionNames.push(option)
      }
    }
  }

  #removeConnectionNames(names: readonly string[]): void {
    const fields = this.fields
    let kept = 0
    for (let i = 0; i < fields.length; i += 2) {
      if (names.includes(fields[i]!)) continue
      fields[kept] = fields[i]!
      fields[kept + 1] = fields[i + 1]!
      kept += 2
    }
    fields.length = kept
  }
}

/** What a trusted proxy in front says about the client; a client must not be able to have it removed here. */
const FORWARDED = new Set([
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
])

const OWS = /^[ \t]+|[ \t]+$/g
const OPTION = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/
const TE_TRAILERS = /(?:^|,)[ \t]*trailers[ \t]*(?:,|$)/i

function unknownName(name: string): string {
  const lower = name.toLowerCase()
  // Backends that follow CGI read `_` as `-`: these would be framing to them.
  if (lower.includes('_')) {
    const kind = kindOfField(lower.replaceAll('_', '-'))
    if (kind === CONTENT_LENGTH || kind === TRANSFER_ENCODING) throw new Fault(400, `${lower} is not a framing field`)
  }
  return lower
}
