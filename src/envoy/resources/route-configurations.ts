import type { Message } from '../message.ts'
import type { ResourceOptions } from './options.ts'
import { ads } from './secrets.ts'

/** A RouteConfiguration with its virtual hosts. */
export interface RouteTable {
  readonly name: string
  readonly virtualHosts: readonly Message[]
}

/** What Envoy adds for itself; backends have not asked for it. */
const ownFields = ['x-envoy-external-address', 'x-envoy-internal', 'x-forwarded-client-cert']

export function buildRouteConfiguration(
  { name, virtualHosts }: RouteTable,
  how: ResourceOptions['virtualHosts'],
): Message {
  return {
    name,
    // Gateway API, HTTPRoute.hostnames: the port of the Host field plays no part.
    ignore_port_in_host_matching: true,
    // A backendRef's filters come after its rule's.
    most_specific_header_mutations_wins: true,
    request_headers_to_remove: ownFields,
    ...(how === 'inline' ? { virtual_hosts: virtualHosts } : { vhds: { config_source: ads } }),
  }
}

/** As resources of their own: `<RouteConfiguration>/<name>`. */
export function virtualHostResources({ name, virtualHosts }: RouteTable): Message[] {
  return virtualHosts.map((host) => ({ ...host, name: `${name}/${host.name}` }))
}
