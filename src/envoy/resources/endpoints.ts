import {
  type Backend,
  type Endpoint,
  type EndpointSet,
  endpointKey,
  localShare,
  type Place,
  preferNear,
  type ZonePreference,
  zoneOf,
} from '#ir'
import type { Message } from '../message.ts'
import { clusterName } from './names.ts'

/**
 * A ClusterLoadAssignment: the endpoints of one backend, by zone.
 * @param place where the Envoy runs
 */
export function buildEndpoints(
  { backend: key, endpoints }: EndpointSet,
  backend?: Backend,
  place: Place = {},
): Message {
  // What a policy says about zones goes before the hints of EndpointSlices.
  const near = backend?.balance?.zone ? endpoints : preferNear(endpoints, place)
  return { cluster_name: clusterName(key), endpoints: buildLocalities(near, backend, place) }
}

/** One LocalityLbEndpoints per zone, sorted. */
export function buildLocalities(endpoints: readonly Endpoint[], backend?: Backend, place: Place = {}): Message[] {
  const zones = Map.groupBy(endpoints, zoneOf)
  const weights = weigh(zones, endpoints, backend?.balance?.zone, place)
  return [...zones.keys()].sort().map((zone) => {
    const weight = weights?.get(zone)
    return {
      ...(zone !== '' && { locality: { zone } }),
      // Without a weight a zone gets nothing, and so it should with one of 0.
      ...(weight !== undefined && weight > 0 && { load_balancing_weight: weight }),
      lb_endpoints: (zones.get(zone) ?? []).map((endpoint) => buildEndpoint(endpoint, backend)),
    }
  })
}

/** Envoy's own zone aware routing wants to know all Envoys there are; its weights say the same to each of them. */
const whole = 1_000_000

function weigh(
  zones: ReadonlyMap<string, readonly Endpoint[]>,
  endpoints: readonly Endpoint[],
  preference: ZonePreference | undefined,
  { zone: own }: Place,
): ReadonlyMap<string, number> | undefined {
  if (!preference) return undefined
  if (preference.kind === 'weighted') {
    const { weights } = preference
    return new Map([...zones.keys()].map((zone) => [zone, weights.find((one) => one.zone === zone)?.weight ?? 1]))
  }
  const share = localShare(endpoints, preference, own)
  return new Map(
    [...zones].map(([zone, { length }]) => {
      const part = (1 - share) * (length / endpoints.length) + (zone === own ? share : 0)
      // One at least, so that the others help when all endpoints of the zone are ill.
      return [zone, Math.max(1, Math.round(part * whole))]
    }),
  )
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
