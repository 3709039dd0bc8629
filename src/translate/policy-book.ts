import { compareText, type PlaneRefusal } from '#ir'
import { type Condition, notProgrammed } from './condition.ts'
import { Dependencies, type Topic } from './dependencies.ts'
import { attachTopic, type GatewayBook } from './gateway-book.ts'
import type { PolicyModels } from './policy-models.ts'
import { policiesRefused } from './policy-refusals.ts'
import { attachedAncestors, maxAncestors, type PolicyAncestor, type PolicyMeeting } from './policy-status.ts'
import { type AttachedPolicy, isAttachedKind, targetsOf } from './policy-target.ts'
import { gatewayGroup } from './protocols.ts'
import type { Reader } from './reader.ts'
import type { RouteBook, RouteStep } from './route-book.ts'
import { sameValue } from './same-value.ts'
import type { PolicyStatus } from './status.ts'
import {
  type Kinds,
  namespaceOf,
  objectTopic,
  type PolicyKind,
  policiesTopic,
  type Store,
  selectingTopic,
  topicsOfKind,
} from './store.ts'

/** What one kind of policy about backends says about itself. */
export interface PolicyJudge<K extends PolicyKind = PolicyKind> {
  readonly kind: K
  /** The same for every ancestor. Called only for policies that some Gateway of ours meets. */
  conditions(policy: Kinds[K], reader: Reader): readonly Condition[]
}

const policyKinds: readonly PolicyKind[] = [
  'BackendTLSPolicy',
  'XBackendTrafficPolicy',
  'BackendTrafficPolicy',
  'ClientTrafficPolicy',
  'SecurityPolicy',
  'EnvoyExtensionPolicy',
  'EnvoyPatchPolicy',
]

/**
 * The policies' statuses. The ancestors of one about backends are the Gateways whose routes lead to what it targets (GEP-713);
 * of one about Gateways, listeners and routes the Gateways that it is attached to, or whose routes are.
 */
export class PolicyBook {
  readonly #store: Store
  readonly #gateways: GatewayBook
  readonly #routes: RouteBook
  readonly #models: PolicyModels
  readonly #judges: readonly PolicyJudge[]
  readonly #controllerName: string
  readonly #dependencies = new Dependencies<Topic>()
  /** What routes say about each policy, by `HTTPRoute namespace/name`. */
  readonly #met = new Map<Topic, Map<string, readonly PolicyMeeting[]>>()

  constructor(
    store: Store,
    gateways: GatewayBook,
    routes: RouteBook,
    models: PolicyModels,
    judges: readonly PolicyJudge[],
    controllerName: string,
  ) {
    this.#store = store
    this.#gateways = gateways
    this.#routes = routes
    this.#models = models
    this.#judges = judges
    this.#controllerName = controllerName
  }

