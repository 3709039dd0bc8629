import type { Fields } from '../message.ts'
import { type HeaderField, ROLE } from './header-field.ts'
import type { FieldSink } from './hpack-decoder.ts'

/** Limits of a field section; beyond them it is not kept, only decoded to keep the connection's table right. */
export interface SectionLimits {
  /** Octets by RFC 9113 6.5.2: names, values and 32 for each field. */
  readonly maxHeaderBytes: number
  readonly maxHeaderCount: number
}

/** Gathers a decoded field section, whichever it turns out to be: request, response or trailers. One per connection. */
export class FieldSection implements FieldSink {
  readonly #limits: SectionLimits
  fields: Fields = []
  method: string | undefined
  scheme: string | undefined
  authority: string | undefined
  path: string | undefined
  protocol: string | undefined
  status: string | undefined
  host: string | undefined
  /** -1: none. */
  contentLength = -1
  expectContinue = false
  acceptsTrailers = false
  /** Why the message is malformed (RFC 9113 8.1.1); '' when it is not. */
  fault = ''
  tooLarge = false
  hasPseudo = false
  #cookieAt = -1
  #regularSeen = false
  #bytes = 0
  #count = 0

  constructor(limits: SectionLimits) {
    this.#limits = limits
  }

  reset(): void {
    this.fields = []
    this.method = undefined
    this.scheme = undefined
    this.authority = undefined
    this.path = undefined
    this.protocol = undefined
    this.status = undefined
    this.host = undefined
    this.contentLength = -1
    this.expectContinue = false
    this.acceptsTrailers = false
    this.fault = ''
    this.tooLarge = false
    this.hasPseudo = false
    this.#cookieAt = -1
    this.#regularSeen = false
    this.#bytes = 0
    this.#count = 0
  }

  add(field: HeaderField): void {
    this.#bytes += field.size
    this.#count++
    if (this.#bytes > this.#limits.maxHeaderBytes || this.#count > this.#limits.maxHeaderCount) {
      this.tooLarge = true
      return
    }
    const role = field.role
    if (role === ROLE.regular) {
      this.#regularSeen = true
      this.fields.push(field.name, field.value)
    } else if (role === ROLE.invalid) this.fault = 'a field that HTTP/2 does not allow'
    else if (role <= ROLE.status) this.#addPseudo(role, field.value)
    else this.#addSpecial(role, field.value)
  }

  #addPseudo(role: number, value: string): void {
    this.hasPseudo = true
    // RFC 9113 8.3: all of them before the first regular field, each once.
    if (this.#regularSeen) this.fault = 'a pseudo-header field after a regular one'
    else if (role === ROLE.method && this.method === undefined) this.method = value
    else if (role === ROLE.scheme && this.scheme === undefined) this.scheme = value
    else if (role === ROLE.authority && this.authority === undefined) this.authority = value
    else if (role === ROLE.path && this.path === undefined) this.path = value
    else if (role === ROLE.protocol && this.protocol === undefined) this.protocol = value
    else if (role === ROLE.status && this.status === undefined) this.status = value
    else this.fault = 'a pseudo-header field twice'
  }

  #addSpecial(role: number, value: string): void {
    this.#regularSeen = true
    if (role === ROLE.cookie) this.#addCookie(value)
    else if (role === ROLE.contentLength) this.#setContentLength(value)
    else if (role === ROLE.host) {
      if (this.host !== undefined) this.fault = 'more than one host field'
      this.host = value
    } else if (role === ROLE.te) {
      // RFC 9113 8.2.2.
      if (value.toLowerCase() === 'trailers') this.acceptsTrailers = true
      else this.fault = 'te other than trailers'
    } else if (role === ROLE.expect) {
      if (value.toLowerCase() === '100-continue') this.expectContinue = true
      else this.fault = 'unknown expectation'
    }
  }

  /** RFC 9113 8.2.3: crumbs are joined before they leave HTTP/2. */
  #addCookie(value: string): void {
    if (this.#cookieAt >= 0) this.fields[this.#cookieAt] += `; ${value}`
    else this.#cookieAt = this.fields.push('cookie', value) - 1
  }

  #setContentLength(value: string): void {
    if (this.contentLength >= 0 || !/^[0-9]{1,15}$/.test(value)) this.fault = 'malformed content-length'
    else this.contentLength = Number(value)
  }
}
