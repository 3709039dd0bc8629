import type { KubeObject, ParentReference } from '#api'
import {
  type BackendKey,
  compareText,
  gatewayOfListener,
  type ListenerKey,
  type Origin,
  type Route,
  type StreamRoute,
} from '#ir'
import type { Outcome } from '#kit/outcome.ts'
import { type Attaching, type AttachListener, type Attachment, type AttachPoint, attach } from './attachment.ts'
import type { BackendUse } from './backend-ref.ts'
import { defaultParents } from './default-gateways.ts'
import { namespaceLabels } from './namespace-labels.ts'
import { noPolicies, policiesAbove, rulePolicies } from './policy-chain.ts'
import type { PolicyReader } from './policy-models.ts'
import type { PolicyMeeting } from './policy-status.ts'
import { gatewayGroup } from './protocols.ts'
import type { RouteKind } from './route-kinds.ts'
import { rulesVerdict } from './route-status.ts'
import type { Features, RuleModel } from './rule.ts'
import { namespaceOf } from './store.ts'

/** One route object of any kind, understood. */
export interface RouteModel {
  readonly generation: number
  readonly parents: readonly ParentModel[]
  readonly rules: readonly RuleModel[]
  readonly routes: readonly Route[]
  readonly streams: readonly StreamRoute[]
  /** Backends that `routes` and `streams` name. */
  readonly uses: ReadonlyMap<BackendKey, BackendUse>
  /** The policies that its rules meet, each thing said once. */
  readonly met: readonly PolicyMeeting[]
  /** Listeners whose attachedRoutes count it. */
  readonly attached: ReadonlySet<ListenerKey>
}

/** A parentRef that names something of ours. */
export interface ParentModel {
  readonly ref: ParentReference
  readonly attachments: Outcome<readonly Attachment[]>
  /** As they are where it is attached: what one plane refuses another one may do. */
  readonly rules: readonly RuleModel[]
}

/** Where routes can attach; asking counts as depending on it. */
export interface AttachPoints {
  /** By what a parentRef names. */
  find(kind: string, namespace: string, name: string): AttachPoint | undefined
  /** Names of the default Gateways. */
  defaults(): readonly string[]
}

export function translateRoute(
  route: KubeObject,
  kind: RouteKind,
  reader: PolicyReader,
  points: AttachPoints,
  features: Features,
): RouteModel {
  const origin: Origin = { kind: kind.kind, namespace: namespaceOf(route), name: route.metadata.name }
  const attaching: Attaching = {
    kind: kind.kind,
    namespace: origin.namespace,
    hostnames: kind.hostnames(route),
    namespaceLabels: () => namespaceLabels(reader, origin.namespace),
  }
  const written = kind.parentRefs(route)
  const refs = [...written, ...defaultParents(route, written, () => points.defaults())]
  const named = refs.flatMap((ref): readonly Omit<ParentModel, 'rules'>[] => {
    if ((ref.group ?? gatewayGroup) !== gatewayGroup) return []
    const point = points.find(ref.kind ?? 'Gateway', ref.namespace ?? origin.namespace, ref.name)
    return point ? [{ ref, attachments: attach(ref, attaching, point) }] : []
  })
  const generation = route.metadata.generation ?? 0
  // Nobody of ours was asked: nothing to do, and nothing to say.
  if (named.length === 0)
    return {
      generation,
      parents: [],
      rules: [],
      routes: [],
      streams: [],
      uses: new Map(),
      met: [],
      attached: new Set(),
    }
  const attachments = attachmentsOf(named)
  const { carries } = kind
  const translate: RulesFor = ({ key, side, plane }) => {
    const policies = (rule: string | undefined) =>
      key === undefined ? noPolicies : rulePolicies(reader, { origin, object: route, carries, plane }, rule, key)
    const { group } = kind
    return kind.rules(route, { reader, origin, group, features, side, carries, ...(plane && { plane }), policies })
  }
  const rulesFor = rememberAlike(reader, translate)
  // Whether rules are valid does not depend on the listener: any of them tells.
  const rules = rulesFor([...attachments.values()][0]?.listener ?? { side: { sealed: false } })
  const parents = named.map((parent): ParentModel => {
    const [first] = parent.attachments.ok ? parent.attachments.value : []
    return { ...parent, rules: first ? rulesFor(first.listener) : rules }
  })
  if (rulesVerdict(rules).refused) attachments.clear()
  return {
    generation,
    parents,
    rules,
    ...programme(route, origin, rulesFor, attachments),
    met: meetings(rulesFor, attachments),
    attached: new Set(attachments.keys()),
  }
}

