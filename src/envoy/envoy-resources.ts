import type { Message } from './message.ts'

/** The kinds of resources that a control plane hands to Envoy, in the order in which they must arrive: what is named before what names it. */
export const resourceKinds = [
  'secret',
  'cluster',
  'endpoints',
  'extension',
  'listener',
  'route',
  'virtualHost',
  'runtime',
] as const

export type ResourceKind = (typeof resourceKinds)[number]

/**
 * All that one Gateway's Envoys are told: JSON of Envoy's API, names unique within a kind. A resource that did not change is
 * best the same object as before: then it is not packed again.
 */
export type EnvoyResources = Readonly<Record<ResourceKind, readonly Message[]>>

export const noEnvoyResources: EnvoyResources = {
  secret: [],
  cluster: [],
  endpoints: [],
  extension: [],
  listener: [],
  route: [],
  virtualHost: [],
  runtime: [],
}

interface KindOfResource {
  /** Full name of the message. */
  readonly type: string
  /** The field that names it. */
  readonly nameField: string
}

/** What each kind is in Envoy's API. */
export const kindsOfResources: Readonly<Record<ResourceKind, KindOfResource>> = {
  secret: { type: 'envoy.extensions.transport_sockets.tls.v3.Secret', nameField: 'name' },
  cluster: { type: 'envoy.config.cluster.v3.Cluster', nameField: 'name' },
  endpoints: { type: 'envoy.config.endpoint.v3.ClusterLoadAssignment', nameField: 'cluster_name' },
  extension: { type: 'envoy.config.core.v3.TypedExtensionConfig', nameField: 'name' },
  listener: { type: 'envoy.config.listener.v3.Listener', nameField: 'name' },
  route: { type: 'envoy.config.route.v3.RouteConfiguration', nameField: 'name' },
  // VHDS: `<route configuration>/<name of the virtual host>`.
  virtualHost: { type: 'envoy.config.route.v3.VirtualHost', nameField: 'name' },
  runtime: { type: 'envoy.service.runtime.v3.Runtime', nameField: 'name' },
}

export function typeUrl(kind: ResourceKind): string {
  return `type.googleapis.com/${kindsOfResources[kind].type}`
}

export function resourceName(kind: ResourceKind, resource: Message): string {
  return String(resource[kindsOfResources[kind].nameField] ?? '')
}
