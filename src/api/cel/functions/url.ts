import { CelError, type Opaque, type Value, wantString } from '../value.ts'
import type { CelFunction, Library } from './library.ts'

/** A URL as Go's net/url.ParseRequestURI reads it: absolute, or an absolute path; nothing is normalized. */
class Url implements Opaque {
  readonly celType = 'kubernetes.URL'
  readonly scheme: string
  readonly host: string
  readonly path: string
  readonly query: string
  readonly #text: string

  constructor(text: string, parts: { scheme: string; host: string; path: string; query: string }) {
    this.#text = text
    this.scheme = parts.scheme
    this.host = parts.host
    this.path = parts.path
    this.query = parts.query
  }

  equals(other: Value): boolean {
    return other instanceof Url && other.#text === this.#text
  }

  toString(): string {
    return this.#text
  }
}

const HOST =
  /^(?:\[[0-9a-fA-F:.]+(?:%25[^\]]*)?\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=<>"\x80-\uffff]|%[0-9a-fA-F]{2})*)(?::\d*)?$/

function parseUrl(text: string): Url | undefined {
  if (text === '' || /[\x00-\x1f\x7f]/.test(text)) return undefined
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1] ?? ''
  const rest = scheme === '' ? text : text.slice(scheme.length + 1)
  if (!rest.startsWith('/')) return undefined
  const queryAt = rest.indexOf('?')
  const beforeQuery = queryAt < 0 ? rest : rest.slice(0, queryAt)
  const query = queryAt < 0 ? '' : rest.slice(queryAt + 1)
  // `//host` without a scheme is a path for ParseRequestURI.
  if (scheme === '' || !beforeQuery.startsWith('//')) return withPath(text, scheme, '', beforeQuery, query)
  const slash = beforeQuery.indexOf('/', 2)
  const authority = beforeQuery.slice(2, slash < 0 ? undefined : slash)
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  if (!HOST.test(host)) return undefined
  return withPath(text, scheme, host, slash < 0 ? '' : beforeQuery.slice(slash), query)
}

function withPath(text: string, scheme: string, host: string, path: string, query: string): Url | undefined {
  if (/%(?![0-9a-fA-F]{2})/.test(path)) return undefined
  const escaped = path.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/%[\]]/gu, (char) => encodeURIComponent(char))
  return new Url(text, { scheme: scheme.toLowerCase(), host, path: escaped, query })
}

/** Whether Go's url.ParseRequestURI takes it. */
export function isUrl(text: string): boolean {
  return parseUrl(text) !== undefined
}

function hostname(host: string): string {
  const bracketed = /^\[(.*)\]/.exec(host)
  return bracketed === null ? host.replace(/:\d*$/, '') : bracketed[1]!.replace('%25', '%')
}

function query(url: Url): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>()
  for (const [key, value] of new URLSearchParams(url.query)) {
    const list = values.get(key)
    if (list === undefined) values.set(key, [value])
    else list.push(value)
  }
  return values
}

const on = (read: (url: Url) => Value): Readonly<Record<string, CelFunction>> => ({
  'kubernetes.URL': (value) => read(value as Url),
})

/** Kubernetes' URL library. */
export const urlLibrary: Library = {
  functions: {
    isURL: (value) => isUrl(wantString(value, 'isURL')),
    url: (value) => {
      const text = wantString(value, 'url')
      const parsed = parseUrl(text)
      if (parsed === undefined) throw new CelError(`URL parse error during conversion from string: '${text}'`)
      return parsed
    },
  },
  methods: {
    getScheme: on((url) => url.scheme),
    getHost: on((url) => url.host),
    getHostname: on((url) => hostname(url.host)),
    getPort: on((url) => /:(\d*)$/.exec(url.host.replace(/^\[.*\]/, ''))?.[1] ?? ''),
    getEscapedPath: on((url) => url.path),
    getQuery: on(query),
  },
}
