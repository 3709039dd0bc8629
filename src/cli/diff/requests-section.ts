import type { DiffSection, DiffSide, ExampleOutcome, ExampleRequest } from './diff-section.ts'
import { describeRequest } from './example-requests.ts'

interface RequestDiff {
  readonly request: string
  readonly before: string
  readonly after: string
}

/** Example requests that get another answer: from other backends, other shares of them, other filters, or from the gateway. */
export function compareRequests(
  _before: DiffSide,
  _after: DiffSide,
  examples: readonly ExampleRequest[],
): DiffSection | undefined {
  const unique = new Map(examples.map((example) => [describeRequest(example.request), example]))
  const diffs = [...unique].flatMap(([request, { before, after }]): RequestDiff[] => {
    if (outcomeOf(before) === outcomeOf(after)) return []
    const [was, is] = [describe(before), describe(after)]
    return [{ request, before: was, after: was === is ? `${is}, with other filters` : is }]
  })
  if (diffs.length === 0) return undefined
  return {
    name: 'requests',
    title: 'Example requests that go elsewhere',
    lines: (paint) =>
      diffs.flatMap(({ request, before, after }) => [
        paint('bold', request),
        paint('red', `  - ${before}`),
        paint('green', `  + ${after}`),
      ]),
    data: diffs,
  }
}

/** Everything a client could notice; not which rule of which route it comes from. */
function outcomeOf({ answer, backends, filters }: ExampleOutcome): string {
  return JSON.stringify([answer, filters, backends.map(({ endpoints: _, ...share }) => share)])
}

function describe({ answer, backends, route }: ExampleOutcome): string {
  if (answer) return answer.status === 0 ? answer.why : `${answer.grpcStatus ?? answer.status}: ${answer.why}`
  const shares = backends
    .filter(({ percent }) => percent > 0)
    .map(({ backend, percent, broken }) => {
      const where = broken ? `${broken.status} (${broken.why})` : backend
      return backends.length === 1 ? where : `${percent} % ${where}`
    })
  const by = route ? ` (${route.route.kind} ${route.route.namespace}/${route.route.name})` : ''
  return `${shares.join(', ')}${by}`
}
