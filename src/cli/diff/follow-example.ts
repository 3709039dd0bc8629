import type { HttpMatch, Route, Snapshot } from '#ir'
import { describeMatch } from '../describe-match.ts'
import { type AskedRequest, type Explanation, explainRequest, type RouteChoice } from '../explain-request.ts'
import type { ExampleOutcome, Fate } from './diff-section.ts'

/** A match of a route, under one of its hostnames. */
export interface ExampleMatch {
  readonly route: Route
  readonly match: HttpMatch
  readonly hostname: string
}

/** What a request meets, and what becomes of the match that it is made for. */
export function followExample(example: ExampleMatch, request: AskedRequest, snapshot: Snapshot): ExampleOutcome {
  const explanation = explainRequest(snapshot, request)
  const { route, filters, backends, answer } = explanation
  const fate = fateOf(example, explanation)
  return { filters, backends, ...(route && { route }), ...(answer && { answer }), ...(fate && { fate }) }
}

function fateOf(example: ExampleMatch, { route, nearMisses }: Explanation): Fate | undefined {
  const match = describeMatch(example.match)
  if (route && isOf(example, match, route)) return { wins: true }
  const lost = nearMisses.find((one) => isOf(example, match, one))
  if (!lost) return undefined
  const instead = route ? `${route.route.kind} ${route.route.namespace}/${route.route.name} (${route.match})` : 'nobody'
  return { wins: false, instead: `${instead}: ${lost.lost.replace(/^also holds, but /, '')}` }
}

function isOf({ route: { origin }, hostname }: ExampleMatch, match: string, choice: RouteChoice): boolean {
  const { kind, namespace, name } = choice.route
  return (
    kind === origin.kind &&
    namespace === origin.namespace &&
    name === origin.name &&
    choice.hostname === hostname &&
    choice.match === match
  )
}