type RulesFor = (
  listener: Partial<Pick<AttachListener, 'key' | 'plane'>> & Pick<AttachListener, 'side'>,
) => readonly RuleModel[]

/** Listeners are nearly always alike in what they mean to backends and in their policies: then the rules are translated once. */
function rememberAlike(reader: PolicyReader, translate: RulesFor): RulesFor {
  const known = new Map<string, readonly RuleModel[]>()
  const ofListener = new Map<ListenerKey | undefined, readonly RuleModel[]>()
  return (listener) => {
    const { key, side, plane } = listener
    const asked = ofListener.get(key)
    if (asked) return asked
    const alike = `${plane} ${side.sealed} ${side.identity ?? ''} ${key === undefined ? '' : policiesAbove(reader, key)}`
    const rules = known.get(alike) ?? translate(listener)
    known.set(alike, rules)
    ofListener.set(key, rules)
    return rules
  }
}

/** Several parentRefs may lead to one listener: it gets the route once. */
function attachmentsOf(parents: readonly Pick<ParentModel, 'attachments'>[]): Map<ListenerKey, Attachment> {
  const byListener = new Map<ListenerKey, Attachment>()
  for (const { attachments } of parents) {
    if (!attachments.ok) continue
    for (const attachment of attachments.value) byListener.set(attachment.listener.key, attachment)
  }
  return byListener
}

/** Also on listeners that are not served: that is for the listener to say. */
function meetings(rulesFor: RulesFor, attachments: ReadonlyMap<ListenerKey, Attachment>): readonly PolicyMeeting[] {
  const met = new Map<string, PolicyMeeting>()
  for (const { listener } of attachments.values()) {
    const gateway = gatewayOfListener(listener.key)
    for (const { notes } of rulesFor(listener)) {
      for (const note of notes) {
        const { kind, namespace, name } = note.origin
        met.set([gateway, kind, namespace, name, note.fate, note.by, note.why].join('\n'), { gateway, note })
      }
    }
  }
  return [...met].sort(([a], [b]) => compareText(a, b)).map(([, meeting]) => meeting)
}

function programme(
  route: KubeObject,
  origin: Origin,
  rulesFor: RulesFor,
  attachments: ReadonlyMap<ListenerKey, Attachment>,
): Pick<RouteModel, 'routes' | 'streams' | 'uses'> {
  const routes: Route[] = []
  const streams: StreamRoute[] = []
  const uses = new Map<BackendKey, BackendUse>()
  for (const { listener, hostnames } of attachments.values()) {
    if (!listener.served) continue
    for (const { index, name, rule } of rulesFor(listener)) {
      if (!rule.ok) continue
      const { uses: used, ...parts } = rule.value
      const common = {
        key: `${origin.kind}/${origin.namespace}/${origin.name}/${index}@${listener.key}`,
        listener: listener.key,
        origin,
        rule: index,
        ...(name !== undefined && { ruleName: name }),
        createdAt: route.metadata.creationTimestamp ?? '',
      }
      if ('to' in parts) streams.push({ ...common, serverNames: hostnames, ...parts })
      else routes.push({ ...common, hostnames, ...parts })
      for (const [key, use] of used) uses.set(key, use)
    }
  }
  return { routes, streams, uses }
}
