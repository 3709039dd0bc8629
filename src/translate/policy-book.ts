import { compareText } from '#ir'
import type { Condition } from './condition.ts'
import { Dependencies, type Topic } from './dependencies.ts'
import { targetsOf } from './policy-target.ts'
import { gatewayGroup } from './protocols.ts'
import { type Reader, trackingReader } from './reader.ts'
import type { RouteBook, RouteStep } from './route-book.ts'
import type { PolicyStatus } from './status.ts'
import {
  type Kinds,
  namespaceOf,
  objectTopic,
  type PolicyKind,
  policiesTopic,
  type Store,
  topicsOfKind,
} from './store.ts'

/** What one kind of policy says about itself. */
export interface PolicyJudge<K extends PolicyKind = PolicyKind> {
  readonly kind: K
  /** The same for every ancestor. Called only for policies that some Gateway of ours meets. */
  conditions(policy: Kinds[K], reader: Reader): readonly Condition[]
}

/** policy_types.go: never more in a status. */
const maxAncestors = 16

/** The policies about backends. Their ancestors are the Gateways whose routes lead to what they target (GEP-713). */
export class PolicyBook {
  readonly #store: Store
  readonly #routes: RouteBook
  readonly #judges: readonly PolicyJudge[]
  readonly #controllerName: string
  readonly #dependencies = new Dependencies<Topic>()

  constructor(store: Store, routes: RouteBook, judges: readonly PolicyJudge[], controllerName: string) {
    this.#store = store
    this.#routes = routes
    this.#judges = judges
    this.#controllerName = controllerName
  }

  /** The policies that may have something else to say now: changed themselves, or met by other routes. */
  *affected(
    touched: ReadonlySet<Topic>,
    steps: readonly RouteStep[],
  ): Iterable<{ readonly kind: PolicyKind; readonly name: string }> {
    const names = new Map(this.#judges.map(({ kind }) => [kind, new Set(topicsOfKind(touched, kind))]))
    for (const topic of new Set([...touched, ...steps.flatMap(({ policies }) => [...policies])])) {
      for (const { object } of this.#store.policiesByTopic(topic)) {
        names.get(object.kind)?.add(`${namespaceOf(object)}/${object.metadata.name}`)
      }
    }
    // What a policy refers to that its routes do not: a policy that lost has its own certificates to tell about.
    for (const { kind } of this.#judges)
      for (const name of topicsOfKind(this.#dependencies.affected(touched), kind)) names.get(kind)!.add(name)
    for (const [kind, found] of names) for (const name of found) yield { kind, name }
  }

  /** @returns undefined when nothing of ours stands in its status: it is gone, or no route of ours meets it */
  status(kind: PolicyKind, name: string): PolicyStatus | undefined {
    const policy = this.#store.find(kind, name)?.object
    const judge = this.#judges.find((candidate) => candidate.kind === kind)
    if (!policy || !judge) {
      this.#dependencies.delete(objectTopic(kind, name))
      return undefined
    }
    const gateways = this.#gatewaysOf(policy)
    if (gateways.length === 0) return undefined
    const topics = new Set<Topic>()
    const conditions = judge.conditions(policy, trackingReader(this.#store, topics))
    this.#dependencies.set(objectTopic(kind, name), topics)
    return {
      kind: 'Policy',
      ancestors: gateways.slice(0, maxAncestors).map((gateway) => {
        const [namespace = '', gatewayName = ''] = gateway.split('/')
        const ancestorRef = { group: gatewayGroup, kind: 'Gateway', namespace, name: gatewayName }
        return { ancestorRef, controllerName: this.#controllerName, conditions }
      }),
    }
  }

  #gatewaysOf(policy: Kinds[PolicyKind]): readonly string[] {
    const namespace = namespaceOf(policy)
    const gateways = targetsOf(policy).flatMap((target) => [
      ...this.#routes.gatewaysReading(policiesTopic(namespace, target)),
    ])
    return [...new Set(gateways)].sort(compareText)
  }
}
