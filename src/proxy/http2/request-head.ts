import { isAuthority } from '../http1/authority.ts'
import type { Fields, RequestHead } from '../message.ts'
import type { FieldSection } from './field-section.ts'
import { isFieldName } from './header-field.ts'
import { addWebSocketKey } from './websocket-handshake.ts'

/** A request head from HTTP/2; all have one shape. */
export class ReceivedRequestHead implements RequestHead {
  method: string
  readonly scheme: 'http' | 'https'
  authority: string
  path: string
  readonly fields: Fields
  readonly contentLength: number
  readonly upgrade: string
  readonly expectContinue: boolean
  readonly acceptsTrailers: boolean

  constructor(
    method: string,
    scheme: 'http' | 'https',
    authority: string,
    path: string,
    contentLength: number,
    upgrade: string,
    section: FieldSection,
  ) {
    this.method = method
    this.scheme = scheme
    this.authority = authority
    this.path = path
    this.fields = section.fields
    this.contentLength = contentLength
    this.upgrade = upgrade
    this.acceptsTrailers = section.acceptsTrailers
    this.expectContinue = section.expectContinue && contentLength !== 0
  }
}

/** Turns field sections into request heads by RFC 9113 8.3.1 and RFC 8441. One per connection: it remembers what it has checked. */
export class RequestReader {
  readonly #scheme: 'http' | 'https'
  #goodAuthority: string | undefined
  #goodPath: string | undefined

  /** @param scheme of the transport; what the client claims in :scheme is checked for form, not believed */
  constructor(scheme: 'http' | 'https') {
    this.#scheme = scheme
  }

  /** The head, or why the message is malformed. */
  read(section: FieldSection, end: boolean): RequestHead | string {
    if (section.fault !== '') return section.fault
    const { method, path, protocol } = section
    if (method === undefined || section.scheme === undefined || path === undefined || section.status !== undefined)
      return 'pseudo-header fields missing or out of place'
    if (section.scheme !== 'http' && section.scheme !== 'https') return 'unknown scheme'
    if (method !== 'GET' && method !== 'POST' && !isFieldName(method.toLowerCase())) return 'malformed method'
    if (path !== this.#goodPath) {
      if (!isPath(path, method)) return 'malformed path'
      if (path !== '*') this.#goodPath = path
    }
    const authority = section.authority ?? section.host
    if (authority === undefined) return 'no authority'
    if (authority !== this.#goodAuthority) {
      if (!isAuthority(authority)) return 'malformed authority'
      this.#goodAuthority = authority
    }
    if (section.host !== undefined && section.host !== authority && !this.#sameAuthority(section.host, authority))
      return 'host differs from :authority'
    if (protocol !== undefined) return this.#readUpgrade(section, authority, path, end)
    if (end && section.contentLength > 0) return 'content-length without content'
    return new ReceivedRequestHead(method, this.#scheme, authority, path, end ? 0 : section.contentLength, '', section)
  }

  /** RFC 8441 4. The core knows upgrades as HTTP/1.1 asks for them: by GET. */
  #readUpgrade(section: FieldSection, authority: string, path: string, end: boolean): RequestHead | string {
    const upgrade = section.protocol!.toLowerCase()
    if (section.method !== 'CONNECT' || !isFieldName(upgrade)) return 'malformed extended CONNECT'
    if (end || section.contentLength >= 0) return 'extended CONNECT has no content of its own'
    if (upgrade === 'websocket') addWebSocketKey(section.fields)
    return new ReceivedRequestHead('GET', this.#scheme, authority, path, 0, upgrade, section)
  }

  /** RFC 9113 8.3.1: host may repeat :authority, as the same or another spelling. */
  #sameAuthority(host: string, authority: string): boolean {
    return isAuthority(host) && this.#spell(host) === this.#spell(authority)
  }

  #spell(authority: string): string {
    return authority.toLowerCase().replace(this.#scheme === 'http' ? /:80$/ : /:443$/, '')
  }
}

/** CONNECT without :protocol carries no scheme and path; it is not served, but it is no mistake either. */
export function isPlainConnect(section: FieldSection): boolean {
  return section.method === 'CONNECT' && section.protocol === undefined && section.fault === ''
}

/** Origin form in visible ASCII, or `*` for OPTIONS. `#` would start a fragment, which peers cut off or don't. */
function isPath(path: string, method: string): boolean {
  if (path.charCodeAt(0) !== 0x2f) return path === '*' && method === 'OPTIONS'
  for (let i = 1; i < path.length; i++) {
    const c = path.charCodeAt(i)
    if (c <= 0x20 || c >= 0x7f || c === 0x23) return false
  }
  return true
}
