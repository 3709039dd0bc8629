import type { EndpointConditions, EndpointSlice, ServicePort, Endpoint as SliceEndpoint } from '#api'
import type { Endpoint } from '#ir'
import { sortEndpoints } from './sort-endpoints.ts'

/**
 * The endpoints of a Service port that may get traffic: the ready ones; when there is none, those that still serve while
 * they terminate (as kube-proxy does), so that the last pods of a rollout are not given up early.
 * @param distribution `trafficDistribution` of the Service, for slices without hints
 */
export function sliceEndpoints(slices: Iterable<EndpointSlice>, port: ServicePort, distribution?: string): Endpoint[] {
  const ready: Endpoint[] = []
  const lastResort: Endpoint[] = []
  for (const slice of slices) {
    for (const number of portsOf(slice, port)) {
      for (const endpoint of slice.endpoints) {
        const chosen = listFor(endpoint.conditions ?? {}, ready, lastResort)
        chosen?.push(...addressesOf(endpoint, slice.addressType, number, distribution))
      }
    }
  }
  return sortEndpoints(ready.length > 0 ? ready : lastResort)
}

// Slices name their ports as the Service does: the number is the pod's, so targetPort has already been followed.
function portsOf(slice: EndpointSlice, { name = '', port, targetPort, protocol }: ServicePort): readonly number[] {
  const fallback = typeof targetPort === 'number' ? targetPort : port
  return (slice.ports ?? [])
    .filter((entry) => (entry.name ?? '') === name && (entry.protocol ?? 'TCP') === protocol)
    .map((entry) => entry.port ?? fallback)
}

function listFor(
  { ready = true, serving = ready, terminating = false }: EndpointConditions,
  readyOnes: Endpoint[],
  lastResort: Endpoint[],
): Endpoint[] | undefined {
  if (ready) return readyOnes
  return serving && terminating ? lastResort : undefined
}

function addressesOf(
  endpoint: SliceEndpoint,
  addressType: EndpointSlice['addressType'],
  port: number,
  distribution: string | undefined,
): readonly Endpoint[] {
  const { addresses, zone } = endpoint
  if (addressType === 'FQDN') return addresses.map((address) => ({ kind: 'dns', host: address.toLowerCase(), port }))
  const place = { ...(zone !== undefined && { zone }), ...hintsOf(endpoint, distribution) }
  return addresses.map((address) => ({ kind: 'ip', address: address.toLowerCase(), port, ...place }))
}

/**
 * What Kubernetes' own controller wrote, or would write for the Service's `trafficDistribution` (KEP-4444, KEP-3015): slices
 * of other origin come without hints.
 */
function hintsOf({ hints, zone, nodeName }: SliceEndpoint, distribution: string | undefined): Hints {
  const zones = hints?.forZones?.map(({ name }) => name)
  const nodes = hints?.forNodes?.map(({ name }) => name)
  if (zones || nodes) return { ...(zones && { forZones: zones }), ...(nodes && { forNodes: nodes }) }
  const isNear =
    distribution === 'PreferSameNode' || distribution === 'PreferSameZone' || distribution === 'PreferClose'
  return {
    ...(isNear && zone !== undefined && { forZones: [zone] }),
    ...(distribution === 'PreferSameNode' && nodeName !== undefined && { forNodes: [nodeName] }),
  }
}

type Hints = Pick<Extract<Endpoint, { kind: 'ip' }>, 'forZones' | 'forNodes'>
