import type { KubeObject, ObjectKey, ParentReference } from '#api'
import { compareText } from '#ir'
import { type Condition, isFine, type Status } from '#translate'
import { findUnclaimed } from './find-unclaimed.ts'
import { conditionsOf, staleGeneration } from './live-status.ts'
import type { TranslatedObjects } from './translate-objects.ts'

export type Ready = 'yes' | 'partly' | 'no' | 'unknown'

/** A line of `headgate get`. */
export interface Row {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  /** What is particular to the kind, under the table's own headings. */
  readonly details: readonly string[]
  readonly ready: Ready
  /** What is wrong; of an object that works, what it does. */
  readonly why: string
}

export interface Table {
  readonly title: string
  readonly headings: readonly string[]
  readonly rows: readonly Row[]
}

/** Objects in tables, each with the first reason for what it lacks. */
export function describeObjects(
  shown: ReadonlyMap<ObjectKey, KubeObject>,
  translated: TranslatedObjects,
): readonly Table[] {
  const unclaimed = new Map(findUnclaimed(translated.objects).map((one) => [one.key, `${one.path}: ${one.message}`]))
  const rows = [...shown]
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, object]): Row => {
      const { kind, metadata } = object
      const verdict = judge(key, object, translated, unclaimed.get(key))
      const { name, namespace = '' } = metadata
      return { kind, namespace, name, details: detailsOf(object, translated.statuses.get(key)), ...verdict }
    })
  const ofKind = (wanted: (kind: string) => boolean) => rows.filter(({ kind }) => wanted(kind))
  const tables: readonly Table[] = [
    { title: 'GATEWAY CLASS', headings: ['CONTROLLER'], rows: ofKind((kind) => kind === 'GatewayClass') },
    { title: 'GATEWAY', headings: ['CLASS', 'ADDRESS'], rows: ofKind((kind) => kind === 'Gateway') },
    { title: 'LISTENER SET', headings: ['PARENT'], rows: ofKind((kind) => kind === 'ListenerSet') },
    { title: 'ROUTE', headings: ['HOSTNAMES', 'PARENTS'], rows: ofKind((kind) => kind.endsWith('Route')) },
    { title: 'POLICY', headings: ['TARGETS'], rows: ofKind((kind) => kind.endsWith('Policy')) },
  ]
  return tables.filter(({ rows }) => rows.length > 0)
}

function judge(
  key: ObjectKey,
  object: KubeObject,
  { planned, statuses }: TranslatedObjects,
  unclaimed: string | undefined,
): Pick<Row, 'ready' | 'why'> {
  const status = statuses.get(key)
  if (!status || isEmpty(status)) {
    if (unclaimed !== undefined) return { ready: 'no', why: unclaimed }
    const why = planned.has(key) && !status ? 'no status yet: is the controller running?' : 'of another controller'
    return { ready: 'unknown', why }
  }
  const stale = staleGeneration(object, status)
  if (stale !== undefined)
    return { ready: 'unknown', why: `changed since its status was written (generation ${stale})` }
  const conditions = conditionsOf(status)
  const loud = conditions.filter(({ condition }) => !isFine(condition))
  if (loud.length === 0)
    return unclaimed ? { ready: 'partly', why: unclaimed } : { ready: 'yes', why: summary(object, status) }
  // The most telling first: not what sums up others, not what follows from them.
  const rank = ({ condition }: (typeof loud)[number]) =>
    /^Listeners/.test(condition.reason) ? 2 : condition.type === 'Programmed' ? 1 : 0
  const [worst] = loud.toSorted((a, b) => rank(a) - rank(b))
  const { about, condition } = worst!
  const message = condition.message === '' ? '' : `: ${condition.message}`
  const where = about === '' || status.kind === 'Route' || status.kind === 'Policy' ? '' : `${about}: `
  const more =
    loud.length > 1 && loud.some((one) => one.condition.message !== condition.message && rank(one) < 2)
      ? ' (and more: headgate status)'
      : ''
  return { ready: readiness(status), why: `${where}${condition.reason}${message}${more}` }
}

