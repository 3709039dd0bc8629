import type { RouteKey } from '#ir'
import type { Message } from '../message.ts'

/** A resource of xDS: a message with the name under which Envoy asks for it. */
export interface Resource {
  readonly name: string
  readonly message: Message
}

/** What Envoy is told about a snapshot, by type of resource, each list sorted by name: equal input, equal bytes. */
export interface Resources {
  readonly listeners: readonly Resource[]
  readonly routes: readonly Resource[]
  readonly clusters: readonly Resource[]
  readonly endpoints: readonly Resource[]
  readonly secrets: readonly Resource[]
  /** Rules that are closed because Envoy can't do what they ask for. */
  readonly unsupported: readonly UnsupportedRule[]
}

export interface UnsupportedRule {
  readonly route: RouteKey
  readonly reason: string
}

export const resourceTypes = ['listeners', 'routes', 'clusters', 'endpoints', 'secrets'] as const
export type ResourceType = (typeof resourceTypes)[number]

/** `type_url` of each type of resource. */
export const typeUrls = {
  listeners: 'type.googleapis.com/envoy.config.listener.v3.Listener',
  routes: 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
  clusters: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  endpoints: 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
  secrets: 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret',
} as const satisfies Record<ResourceType, string>
