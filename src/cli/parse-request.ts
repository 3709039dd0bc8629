import { UsageError } from './errors.ts'
import type { AskedRequest } from './explain-request.ts'

/** `GET https://shop.example.com/cart` and the values of -H as a request. The method may be left out. */
export function parseRequest(words: readonly string[], headers: readonly string[]): AskedRequest {
  const [target, method] = words.length > 1 ? [words[1]!, words[0]!] : [words[0], 'GET']
  if (target === undefined || words.length > 2) {
    throw new UsageError(
      'which request? such as: headgate explain GET https://shop.example.com/cart -f examples/quickstart',
    )
  }
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(method))
    throw new UsageError(`"${method}" is no method; such as GET or POST`)
  const url = parseUrl(target)
  const fields = parseHeaders(headers)
  const query = new Map<string, string>()
  for (const [name, value] of url.searchParams) if (!query.has(name)) query.set(name, value)
  // As curl does it, a Host field replaces the host of the URL.
  const host = fields.get('host')?.replace(/:\d+$/, '') ?? url.hostname
  const scheme = url.protocol === 'https:' ? 'https' : 'http'
  const port = url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port)
  return { method, scheme, host: host.toLowerCase(), port, path: url.pathname, query, headers: fields }
}

function parseUrl(text: string): URL {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`)
  if (url === null) throw new UsageError(`"${text}" is no URL; such as https://shop.example.com/cart`)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new UsageError(`"${text}": only http and https are understood`)
  return url
}

function parseHeaders(lines: readonly string[]): Map<string, string> {
  const fields = new Map<string, string>()
  for (const line of lines) {
    const [, name, value] = /^([^\s:]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? []
    if (name === undefined || value === undefined) throw new UsageError(`-H "${line}": it must be "name: value"`)
    const before = fields.get(name.toLowerCase())
    fields.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`)
  }
  return fields
}
