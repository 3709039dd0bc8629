import type { HttpMatch, PathMatch, Route } from './route.ts'

/** A match with what the spec's tie-breakers need. */
export interface RankedMatch {
  readonly route: Pick<Route, 'origin' | 'createdAt' | 'rule' | 'grpc'>
  readonly match: HttpMatch
  /** Place of the match inside its rule. */
  readonly index: number
}

/** The criteria of the spec in their order; `explain` names the first on which a match lost. */
export type Criterion =
  | 'path kind'
  | 'path length'
  | 'content type'
  | 'method'
  | 'number of headers'
  | 'number of query parameters'
  | 'age'
  | 'name'
  | 'rule order'
  | 'match order'

/**
 * Gateway API leaves the place of regular expressions open: we put them between Exact and PathPrefix, the longest first. A
 * gRPC method of any service comes after every prefix that names something: GRPCRoute counts the service's characters first.
 */
export function pathRank({ kind, value }: PathMatch): number {
  switch (kind) {
    case 'exact':
      return 0
    case 'regex':
      return 1
    case 'prefix':
      return value === '/' ? 4 : 2
    case 'method':
      return 3
  }
}

/**
 * Orders matches of one hostname, the winner first, by HTTPRouteRule's precedence (Gateway API, httproute_types.go):
 * Exact path, longest prefix, method, most headers, most query parameters, then the oldest route, `namespace/name`, first rule.
 * GRPCRouteRule's (service, method, headers) comes out of the same steps, because a call names one service and one method.
 * Between the two Gateway API has no order: of equal paths the gRPC rule goes first, for it also asks for the content type.
 * @returns 0 and no criterion only for the same match of the same rule.
 */
export function compareHttpMatches(
  a: RankedMatch,
  b: RankedMatch,
): { readonly order: number; readonly by?: Criterion } {
  const steps: readonly [Criterion, number][] = [
    ['path kind', pathRank(a.match.path) - pathRank(b.match.path)],
    ['path length', b.match.path.value.length - a.match.path.value.length],
    ['content type', Number(b.route.grpc ?? false) - Number(a.route.grpc ?? false)],
    ['method', Number(b.match.method !== undefined) - Number(a.match.method !== undefined)],
    ['number of headers', b.match.headers.length - a.match.headers.length],
    ['number of query parameters', b.match.query.length - a.match.query.length],
    ['age', compareAge(a.route.createdAt, b.route.createdAt)],
    ['name', compareText(fullName(a.route), fullName(b.route))],
    ['rule order', a.route.rule - b.route.rule],
    ['match order', a.index - b.index],
  ]
  for (const [by, order] of steps) if (order !== 0) return { order, by }
  return { order: 0 }
}

function fullName(route: RankedMatch['route']): string {
  return `${route.origin.namespace}/${route.origin.name}`
}

/** An unknown age counts as youngest. */
export function compareAge(a: string, b: string): number {
  if (a === b) return 0
  if (a === '') return 1
  if (b === '') return -1
  return Date.parse(a) - Date.parse(b)
}

/** By code unit, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
