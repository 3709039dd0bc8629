import type { KubeObject } from '#api'
import type { Admission, BackendKey, ListenerKey, Origin, PolicyNote } from '#ir'
import type { Outcome, Problem } from '#kit/outcome.ts'
import type { BackendUse } from './backend-ref.ts'
import { type PolicyPlace, policiesOn } from './policies-on.ts'
import type { PlacedNode, PolicyModel } from './policy-model.ts'
import type { PolicyReader } from './policy-models.ts'
import type { BackendSlots, ListenerSlots, PlaneName, PolicyForward, PolicyTraffic } from './policy-slice.ts'
import type { AttachedKind, AttachedPolicy } from './policy-target.ts'
import { gatewayGroup } from './protocols.ts'
import { located } from './rule.ts'
import { namespaceOf } from './store.ts'

/** What the policies come to for one rule on one listener. */
export interface RulePolicies {
  readonly nodes: readonly PlacedNode[]
  readonly forward: PolicyForward
  /** What becomes of the rule's backends, and whose word that is. */
  readonly backend?: { readonly slots: BackendSlots; readonly by: string }
  readonly uses: ReadonlyMap<BackendKey, BackendUse>
  /** A SecurityPolicy that cannot be obeyed: nothing gets through. */
  readonly closed?: Problem
  /** Who may come in to a TCPRoute. */
  readonly admit?: Admission
  readonly notes: readonly PolicyNote[]
}

export const noPolicies: RulePolicies = { nodes: [], forward: {}, uses: new Map(), notes: [] }

/** The side of the route. */
export interface PolicyRoute {
  readonly origin: Origin
  readonly object: KubeObject
  readonly carries: PolicyTraffic
  /** Of the listener. */
  readonly plane?: PlaneName | undefined
}

/** What is asked of a policy, and of whom. */
type Asked = Pick<PolicyRoute, 'carries' | 'plane'>

const kindsOfRoutes = ['BackendTrafficPolicy', 'SecurityPolicy', 'EnvoyExtensionPolicy'] as const

/** Rule before route before ListenerSet's listener, ListenerSet, Gateway's listener, Gateway. */
export function rulePolicies(
  reader: PolicyReader,
  { origin, object, carries, plane }: PolicyRoute,
  ruleName: string | undefined,
  listener: ListenerKey,
): RulePolicies {
  const own: PolicyPlace = { ...origin, labels: () => object.metadata.labels ?? {} }
  const above = placesOf(reader, listener)
  if (!hasPolicies(reader, [own, ...above])) return noPolicies
  const verdicts = kindsOfRoutes.map((kind) => {
    const levels = [
      ...(ruleName !== undefined ? [level(reader, kind, { ...own, section: ruleName }, true)] : []),
      level(reader, kind, own, true),
      ...above.map((place) => level(reader, kind, place, false)),
    ]
    return judge(reader, kind, levels, { carries, plane })
  })
  const client = judge(
    reader,
    'ClientTrafficPolicy',
    above.map((place) => level(reader, 'ClientTrafficPolicy', place, false)),
    { carries: 'listener', plane },
  )
  const [traffic, security, extension] = verdicts
  const closed = security?.closed ?? (security && unguarded(security, { origin, object, carries }))
  const models = [security, traffic, extension, client].flatMap((verdict) => verdict?.model ?? [])
  const backend = traffic?.model?.backend
  return {
    nodes: models.flatMap(({ nodes }) => nodes),
    forward: traffic?.model?.forward ?? {},
    ...(backend && { backend: { slots: backend, by: traffic.model!.id } }),
    uses: new Map(models.flatMap(({ uses }) => uses.map((use) => [use.key, use]))),
    ...(closed && { closed }),
    ...(security?.model?.admit && origin.kind === 'TCPRoute' && { admit: security.model.admit }),
    notes: [...verdicts, client].flatMap(({ notes }) => notes),
  }
}

