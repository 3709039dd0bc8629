import type { FieldMatch, HttpMatch, PathMatch, Route } from '#ir'
import type { Message } from '../message.ts'

/** An HttpMatch as envoy.config.route.v3.RouteMatch. */
export function buildRouteMatch(match: HttpMatch, { grpc }: Pick<Route, 'grpc'>): Message {
  const headers = match.headers.map(buildFieldMatch)
  if (match.method !== undefined) headers.unshift({ name: ':method', string_match: { exact: match.method } })
  return {
    ...buildPathMatch(match.path),
    ...(headers.length > 0 && { headers }),
    ...(match.query.length > 0 && { query_parameters: match.query.map(buildFieldMatch) }),
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

/** The text as a pattern of RE2 that matches it alone. */
export function quoteRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
