import type { GRPCMethodMatch, GRPCRouteMatch } from '#api'
import type { HttpMatch, PathMatch } from '#ir'
import { type Outcome, ok, problem } from '#kit/outcome.ts'
import { compileRegex } from '#kit/regex.ts'
import { collectMatches, translateFields } from './http-match.ts'

/** @param path field path of the rule */
export function translateGrpcMatches(
  matches: readonly GRPCRouteMatch[] | undefined,
  path: string,
): Outcome<readonly HttpMatch[]> {
  return collectMatches(matches ?? [], {}, path, translateMatch)
}

function translateMatch(match: GRPCRouteMatch, at: string): Outcome<HttpMatch> {
  const path = match.method ? translateMethod(match.method, `${at}.method`) : ok(everything)
  const headers = translateFields(match.headers ?? [], `${at}.headers`, (name) => name.toLowerCase())
  if (path.ok && headers.ok) return ok({ path: path.value, headers: headers.value, query: [] })
  return { ok: false, problems: [path, headers].flatMap((part) => (part.ok ? [] : part.problems)) }
}

const everything: PathMatch = { kind: 'prefix', value: '/' }

/** A call is a request for `/Service/Method` (gRPC over HTTP/2), so what it names is matched by the path. */
function translateMethod({ type, service = '', method = '' }: GRPCMethodMatch, at: string): Outcome<PathMatch> {
  switch (type) {
    case 'Exact':
      return ok(exactly(service, method))
    case 'RegularExpression':
      return byPattern(service, method, at)
    default:
      return problem('UnsupportedValue', `a method cannot be matched by ${type}`, `${at}.type`)
  }
}

function exactly(service: string, method: string): PathMatch {
  if (service === '') return method === '' ? everything : { kind: 'method', value: method }
  return method === '' ? { kind: 'prefix', value: `/${service}` } : { kind: 'exact', value: `/${service}/${method}` }
}

// Each alone: `a)|(b` would be a mistake by itself, and must not become valid between our brackets.
function byPattern(service: string, method: string, at: string): Outcome<PathMatch> {
  for (const [field, pattern] of [
    ['service', service],
    ['method', method],
  ] as const) {
    const compiled = compileRegex(pattern)
    if (!compiled.ok) return problem('UnsupportedValue', compiled.problems[0]!.message, `${at}.${field}`)
  }
  const part = (pattern: string) => (pattern === '' ? '[^/]+' : `(?:${pattern})`)
  return ok({ kind: 'regex', value: `/${part(service)}/${part(method)}` })
}
