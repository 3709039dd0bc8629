import type { EndpointSlice, ReferenceGrant } from '#api'
import type { Topic } from './dependencies.ts'
import { grantsTopic, type Kind, type Kinds, objectTopic, type Store, slicesTopic } from './store.ts'

/** The objects as one translation sees them. What it asks for, found or not, is what its result depends on. */
export interface Reader {
  get<K extends Kind>(kind: K, namespace: string, name: string): Kinds[K] | undefined
  grants(namespace: string): Iterable<ReferenceGrant>
  slices(namespace: string, service: string): Iterable<EndpointSlice>
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
    slices(namespace, service) {
      topics.add(slicesTopic(namespace, service))
      return store.slices(namespace, service)
    },
  }
}
