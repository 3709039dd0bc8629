import { describeMatch } from '../describe-match.ts'
import { hostText } from '../explain-request.ts'
import type { Paint } from '../terminal.ts'
import type { DiffSection, DiffSide, ExampleRequest, Fate } from './diff-section.ts'

interface MatchDiff {
  readonly route: string
  readonly match: string
  readonly hostname: string
  /** Absent: there is no such match. */
  readonly before?: Fate
  readonly after?: Fate
}

/** Which matches come and go, and which lose their own requests to another, or win them. */
export function compareRoutes(
  _before: DiffSide,
  _after: DiffSide,
  examples: readonly ExampleRequest[],
): DiffSection | undefined {
  const diffs = examples.flatMap((example): MatchDiff[] => {
    const [before, after] = [example.before.fate, example.after.fate]
    if (JSON.stringify(before) === JSON.stringify(after)) return []
    const { kind, namespace, name } = example.route.origin
    const { match, hostname } = example
    const diff = { route: `${kind} ${namespace}/${name}`, match: describeMatch(match), hostname }
    return [{ ...diff, ...(before && { before }), ...(after && { after }) }]
  })
  if (diffs.length === 0) return undefined
  return {
    name: 'routes',
    title: 'Routes that win or lose the requests they are made for',
    // A route on several listeners tells the same for each.
    lines: (paint) => [...new Set(diffs.map((diff) => renderDiff(diff, paint).join('\n')))],
    data: diffs,
  }
}

function renderDiff({ route, match, hostname, before, after }: MatchDiff, paint: Paint): readonly string[] {
  const subject = `${route} ${hostText(hostname)}, ${match}`
  if (!after) return [paint('red', `- ${subject}`)]
  if (after.wins) return [paint('green', `+ ${subject}: ${before ? 'wins now' : 'is new'}`)]
  const verb = before?.wins ? 'loses now' : before ? 'loses' : 'is new, and loses'
  return [paint('yellow', `! ${subject}: ${verb} to`), `    ${after.instead}`]
}