/**
 * Nodes are about requests, so connections would pass a guard unseen. Policies of a Gateway speak of requests too, which mean
 * nothing here; but their rules about who may come in hold for TCPRoutes (Envoy Gateway, SecurityPolicy.authorization): addresses
 * are what connections have, too.
 */
function unguarded({ model, policy, own }: Verdict, { origin, carries }: PolicyRoute): Problem | undefined {
  if (carries !== 'stream' || !model || !policy || origin.kind !== 'TCPRoute') return undefined
  if (model.admit ? !own || model.nodes.length === 0 : !own && policy.spec.authorization === undefined) return undefined
  return closedBy(
    policy,
    'it guards requests, and a TCPRoute has none: only authorization by principal.clientCIDRs is for both',
  )
}

function closedBy(policy: AttachedPolicy, why: string): Problem {
  return { reason: 'Invalid', message: `${policy.kind} ${fullName(policy)} cannot be obeyed: ${why}`, path: '' }
}

/** It says who is let in: as if it were not there everybody would be. */
function isGuard({ kind, spec }: AttachedPolicy): boolean {
  if (kind === 'SecurityPolicy') return true
  const { tls } = spec as { readonly tls?: { readonly clientValidation?: object } }
  return kind === 'ClientTrafficPolicy' && tls?.clientValidation !== undefined
}

/** What differs between listeners for the rules of a route, as far as policies go: equal texts, equal policies from above. */
export function policiesAbove(reader: PolicyReader, listener: ListenerKey): string {
  const places = placesOf(reader, listener)
  if (!hasPolicies(reader, places)) return ''
  const names = places.flatMap((place, i) =>
    [...kindsOfRoutes, 'ClientTrafficPolicy' as const].flatMap((kind) =>
      policiesOn(reader, kind, place).map((policy) => `${i} ${kind} ${fullName(policy)}`),
    ),
  )
  return names.join(', ')
}

/** Most places have none, and there are thousands of them. */
function hasPolicies(reader: PolicyReader, places: readonly PolicyPlace[]): boolean {
  return places.some(({ kind, namespace, name }) =>
    reader.mayHavePolicies(namespace, { group: gatewayGroup, kind, name }),
  )
}

/** What the ClientTrafficPolicy of a listener comes to. */
export interface ListenerPolicy {
  readonly slots?: ListenerSlots | undefined
  /** It says which clients are let in, and cannot be obeyed: nobody is. */
  readonly closed?: Problem | undefined
}

export function listenerPolicy(
  reader: PolicyReader,
  listener: ListenerKey,
  plane: PlaneName | undefined,
): ListenerPolicy {
  const places = placesOf(reader, listener)
  if (!hasPolicies(reader, places)) return {}
  const levels = places.map((place) => level(reader, 'ClientTrafficPolicy', place, false))
  const { model, closed } = judge(reader, 'ClientTrafficPolicy', levels, { carries: 'listener', plane })
  return { slots: model?.listener, closed }
}

/** The places above a route, the nearest first: see ListenerKey. */
export function placesOf(reader: PolicyReader, listener: ListenerKey): readonly PolicyPlace[] {
  const [namespace = '', name = '', ...rest] = listener.split('/')
  const gateway = place(reader, 'Gateway', namespace, name)
  if (rest.length === 1) return [{ ...gateway, section: rest[0]! }, gateway]
  const [setNamespace = '', setName = '', section = ''] = rest
  const set = place(reader, 'ListenerSet', setNamespace, setName)
  return [{ ...set, section }, set, gateway]
}

function place(reader: PolicyReader, kind: 'Gateway' | 'ListenerSet', namespace: string, name: string): PolicyPlace {
  return { kind, namespace, name, labels: () => reader.get(kind, namespace, name)?.metadata.labels ?? {} }
}

/** The policies of one kind on one place. */
interface Level {
  readonly policies: readonly AttachedPolicy[]
  /** The route or rule itself: its policy may be merged with one from above. */
  readonly own: boolean
}

