import type { ParentReference } from '#api'
import { compareText, type PolicyNote } from '#ir'
import type { Problem } from '#kit/outcome.ts'
import { type Condition, conditionOf, trueCondition } from './condition.ts'
import { type PolicyPlace, policiesOn, selectsPlace } from './policies-on.ts'
import type { PolicyReader } from './policy-models.ts'
import type { PlaneName, PolicyTraffic } from './policy-slice.ts'
import { type AttachedPolicy, type TargetRef, targetsOf } from './policy-target.ts'
import { gatewayGroup } from './protocols.ts'
import { located } from './rule.ts'
import { namespaceOf } from './store.ts'
import { findUnreadProxyHeaders } from './unread-proxy-headers.ts'

/** What a route says about a policy that it meets, on the listeners of one Gateway. */
export interface PolicyMeeting {
  readonly gateway: string
  readonly note: PolicyNote
}

/** What the other books know; asking counts as depending on it. */
export interface PolicyFacts {
  /** The routes that meet the policy, by `HTTPRoute namespace/name`. */
  readonly met: ReadonlyMap<string, readonly PolicyMeeting[]>
  /** The Gateway of ours that the object is or belongs to, `namespace/name`. */
  gatewayOf(kind: 'Gateway' | 'ListenerSet', name: string): string | undefined
  /** Of a Gateway of ours. */
  planeOf(gateway: string): PlaneName | undefined
  /** The Gateways of ours that have taken the route. */
  gatewaysOfRoute(kind: string, name: string): ReadonlySet<string>
  /** `namespace/name` of all objects of the kind. */
  names(kind: 'Gateway' | 'ListenerSet'): Iterable<string>
}

export interface PolicyAncestor {
  readonly ancestorRef: ParentReference
  readonly conditions: readonly Condition[]
}

/** What happened to the policy at one of the places that it is attached to. */
interface Finding {
  readonly fate: PolicyNote['fate'] | 'missing'
  /** `HTTPRoute default/r`, `Gateway default/gw`. */
  readonly at: string
  readonly by?: string
  /** Of one that is applied: what of it has no effect. */
  readonly why?: string
}

/** policy_types.go: never more in a status. */
export const maxAncestors = 16

/** The ancestors of one of Envoy Gateway's policies with their conditions, sorted. */
export function attachedAncestors(
  policy: AttachedPolicy,
  reader: PolicyReader,
  facts: PolicyFacts,
): readonly PolicyAncestor[] {
  const findings = new Map<string, { readonly ref: ParentReference; readonly found: Finding[] }>()
  const add = (ref: ParentReference, finding: Finding) => {
    const key = `${ref.kind} ${ref.namespace}/${ref.name}`
    const known = findings.get(key)
    if (known) known.found.push(finding)
    else findings.set(key, { ref, found: [finding] })
  }
  for (const target of targetsOf(policy)) findNamed(policy, target, reader, facts, add)
  for (const kind of ['Gateway', 'ListenerSet'] as const) {
    if (!(policy.spec.targetSelectors ?? []).some((selector) => selector.kind === kind)) continue
    for (const name of facts.names(kind)) {
      const place = placeOf(reader, kind, name)
      if (place && selectsPlace(reader, policy, place)) findAt(policy, place, reader, facts, add)
    }
  }
  for (const [route, meetings] of facts.met) {
    for (const { gateway, note } of meetings) add(gatewayRef(gateway), { ...note, at: route })
  }
  const generation = policy.metadata.generation ?? 0
  const ancestors = [...findings.entries()]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, { ref, found }]) => ({ ancestorRef: ref, conditions: conditionsOf(found, generation, policy) }))
  return aggregate(ancestors, generation)
}

type Add = (ref: ParentReference, finding: Finding) => void

/** Routes tell by themselves what became of the policy; only what is missing has to be looked for. */
function findNamed(
  policy: AttachedPolicy,
  target: TargetRef,
  reader: PolicyReader,
  facts: PolicyFacts,
  add: Add,
): void {
  const namespace = namespaceOf(policy)
  const full = `${namespace}/${target.name}`
  const at = `${target.kind} ${full}`
  const object = isTargetKind(target.kind) ? reader.get(target.kind, namespace, target.name) : undefined
  const own = { group: target.group, kind: target.kind, namespace, name: target.name }
  if (!object) return add(own, { fate: 'missing', at, why: `${at} does not exist` })
  const section = target.sectionName || undefined
  if (target.kind === 'Gateway' || target.kind === 'ListenerSet') {
    const place = placeOf(reader, target.kind, full)!
    return findAt(policy, section === undefined ? place : { ...place, section }, reader, facts, add)
  }
  const rules = ((object.spec as { readonly rules?: readonly { readonly name?: string }[] }).rules ?? []).map(
    ({ name }) => name,
  )
  if (section === undefined || rules.includes(section)) return
  for (const gateway of facts.gatewaysOfRoute(target.kind, full))
    add(gatewayRef(gateway), { fate: 'missing', at, why: `${at} has no rule named ${section}` })
}