  /** The policies that may have something else to say now: changed themselves, or met by other routes. */
  *affected(
    touched: ReadonlySet<Topic>,
    steps: readonly RouteStep[],
  ): Iterable<{ readonly kind: PolicyKind; readonly name: string }> {
    const names = new Map(policyKinds.map((kind) => [kind, new Set(topicsOfKind(touched, kind))]))
    for (const topic of new Set([...touched, ...steps.flatMap(({ policies }) => [...policies])])) {
      for (const { object } of this.#store.policiesByTopic(topic)) {
        names.get(object.kind)?.add(`${namespaceOf(object)}/${object.metadata.name}`)
      }
    }
    // What a policy refers to that its routes do not: a policy that lost has its own certificates to tell about.
    const routes = steps.map(({ kind, name }) => attachedTopic(kind.kind, name))
    const dependent = this.#dependencies.affected([...touched, ...routes])
    for (const step of steps) for (const policy of this.#meet(step)) dependent.add(policy)
    // Nobody has asked a Gateway that has just come whether it is selected.
    for (const kind of ['Gateway', 'ListenerSet'] as const) {
      if (topicsOfKind(touched, kind)[Symbol.iterator]().next().done) continue
      for (const { object } of this.#store.policiesByTopic(selectingTopic(kind)))
        dependent.add(objectTopic(object.kind, `${namespaceOf(object)}/${object.metadata.name}`))
    }
    for (const kind of policyKinds) for (const name of topicsOfKind(dependent, kind)) names.get(kind)!.add(name)
    for (const [kind, found] of names) for (const name of found) yield { kind, name }
  }

  /** @returns undefined when nothing of ours stands in its status: it is gone, or no route of ours meets it */
  status(
    kind: PolicyKind,
    name: string,
    refusedBy: (gateway: string) => readonly PlaneRefusal[] = () => [],
  ): PolicyStatus | undefined {
    const topic = objectTopic(kind, name)
    const policy = this.#store.find(kind, name)?.object
    if (!policy) {
      this.#dependencies.delete(topic)
      return undefined
    }
    const topics = new Set<Topic>()
    const ancestors = isAttachedKind(policy.kind)
      ? this.#attached(policy as AttachedPolicy, topics)
      : this.#aboutBackends(policy, topics)
    this.#dependencies.set(topic, topics)
    if (ancestors.length === 0) return undefined
    const controllerName = this.#controllerName
    return {
      kind: 'Policy',
      ancestors: ancestors.map(({ ancestorRef, conditions }) => {
        const gateway = `${ancestorRef.namespace}/${ancestorRef.name}`
        const own = refusedBy(gateway).filter((refusal) => policiesRefused(refusal).includes(topic))
        const refused = own.length > 0 ? [notProgrammed(policy.metadata.generation ?? 0, own)] : []
        return { ancestorRef, controllerName, conditions: [...conditions, ...refused] }
      }),
    }
  }

  #attached(policy: AttachedPolicy, topics: Set<Topic>): readonly PolicyAncestor[] {
    const name = `${namespaceOf(policy)}/${policy.metadata.name}`
    return attachedAncestors(policy, this.#models.reader(topics), {
      met: this.#met.get(objectTopic(policy.kind, name)) ?? new Map(),
      gatewayOf: (kind, object) => {
        topics.add(attachTopic(kind, object))
        return this.#gateways.gatewayOf(kind, object)
      },
      planeOf: (gateway) => {
        topics.add(attachTopic('Gateway', gateway))
        return this.#gateways.planeOf(gateway)
      },
      gatewaysOfRoute: (kind, route) => {
        topics.add(attachedTopic(kind, route))
        return this.#routes.gatewaysOf(kind, route)
      },
      names: (kind) => this.#store.names(kind),
    })
  }

  #aboutBackends(policy: Kinds[PolicyKind], topics: Set<Topic>): readonly PolicyAncestor[] {
    const judge = this.#judges.find(({ kind }) => kind === policy.kind)
    const gateways = this.#gatewaysOf(policy)
    if (!judge || gateways.length === 0) return []
    const conditions = judge.conditions(policy, this.#models.reader(topics))
    return gateways.slice(0, maxAncestors).map((gateway) => {
      const [namespace = '', name = ''] = gateway.split('/')
      return { ancestorRef: { group: gatewayGroup, kind: 'Gateway', namespace, name }, conditions }
    })
  }

  #gatewaysOf(policy: Kinds[PolicyKind]): readonly string[] {
    const namespace = namespaceOf(policy)
    const gateways = targetsOf(policy).flatMap((target) => [
      ...this.#routes.gatewaysReading(policiesTopic(namespace, target)),
    ])
    return [...new Set(gateways)].sort(compareText)
  }

  /** Notes what a route says now. @returns the policies of which it says something else than before */
  *#meet({ kind, name, before, after }: RouteStep): Iterable<Topic> {
    const route = `${kind.kind} ${name}`
    const old = byPolicy(before?.met ?? [])
    const now = byPolicy(after?.met ?? [])
    for (const policy of new Set([...old.keys(), ...now.keys()])) {
      const meetings = now.get(policy)
      if (sameValue(old.get(policy), meetings)) continue
      const known = this.#met.get(policy) ?? new Map<string, readonly PolicyMeeting[]>()
      if (meetings) known.set(route, meetings)
      else known.delete(route)
      if (known.size > 0) this.#met.set(policy, known)
      else this.#met.delete(policy)
      yield policy
    }
  }
}

/** Where a route is attached. */
function attachedTopic(kind: string, name: string): Topic {
  return `attached ${kind}/${name}`
}

function byPolicy(met: readonly PolicyMeeting[]): ReadonlyMap<Topic, readonly PolicyMeeting[]> {
  const found = new Map<Topic, PolicyMeeting[]>()
  for (const meeting of met) {
    const { kind, namespace, name } = meeting.note.origin
    const topic = `${kind}/${namespace}/${name}`
    const known = found.get(topic)
    if (known) known.push(meeting)
    else found.set(topic, [meeting])
  }
  return found
}
