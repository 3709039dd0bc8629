import type { ResponseHead } from '../message.ts'
import { CR, LF, SP, VALUE } from './characters.ts'
import { Fault } from './fault.ts'
import { idleMsOf } from './keep-alive.ts'
import { FieldSection } from './parse-fields.ts'
import { readSpelling } from './spelling.ts'

/** How the end of a response body is found. */
export const BODY_NONE = 0
export const BODY_LENGTH = 1
export const BODY_CHUNKED = 2
export const BODY_UNTIL_CLOSE = 3

/**
 * Parses response heads by RFC 9112, as strictly as requests: a backend that breaks framing must not desynchronise the
 * clients that share its connection. Properties are valid until the next parse.
 */
export class ResponseParser {
  keepAlive = false
  /** The connection may be used again after so long without a request; -1: nothing is said. */
  idleMs = -1
  body: number = BODY_NONE
  /** Protocol of a 101, lower case. */
  upgrade = ''
  readonly #section = new FieldSection()

  /** @param end just behind the CRLF CRLF that ends the head */
  parse(buffer: Buffer, start: number, end: number, method: string, maxCount: number, keepsCase = false): ResponseHead {
    const text = buffer.toString('latin1', start, end)
    const http10 = text.startsWith('HTTP/1.0 ')
    if (!http10 && !text.startsWith('HTTP/1.1 ')) throw new Fault(502, 'malformed HTTP version in a response')
    const status = readStatus(buffer, start + 9)
    let i = start + 12
    // RFC 9112 4: the space is there even without a reason; some leave it out, and nothing can be mistaken then.
    if (buffer[i] === SP) {
      i++
      while (VALUE[buffer[i]!] !== 0) i++
    }
    if (buffer[i] !== CR || buffer[i + 1] !== LF) throw new Fault(502, 'malformed status line')
    const section = this.#section
    section.parse(buffer, start, i + 2, end - 2, text, maxCount, true)
    this.keepAlive = !section.close && (!http10 || section.keepAlive)
    this.idleMs = section.keepAliveText === '' ? -1 : idleMsOf(section.keepAliveText)
    this.upgrade = section.upgrade.toLowerCase()
    const contentLength = this.#readFraming(section, http10, status, method)
    const spelling = keepsCase ? readSpelling(buffer, start, end) : undefined
    return { status, fields: section.fields, contentLength, spelling }
  }

  /** RFC 9112 6.3. Sets `body` and returns the length that the core is told. */
  #readFraming(section: FieldSection, http10: boolean, status: number, method: string): number {
    const chunked = section.transferEncodingCount > 0
    if (chunked) {
      if (http10) throw new Fault(502, 'Transfer-Encoding in an HTTP/1.0 response')
      if (section.contentLength >= 0) throw new Fault(502, 'both Content-Length and Transfer-Encoding in a response')
      if (section.transferEncodingCount > 1) throw new Fault(502, 'more than one Transfer-Encoding in a response')
      if (section.transferEncoding.toLowerCase() !== 'chunked') throw new Fault(502, 'unknown Transfer-Encoding')
    }
    if (status === 204 || status < 200) {
      this.body = BODY_NONE
      return 0
    }
    if (method === 'HEAD' || status === 304) {
      this.body = BODY_NONE
      return section.contentLength
    }
    if (chunked) this.body = BODY_CHUNKED
    else if (section.contentLength < 0) {
      this.body = BODY_UNTIL_CLOSE
      this.keepAlive = false
    } else this.body = section.contentLength === 0 ? BODY_NONE : BODY_LENGTH
    return section.contentLength
  }
}

/** Exactly three digits, 100 to 599, followed by no fourth (RFC 9110 15). */
function readStatus(buffer: Buffer, i: number): number {
  const hundreds = buffer[i]! - 0x30
  const tens = buffer[i + 1]! - 0x30
  const ones = buffer[i + 2]! - 0x30
  if (hundreds < 1 || hundreds > 5 || tens < 0 || tens > 9 || ones < 0 || ones > 9) {
    throw new Fault(502, 'malformed status in a response')
  }
  return hundreds * 100 + tens * 10 + ones
}
