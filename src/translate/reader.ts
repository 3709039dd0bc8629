import type { EndpointSlice, ReferenceGrant } from '#api'
import type { Topic } from './dependencies.ts'
import type { AttachedPolicy, PolicyTarget } from './policy-target.ts'
import {
  grantsTopic,
  type Kind,
  type Kinds,
  objectTopic,
  type PolicyKind,
  policiesTopic,
  type SliceOwner,
  type Store,
  selectingTopic,
  slicesTopic,
} from './store.ts'

/** The objects as one translation sees them. What it asks for, found or not, is what its result depends on. */
export interface Reader {
  get<K extends Kind>(kind: K, namespace: string, name: string): Kinds[K] | undefined
  grants(namespace: string): Iterable<ReferenceGrant>
  slices(namespace: string, name: string, of: SliceOwner): Iterable<EndpointSlice>
  /** The policies of a kind about an object, in no order. */
  policies<K extends PolicyKind>(kind: K, namespace: string, target: PolicyTarget): readonly Kinds[K][]
  /** Whether policies of any kind are, or by their selectors may be, attached to the object. */
  mayHavePolicies(namespace: string, target: PolicyTarget): boolean
  /** The policies of a kind that select objects of another kind by their labels, in no order. */
  selecting<K extends AttachedPolicy['kind']>(kind: K, targets: string): readonly Kinds[K][]
}

/** A reader that notes each question in `topics`. */
export function trackingReader(store: Store, topics: Set<Topic>): Reader {
  return {
    get(kind, namespace, name) {
      topics.add(objectTopic(kind, `${namespace}/${name}`))
      return store.get(kind, namespace, name)
    },
    grants(namespace) {
      topics.add(grantsTopic(namespace))
      return store.grants(namespace)
    },
    slices(namespace, name, of) {
      topics.add(slicesTopic(namespace, name, of))
      return store.slices(namespace, name, of)
    },
    policies<K extends PolicyKind>(kind: K, namespace: string, target: PolicyTarget) {
      topics.add(policiesTopic(namespace, target))
      const found: Kinds[K][] = []
      for (const { object } of store.policies(namespace, target))
        if (object.kind === kind) found.push(object as Kinds[K])
      return found
    },
    mayHavePolicies(namespace, target) {
      const [named, selecting] = [policiesTopic(namespace, target), selectingTopic(target.kind)]
      topics.add(named)
      topics.add(selecting)
      return store.hasPolicies(named) || store.hasPolicies(selecting)
    },
    selecting<K extends AttachedPolicy['kind']>(kind: K, targets: string) {
      const topic = selectingTopic(targets)
      topics.add(topic)
      const found: Kinds[K][] = []
      for (const { object } of store.policiesByTopic(topic)) if (object.kind === kind) found.push(object as Kinds[K])
      return found
    },
  }
}