function level(reader: PolicyReader, kind: AttachedKind, place: PolicyPlace, own: boolean): Level {
  return { policies: policiesOn(reader, kind, place), own }
}

interface Verdict {
  readonly model?: PolicyModel
  readonly policy?: AttachedPolicy
  /** It is attached to the route or rule itself. */
  readonly own?: boolean
  readonly closed?: Problem
  readonly notes: readonly PolicyNote[]
}

const nothing: Verdict = { notes: [] }

/** Of the policies of one kind the one that counts: the nearest place's, there the oldest. */
function judge(reader: PolicyReader, kind: AttachedKind, levels: readonly Level[], asked: Asked): Verdict {
  if (levels.every(({ policies }) => policies.length === 0)) return nothing
  const notes: PolicyNote[] = []
  let counts: AttachedPolicy | undefined
  let parent: AttachedPolicy | undefined
  let verdict: Omit<Verdict, 'notes'> = {}
  for (const [i, { policies, own }] of levels.entries()) {
    const [winner, ...losers] = policies
    for (const loser of losers) notes.push(note(loser, 'conflicted', winner))
    if (!winner) continue
    if (counts) {
      notes.push(winner === parent ? note(winner, 'merged', counts) : note(winner, 'overridden', counts))
      continue
    }
    const above =
      own && winner.spec.mergeType !== undefined ? parentOf(reader, kind, levels.slice(i + 1), asked) : undefined
    const outcome = understand(reader, kind, winner, above, asked, own)
    if (!outcome.ok) {
      const [problem] = outcome.problems
      notes.push({ ...note(winner, 'refused'), why: outcome.problems.map(located).join('; ') })
      // As if it were not there; but a guard that cannot do its work keeps the door shut.
      if (!isGuard(winner)) continue
      counts = winner
      verdict = { closed: closedBy(winner, located(problem!)) }
    } else {
      counts = winner
      parent = above
      verdict = { model: outcome.value, policy: winner, own }
      notes.push(above ? note(winner, 'merged', above) : note(winner, 'applied'))
    }
  }
  return { ...verdict, notes }
}

/** What a route's policy is merged with: that of the nearest place above all routes. */
function parentOf(
  reader: PolicyReader,
  kind: AttachedKind,
  levels: readonly Level[],
  asked: Asked,
): AttachedPolicy | undefined {
  const parent = levels.find(({ own, policies }) => !own && policies.length > 0)?.policies[0]
  // A parent that cannot be obeyed is as if it were not there. A guard's is not: what it adds would be missing.
  if (!parent || kind === 'SecurityPolicy') return parent
  return understand(reader, kind, parent, undefined, asked).ok ? parent : undefined
}

function understand(
  reader: PolicyReader,
  kind: AttachedKind,
  policy: AttachedPolicy,
  parent: AttachedPolicy | undefined,
  { carries, plane }: Asked,
  own = false,
): Outcome<PolicyModel> {
  const names: readonly [string, string?] = parent ? [fullName(policy), fullName(parent)] : [fullName(policy)]
  // They stand in the store: the reader has just found them there.
  const model = reader.model(kind, names, carries, plane)!
  if (model.problems.length > 0) return { ok: false, problems: model.problems }
  // One of a Gateway speaks to its other routes with them. SecurityPolicies close what they cannot guard.
  if (!own || kind !== 'BackendTrafficPolicy' || model.beside.length === 0) return { ok: true, value: model }
  const message = 'is about requests, and this route carries connections: remove it'
  return { ok: false, problems: model.beside.map((field) => ({ reason: 'Invalid', message, path: `spec.${field}` })) }
}

function note(policy: AttachedPolicy, fate: PolicyNote['fate'], by?: AttachedPolicy): PolicyNote {
  const { kind } = policy
  const origin = { kind, namespace: namespaceOf(policy), name: policy.metadata.name }
  return { origin, fate, ...(by && { by: fullName(by) }) }
}

function fullName(policy: AttachedPolicy): string {
  return `${namespaceOf(policy)}/${policy.metadata.name}`
}
