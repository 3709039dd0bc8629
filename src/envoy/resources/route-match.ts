import type { FieldMatch, HttpMatch, PathMatch, Route } from '#ir'
import type { Message } from '../message.ts'

/** An HttpMatch as envoy.config.route.v3.RouteMatch. */
export function buildRouteMatch(match: HttpMatch, { grpc }: Pick<Route, 'grpc'>): Message {
  const headers = match.headers.map(buildFieldMatch)
  if (match.method !== undefined) headers.unshift({ name: ':method', string_match: { exact: match.method } })
  return {
    ...buildPathMatch(match.path),
    ...(headers.length > 0 && { headers }),
    ...(match.query.length > 0 && { query_parameters: match.query.map(buildParameterMatch) }),
    ...(grpc && { grpc: {} }),
  }
}

/** Adds conditions on header fields to those of a match. */
export function withHeaders(match: Message, headers: readonly Message[]): Message {
  return headers.length === 0 ? match : { ...match, headers: [...((match.headers ?? []) as Message[]), ...headers] }
}

function buildPathMatch({ kind, value }: PathMatch): Message {
  switch (kind) {
    case 'exact':
      return { path: value }
    case 'prefix':
      return value === '/' ? { prefix: '/' } : { path_separated_prefix: value }
    case 'regex':
      return { safe_regex: { regex: value } }
    case 'method':
      return { safe_regex: { regex: `/[^/]+/${quoteRegex(value)}` } }
  }
}

function buildFieldMatch({ name, kind, value }: FieldMatch): Message {
  return { name, string_match: kind === 'exact' ? { exact: value } : { safe_regex: { regex: value } } }
}

/** Envoy compares parameters as they are written, and the same value can be written in several ways. */
function buildParameterMatch(match: FieldMatch): Message {
  if (match.kind === 'regex' || unreserved.test(match.value)) return buildFieldMatch(match)
  return { name: match.name, string_match: { safe_regex: { regex: quoteEncoded(match.value) } } }
}

const unreserved = /^[A-Za-z0-9\-._~]*$/

/** A pattern of a value percent-encoded, where it need be or where it may be. */
function quoteEncoded(value: string): string {
  return Array.from(value, (character) => {
    if (unreserved.test(character)) return quoteRegex(character)
    const escapes = Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
    const encoded = escapes.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)
    // A plus sign of a form is a blank; `&` and `#` end the value, `%` begins an escape.
    const plain = character === ' ' ? '\\+' : /[&#%+]/.test(character) ? undefined : quoteRegex(character)
    return plain === undefined ? encoded : `(?:${plain}|${encoded})`
  }).join('')
}

/** The text as a pattern of RE2 that matches it alone. */
export function quoteRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
