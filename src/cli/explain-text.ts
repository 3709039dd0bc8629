import { inspect } from 'node:util'
import type { FilterNode, PolicyNote } from '#ir'
import {
  type Answer,
  type AskedRequest,
  type Explanation,
  hostText,
  type ListenerChoice,
  type RouteChoice,
} from './explain-request.ts'
import { alignColumns } from './table.ts'
import type { Paint } from './terminal.ts'

/** More near misses than a person reads; `-o json` has them all. */
const mostMisses = 20

/** An explanation for people. */
export function renderExplanation(request: AskedRequest, explanation: Explanation, paint: Paint): string {
  const { listener, route, policies, filters, answer, backends, otherListeners, nearMisses } = explanation
  const rows: string[][] = []
  if (listener) rows.push(['listener', nameListener(listener)])
  if (route) {
    rows.push(['hostname', hostText(route.hostname)])
    rows.push(['route', nameRoute(route)])
    rows.push(['match', route.match])
  }
  policies.forEach((policy, index) => {
    rows.push([index === 0 ? 'policies' : '', describePolicy(policy, paint)])
  })
  filters.forEach((filter, index) => {
    rows.push([index === 0 ? 'filters' : '', `${index + 1}. ${describeFilter(filter)}`])
  })
  backends.forEach(({ backend, percent, endpoints, broken, filters }, index) => {
    const where = broken
      ? paint('red', `${broken.status}: ${broken.why}`)
      : endpoints.join(', ') || paint('red', 'no endpoints: 503')
    const also = filters.map((filter) => `; ${describeFilter(filter)}`).join('')
    rows.push([
      index === 0 ? 'backends' : '',
      `${`${percent} %`.padStart(6)}  ${broken ? '' : `${backend} -> `}${where}${also}`,
    ])
  })
  if (answer)
    rows.push(['answer', paint(answer.status >= 200 && answer.status < 400 ? 'green' : 'red', answerText(answer))])
  return [
    paint('bold', `${request.method} ${request.scheme}://${request.host}:${request.port}${request.path}`),
    '',
    ...alignColumns(rows.map(([label, text]) => [paint('cyan', label!), text!])),
    ...section(
      'other listeners of this port',
      otherListeners.map((one) => [nameListener(one), one.lost]),
      paint,
    ),
    ...section(
      'near misses',
      nearMisses.slice(0, mostMisses).map((one) => [nameRoute(one), one.match, one.lost]),
      paint,
    ),
    ...(nearMisses.length > mostMisses
      ? [paint('dim', `  and ${nearMisses.length - mostMisses} more; -o json has them all`)]
      : []),
    '',
  ].join('\n')
}

function describePolicy({ origin, fate, by, why }: PolicyNote, paint: Paint): string {
  const name = `${origin.kind} ${origin.namespace}/${origin.name}`
  switch (fate) {
    case 'applied':
      return name
    case 'merged':
      return `${name}, merged with ${by}`
    case 'overridden':
      return paint('dim', `${name}: overridden by ${by}`)
    case 'conflicted':
      return paint('red', `${name}: in conflict with ${by}, which is older`)
    case 'refused':
      return paint('red', `${name}: refused: ${why}`)
  }
}

function answerText({ status, grpcStatus, why }: Answer): string {
  return status === 0 ? why : `${grpcStatus ?? status}: ${why}`
}

function section(title: string, rows: readonly (readonly string[])[], paint: Paint): string[] {
  if (rows.length === 0) return []
  return ['', paint('bold', title), ...alignColumns(rows.map(([first, ...rest]) => [`  ${first}`, ...rest]))]
}

function nameListener({ key, hostname, protocol, port }: ListenerChoice): string {
  return `${key} (${hostText(hostname)}, ${protocol.toUpperCase()} on port ${port})`
}

function nameRoute({ route, rule, ruleName }: RouteChoice): string {
  return `${route.kind} ${route.namespace}/${route.name} rule ${rule}${ruleName === undefined ? '' : ` "${ruleName}"`}`
}

/** The node's fields as they are, without those that are empty. */
function describeFilter({ kind, ...fields }: FilterNode): string {
  const present = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => !(Array.isArray(value) && value.length === 0)),
  )
  return `${kind} ${inspect(present, { compact: true, breakLength: Number.POSITIVE_INFINITY, depth: null })}`
}