function isEmpty(status: Status): boolean {
  return conditionsOf(status).length === 0
}

/** By the parts that can be served or not: listeners, parents, ancestors. */
function readiness(status: Status): Ready {
  const parts = partsOf(status).map((conditions) => ({
    served: conditions.every(({ type, status }) => !/^(Accepted|Programmed)$/.test(type) || status === 'True'),
    fine: conditions.every(isFine),
    pending: conditions.some(({ status }) => status === 'Unknown'),
  }))
  if (parts.some(({ served }) => served)) return 'partly'
  return parts.some(({ pending }) => pending) ? 'unknown' : 'no'
}

function partsOf(status: Status): readonly (readonly Condition[])[] {
  switch (status.kind) {
    case 'GatewayClass':
      return [status.conditions]
    case 'Gateway':
    case 'ListenerSet':
      return status.listeners.length > 0 ? status.listeners.map(({ conditions }) => conditions) : [status.conditions]
    case 'Route':
      return status.parents.map(({ conditions }) => conditions)
    case 'Policy':
      return status.ancestors.map(({ conditions }) => conditions)
  }
}

interface Spec {
  readonly controllerName?: string
  readonly gatewayClassName?: string
  readonly hostnames?: readonly string[]
  readonly parentRef?: ParentReference
  readonly parentRefs?: readonly ParentReference[]
  readonly targetRef?: Target
  readonly targetRefs?: readonly Target[]
  readonly rules?: readonly { readonly backendRefs?: readonly { readonly name: string; readonly port?: number }[] }[]
}

interface Target {
  readonly kind: string
  readonly name: string
  readonly sectionName?: string
}

function detailsOf({ kind, metadata, spec: written }: KubeObject, status: Status | undefined): readonly string[] {
  const spec = (written ?? {}) as Spec
  const parent = ({ name, namespace, sectionName }: ParentReference) => {
    const place = namespace === undefined || namespace === metadata.namespace ? name : `${namespace}/${name}`
    return sectionName === undefined ? place : `${place}#${sectionName}`
  }
  if (kind === 'GatewayClass') return [spec.controllerName ?? '']
  if (kind === 'Gateway') {
    const addresses = status?.kind === 'Gateway' ? status.addresses.map(({ value }) => value) : []
    return [spec.gatewayClassName ?? '', few(addresses)]
  }
  if (kind === 'ListenerSet') return [spec.parentRef ? parent(spec.parentRef) : '']
  if (kind.endsWith('Route')) return [few(spec.hostnames ?? [], 1) || '*', few((spec.parentRefs ?? []).map(parent))]
  const targets = spec.targetRefs ?? (spec.targetRef ? [spec.targetRef] : [])
  return [few(targets.map((one) => `${one.kind} ${one.name}${one.sectionName ? `#${one.sectionName}` : ''}`))]
}

/** The first ones; the rest by number. */
function few(words: readonly string[], most = 2): string {
  const rest = words.length - most
  return `${words.slice(0, most).join(', ')}${rest > 0 ? ` +${rest}` : ''}`
}

function summary({ spec }: KubeObject, status: Status): string {
  if (status.kind === 'Gateway' || status.kind === 'ListenerSet') {
    const routes = status.listeners.reduce((sum, { attachedRoutes }) => sum + attachedRoutes, 0)
    return `${count(status.listeners.length, 'listener')}, ${count(routes, 'attached route')}`
  }
  if (status.kind !== 'Route') return ''
  const refs = ((spec as Spec).rules ?? []).flatMap(({ backendRefs = [] }) => backendRefs)
  const backends = [...new Set(refs.map(({ name, port }) => (port === undefined ? name : `${name}:${port}`)))]
  return backends.length === 0 ? '' : `to ${few(backends)}`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
