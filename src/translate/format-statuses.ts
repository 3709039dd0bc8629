import type { ObjectKey, ParentReference } from '#api'
import type { Condition } from './condition.ts'
import type { Status } from './status.ts'

/**
 * Statuses for people, logs and scenario files: a line per object, listener and parent, sorted by key. Conditions that are
 * as they should be stand there by name, the others with status, reason and message.
 */
export function formatStatuses(statuses: ReadonlyMap<ObjectKey, Status>): string {
  const lines = [...statuses].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([key, status]) => formatStatus(key, status))
  return lines.map((line) => `${line}\n`).join('')
}

/** The lines of one object: `HTTPRoute shop/cart parent gw/http: Accepted ResolvedRefs=False BackendNotFound: …`. */
export function formatStatus(key: ObjectKey, status: Status): readonly string[] {
  const subject = subjectOf(key)
  switch (status.kind) {
    case 'GatewayClass':
      return [`${subject}: ${formatConditions(status.conditions)}`]
    case 'Gateway':
    case 'ListenerSet':
      return [
        `${subject}: ${attachedSets(status)}${formatConditions(status.conditions)}`,
        ...status.listeners.map(
          ({ name, attachedRoutes, supportedKinds, conditions }) =>
            `${subject} listener ${name}: ${plural(attachedRoutes)} of ${supportedKinds.map(({ kind }) => kind).join(', ') || 'no kind'}; ${formatConditions(conditions)}`,
        ),
      ]
    case 'Route':
      return status.parents.map(
        ({ parentRef, conditions }) => `${subject} parent ${formatParent(parentRef)}: ${formatConditions(conditions)}`,
      )
    case 'Policy':
      return status.ancestors.map(
        ({ ancestorRef, conditions }) =>
          `${subject} ancestor ${formatParent(ancestorRef)}: ${formatConditions(conditions)}`,
      )
  }
}

function subjectOf(key: ObjectKey): string {
  const [kind = '', namespace = '', name = ''] = key.split('/')
  return namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`
}

function attachedSets(status: Status): string {
  const count = status.kind === 'Gateway' ? status.attachedListenerSets : 0
  if (count === 0) return ''
  return count === 1 ? '1 ListenerSet; ' : `${count} ListenerSets; `
}

function plural(attachedRoutes: number): string {
  return attachedRoutes === 1 ? '1 route' : `${attachedRoutes} routes`
}

function formatParent({ kind, namespace, name, sectionName, port }: ParentReference): string {
  const gateway = namespace === undefined ? name : `${namespace}/${name}`
  const section = sectionName === undefined ? '' : ` section ${sectionName}`
  const prefix = kind === undefined || kind === 'Gateway' ? '' : `${kind} `
  return `${prefix}${gateway}${section}${port === undefined ? '' : ` port ${port}`}`
}

// Goes without saying as long as it holds.
const silent: ReadonlySet<string> = new Set(['SupportedVersion'])

// These say that something is wrong when they are True.
const negative: ReadonlySet<string> = new Set([
  'Conflicted',
  'PartiallyInvalid',
  'OverlappingTLSConfig',
  'InsecureFrontendValidationMode',
])

function formatConditions(conditions: readonly Condition[]): string {
  const quiet = conditions.filter((condition) => isFine(condition))
  const loud = conditions.filter((condition) => !isFine(condition))
  const names = quiet.filter(({ type }) => !negative.has(type) && !silent.has(type)).map(({ type }) => type)
  return [...names, ...loud.map(formatCondition)].join(' ')
}

/** Whether a condition says that all is well. */
export function isFine({ type, status, message }: Condition): boolean {
  if (negative.has(type)) return status === 'False'
  return status === 'True' && message === ''
}

function formatCondition({ type, status, reason, message }: Condition): string {
  return `${type}=${status} ${reason}${message === '' ? '' : `: ${message}`}`
}
