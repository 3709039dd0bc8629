import { type Endpoint, type EndpointSet, endpointKey } from '#ir'
import type { Message } from '../message.ts'
import { clusterName } from './names.ts'

/** A ClusterLoadAssignment: the endpoints of one backend, by zone. */
export function buildEndpoints(set: EndpointSet): Message {
  return { cluster_name: clusterName(set.backend), endpoints: buildLocalities(set.endpoints) }
}

/** One LocalityLbEndpoints per zone, sorted. */
export function buildLocalities(endpoints: readonly Endpoint[]): Message[] {
  const zones = new Map<string, Endpoint[]>()
  for (const endpoint of endpoints) {
    const zone = (endpoint.kind === 'ip' && endpoint.zone) || ''
    const known = zones.get(zone)
    if (known) known.push(endpoint)
    else zones.set(zone, [endpoint])
  }
  return [...zones.keys()].sort().map((zone) => ({
    ...(zone !== '' && { locality: { zone } }),
    lb_endpoints: (zones.get(zone) ?? []).map(buildEndpoint),
  }))
}

export function buildEndpoint(endpoint: Endpoint): Message {
  return { endpoint: { address: buildAddress(endpoint), hostname: endpointKey(endpoint) } }
}

function buildAddress(endpoint: Endpoint): Message {
  switch (endpoint.kind) {
    case 'ip':
      return { socket_address: { address: endpoint.address, port_value: endpoint.port } }
    case 'dns':
      return { socket_address: { address: endpoint.host, port_value: endpoint.port } }
    case 'unix':
      return { pipe: { path: endpoint.path } }
  }
}
