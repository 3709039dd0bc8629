import { type Backend, type Endpoint, type EndpointSet, endpointKey } from '#ir'
import type { Message } from '../message.ts'
import { clusterName } from './names.ts'

/** A ClusterLoadAssignment: the endpoints of one backend, by zone. */
export function buildEndpoints(set: EndpointSet, backend: Backend | undefined): Message {
  return { cluster_name: clusterName(set.backend), endpoints: buildLocalities(set.endpoints, backend) }
}

/** One LocalityLbEndpoints per zone, sorted. */
export function buildLocalities(endpoints: readonly Endpoint[], backend?: Backend): Message[] {
  const zones = new Map<string, Endpoint[]>()
  for (const endpoint of endpoints) {
    const zone = (endpoint.kind === 'ip' && endpoint.zone) || ''
    const known = zones.get(zone)
    if (known) known.push(endpoint)
    else zones.set(zone, [endpoint])
  }
  const preference = backend?.balance?.zone
  const weights = preference?.kind === 'weighted' ? preference.weights : undefined
  const weightOf = (zone: string) => weights?.find((one) => one.zone === zone)?.weight ?? 1
  return [...zones.keys()].sort().map((zone) => ({
    ...(zone !== '' && { locality: { zone } }),
    // Without a weight a zone gets nothing, and so it should with one of 0.
    ...(weights && weightOf(zone) > 0 && { load_balancing_weight: weightOf(zone) }),
    lb_endpoints: (zones.get(zone) ?? []).map((endpoint) => buildEndpoint(endpoint, backend)),
  }))
}

function buildEndpoint(endpoint: Endpoint, backend: Backend | undefined): Message {
  const health = backend?.health
  return {
    endpoint: {
      address: buildAddress(endpoint),
      ...(endpoint.kind === 'ip' && endpoint.name !== undefined && { hostname: endpoint.name }),
      // Envoy would ask a Host of the cluster's name.
      ...(health && {
        health_check_config: {
          hostname: hostOf(endpoint),
          ...(health.port !== undefined && { port_value: health.port }),
        },
      }),
    },
  }
}

function hostOf(endpoint: Endpoint): string {
  switch (endpoint.kind) {
    case 'ip':
      return endpointKey(endpoint)
    case 'dns':
      return `${endpoint.host}:${endpoint.port}`
    case 'unix':
      return 'localhost'
  }
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