/** A Gateway, ListenerSet or one of its listeners. */
function findAt(policy: AttachedPolicy, place: PolicyPlace, reader: PolicyReader, facts: PolicyFacts, add: Add): void {
  const kind = place.kind as 'Gateway' | 'ListenerSet'
  const full = `${place.namespace}/${place.name}`
  const gateway = facts.gatewayOf(kind, full)
  if (gateway === undefined) return
  const at = place.section === undefined ? `${kind} ${full}` : `listener ${place.section} of ${kind} ${full}`
  const ref = gatewayRef(gateway)
  const listeners = reader.get(kind, place.namespace, place.name)?.spec.listeners ?? []
  if (place.section !== undefined && !listeners.some(({ name }) => name === place.section))
    return add(ref, { fate: 'missing', at, why: `${kind} ${full} has no listener named ${place.section}` })
  const [winner] = policiesOn(reader, policy.kind, place)
  if (winner !== policy) return add(ref, { fate: 'conflicted', at, by: fullName(winner!) })
  const carries: PolicyTraffic = policy.kind === 'ClientTrafficPolicy' ? 'listener' : 'http'
  const plane = facts.planeOf(gateway)
  const problems = reader.model(policy.kind, [fullName(policy)], carries, plane)?.problems ?? []
  if (problems.length > 0) return add(ref, { fate: 'refused', at, why: problems.map(located).join('; ') })
  const vain =
    policy.kind === 'ClientTrafficPolicy' ? findUnreadProxyHeaders(place, gateway, plane, reader, facts) : undefined
  add(ref, { fate: 'applied', at, ...(vain !== undefined && { why: vain }) })
  if (policy.kind !== 'ClientTrafficPolicy' || place.section !== undefined) return
  for (const { name } of listeners) {
    const [nearer] = policiesOn(reader, policy.kind, { ...place, section: name })
    // One that is refused is as if it were not there.
    const counts = nearer && reader.model(nearer.kind, [fullName(nearer)], carries, plane)?.problems.length === 0
    if (counts) add(ref, { fate: 'overridden', at: `listener ${name} of ${kind} ${full}`, by: fullName(nearer) })
  }
}

function placeOf(reader: PolicyReader, kind: 'Gateway' | 'ListenerSet', full: string): PolicyPlace | undefined {
  const [namespace = '', name = ''] = full.split('/')
  const object = reader.get(kind, namespace, name)
  return object && { kind, namespace, name, labels: () => object.metadata.labels ?? {} }
}

const targetKinds = [
  'Gateway',
  'ListenerSet',
  'HTTPRoute',
  'GRPCRoute',
  'TLSRoute',
  'TCPRoute',
  'UDPRoute',
  'GatewayClass',
] as const

function isTargetKind(kind: string): kind is (typeof targetKinds)[number] {
  return (targetKinds as readonly string[]).includes(kind)
}

function gatewayRef(full: string): ParentReference {
  const [namespace = '', name = ''] = full.split('/')
  return { group: gatewayGroup, kind: 'Gateway', namespace, name }
}

function conditionsOf(found: readonly Finding[], generation: number, { kind }: AttachedPolicy): readonly Condition[] {
  const of = (fate: Finding['fate']) => found.filter((finding) => finding.fate === fate)
  const refused = of('refused')[0]
  const lost = of('conflicted')
  const missing = of('missing')
  const inForce = found.length - lost.length - missing.length
  const lostText = tell(lost, (by, at) => `${at} has the older ${kind} ${by}`)
  const missingText = [...new Set(missing.map(({ why = '' }) => why))].join('; ')
  const vainText = [...new Set(of('applied').map(({ why = '' }) => why))].filter((text) => text !== '').join('; ')
  const refusal: Problem | undefined = refused
    ? { reason: 'Invalid', message: refused.why ?? '', path: '' }
    : inForce > 0
      ? undefined
      : lost.length > 0
        ? { reason: 'Conflicted', message: lostText, path: '' }
        : { reason: 'TargetNotFound', message: missingText, path: '' }
  const accepted = refusal
    ? conditionOf('Accepted', generation, refusal)
    : // Where it is not in force, it says so.
      trueCondition(
        'Accepted',
        generation,
        'Accepted',
        [lostText, missingText, vainText].filter((text) => text !== '').join('; '),
      )
  const merged = of('merged')
  const overridden = of('overridden')
  return [
    accepted,
    ...(merged.length > 0
      ? [
          trueCondition(
            'Merged',
            generation,
            'Merged',
            tell(merged, (by, at) => `with ${kind} ${by} on ${at}`),
          ),
        ]
      : []),
    ...(overridden.length > 0
      ? [
          trueCondition(
            'Overridden',
            generation,
            'Overridden',
            tell(overridden, (by, at) => `by ${kind} ${by} on ${at}`),
          ),
        ]
      : []),
  ]
}

/** Policies with their places, few enough for a status: conditions hold 32 KiB, people less. */
function tell(findings: readonly Finding[], say: (by: string, at: string) => string): string {
  const lines = [...new Set(findings.map(({ by = '', at }) => say(by, at)))].sort(compareText)
  return lines.length > 5 ? `${lines.slice(0, 5).join('; ')}; and ${lines.length - 5} more` : lines.join('; ')
}

/** What is cut off is told in the last one that is left. */
function aggregate(ancestors: readonly PolicyAncestor[], generation: number): readonly PolicyAncestor[] {
  if (ancestors.length <= maxAncestors) return ancestors
  const kept = ancestors.slice(0, maxAncestors)
  const last = kept[maxAncestors - 1]!
  const message = `a status has room for ${maxAncestors} ancestors: ${ancestors.length - maxAncestors} more are left out`
  const conditions = [...last.conditions, trueCondition('Aggregated', generation, 'Aggregated', message)]
  return [...kept.slice(0, -1), { ...last, conditions }]
}

function fullName(policy: AttachedPolicy): string {
  return `${namespaceOf(policy)}/${policy.metadata.name}`
}
