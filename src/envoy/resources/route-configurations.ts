import type { Message } from '../message.ts'
import { ads } from './secrets.ts'

/** What Envoy adds for itself; backends have not asked for it. */
const ownFields = ['x-envoy-external-address', 'x-envoy-internal']

/** @param virtualHosts undefined: they are resources of their own */
export function buildRouteConfiguration(name: string, virtualHosts: readonly Message[] | undefined): Message {
  return {
    name,
    // Gateway API, HTTPRoute.hostnames: the port of the Host field plays no part.
    ignore_port_in_host_matching: true,
    // A backendRef's filters come after its rule's.
    most_specific_header_mutations_wins: true,
    request_headers_to_remove: ownFields,
    ...(virtualHosts ? { virtual_hosts: virtualHosts } : { vhds: { config_source: ads } }),
  }
}

/** As a resource of its own: `<RouteConfiguration>/<name>`. */
export function virtualHostResource(table: string, host: Message): Message {
  return { ...host, name: `${table}/${host.name}` }
}
