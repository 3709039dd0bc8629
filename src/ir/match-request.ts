import { compileRegex } from '#kit/regex.ts'
import { isGrpc } from './grpc.ts'
import type { FieldMatch, HttpMatch, PathMatch, Route } from './route.ts'

/** What the matches of a rule look at. */
export interface MatchableRequest {
  readonly method: string
  /** Normalised, without the query. */
  readonly path: string
  /** Lower-case names; fields that were repeated are joined with a comma (RFC 9110 5.3). */
  readonly headers: ReadonlyMap<string, string>
  /** Decoded; the first value of a repeated parameter. */
  readonly query: ReadonlyMap<string, string>
}

/** The first part of a match that a request does not fulfil. */
export interface Mismatch {
  readonly part: 'path' | 'method' | 'header' | 'query parameter'
  /** Of the header or query parameter. */
  readonly name?: string
  /** What the match asks for. */
  readonly wanted: string
  /** What the request has; absent: it has none. */
  readonly actual?: string
}

/**
 * One match against one request, one condition after the other: the plain reading of the rules that the planes compile into
 * something faster.
 * @param route of the match: a rule of gRPC asks for more than its matches say
 * @returns nothing when all conditions hold
 */
export function findMismatch(
  match: HttpMatch,
  request: MatchableRequest,
  route: Pick<Route, 'grpc'> = {},
): Mismatch | undefined {
  const contentType = request.headers.get('content-type')
  if (route.grpc && !isGrpc(contentType)) {
    const mismatch = { part: 'header', name: 'content-type', wanted: 'application/grpc' } as const
    return contentType === undefined ? mismatch : { ...mismatch, actual: contentType }
  }
  if (!matchesPath(match.path, request.path)) {
    return { part: 'path', wanted: describePath(match.path), actual: request.path }
  }
  if (match.method !== undefined && match.method !== request.method) {
    return { part: 'method', wanted: match.method, actual: request.method }
  }
  return (
    findFieldMismatch('header', match.headers, request.headers) ??
    findFieldMismatch('query parameter', match.query, request.query)
  )
}

/** Gateway API, HTTPPathMatch: a prefix is compared by path elements, so `/abc` matches `/abc/d` but not `/abcd`. */
export function matchesPath(match: PathMatch, path: string): boolean {
  switch (match.kind) {
    case 'exact':
      return path === match.value
    case 'prefix':
      return match.value === '/' || path === match.value || path.startsWith(`${match.value}/`)
    case 'regex':
      return matchesRegex(match.value, path)
    case 'method':
      return /^\/[^/]+\/([^/]+)$/.exec(path)?.[1] === match.value
  }
}

/** `/cart as a prefix`, `exactly /cart`. */
export function describePath({ kind, value }: PathMatch): string {
  switch (kind) {
    case 'exact':
      return `exactly ${value}`
    case 'prefix':
      return `${value} as a prefix`
    case 'regex':
      return `regular expression ${value}`
    case 'method':
      return `the method ${value} of any service`
  }
}

function findFieldMismatch(
  part: 'header' | 'query parameter',
  matches: readonly FieldMatch[],
  fields: ReadonlyMap<string, string>,
): Mismatch | undefined {
  for (const { name, kind, value } of matches) {
    const actual = fields.get(name)
    if (actual !== undefined && (kind === 'exact' ? actual === value : matchesRegex(value, actual))) continue
    const wanted = kind === 'exact' ? value : `regular expression ${value}`
    return actual === undefined ? { part, name, wanted } : { part, name, wanted, actual }
  }
  return undefined
}

function matchesRegex(pattern: string, text: string): boolean {
  const regex = compileRegex(pattern)
  return regex.ok && regex.value.test(text)
}
