/**
 * Header fields as a flat list: name, value, name, value … in the order received. Names are lower case; values are latin1
 * text without surrounding whitespace. Framing and hop-by-hop fields (Connection, Transfer-Encoding, Content-Length, Host,
 * Keep-Alive, Upgrade, TE, Trailer, Proxy-Connection) never appear here: the codecs own them.
 */
export type Fields = string[]

export interface RequestHead {
  /** Case-sensitive token. CONNECT never reaches the core. */
  method: string
  scheme: 'http' | 'https'
  /** Host, and port if given, as the client sent it; validated by the codec (RFC 3986 host [":" port]); no userinfo. */
  authority: string
  /** Origin-form path and query; `*` for OPTIONS *. Visible ASCII only. */
  path: string
  readonly fields: Fields
  /** -1: not known in advance (chunked, or HTTP/2 without content-length); 0: no body. */
  readonly contentLength: number
  /** Protocol asked for by Upgrade (HTTP/1.1) or :protocol (RFC 8441), lower case; '' when none. */
  readonly upgrade: string
  /** The sender waits for `100 (Continue)` before it sends the body. */
  readonly expectContinue: boolean
  /** The client said `TE: trailers`; the codec of the backend says so too. */
  readonly acceptsTrailers?: boolean
  /** Present where names are to keep their case: how they were written. */
  readonly spelling?: ReadonlyMap<string, string> | undefined
}

export interface ResponseHead {
  /** 101 (after an upgrade), or 200 to 599. Other 1xx come as informational responses. */
  status: number
  readonly fields: Fields
  /** -1: not known in advance. For HEAD and 304 what Content-Length said, although no body follows. */
  contentLength: number
  /** As in requests. */
  readonly spelling?: ReadonlyMap<string, string> | undefined
}

/** First value, or undefined. */
export function getField(fields: Fields, name: string): string | undefined {
  for (let i = 0; i < fields.length; i += 2) if (fields[i] === name) return fields[i + 1]
  return undefined
}

/** All values joined with `, ` (RFC 9110 5.3), or undefined. Not for Set-Cookie. */
export function joinField(fields: Fields, name: string): string | undefined {
  let joined: string | undefined
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i] === name) joined = joined === undefined ? fields[i + 1] : `${joined}, ${fields[i + 1]}`
  }
  return joined
}

export function removeField(fields: Fields, name: string): void {
  let kept = 0
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i] === name) continue
    if (kept !== i) {
      fields[kept] = fields[i]!
      fields[kept + 1] = fields[i + 1]!
    }
    kept += 2
  }
  fields.length = kept
}

/** Replaces all values; the new one takes the place of the first. */
export function setField(fields: Fields, name: string, value: string): void {
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i] !== name) continue
    fields[i + 1] = value
    let kept = i + 2
    for (let j = i + 2; j < fields.length; j += 2) {
      if (fields[j] === name) continue
      fields[kept] = fields[j]!
      fields[kept + 1] = fields[j + 1]!
      kept += 2
    }
    fields.length = kept
    return
  }
  fields.push(name, value)
}

/** Adds a field line; values already there stay. */
export function addField(fields: Fields, name: string, value: string): void {
  fields.push(name, value)
}
