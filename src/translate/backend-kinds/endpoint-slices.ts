import type { EndpointConditions, EndpointSlice, ServicePort, Endpoint as SliceEndpoint } from '#api'
import type { Endpoint } from '#ir'
import { sortEndpoints } from './sort-endpoints.ts'

/**
 * The endpoints of a Service port that may get traffic: the ready ones; when there is none, those that still serve while
 * they terminate (as kube-proxy does), so that the last pods of a rollout are not given up early.
 */
export function sliceEndpoints(slices: Iterable<EndpointSlice>, port: ServicePort): Endpoint[] {
  const ready: Endpoint[] = []
  const lastResort: Endpoint[] = []
  for (const slice of slices) {
    for (const number of portsOf(slice, port)) {
      for (const endpoint of slice.endpoints) {
        const chosen = listFor(endpoint.conditions ?? {}, ready, lastResort)
        chosen?.push(...addressesOf(endpoint, slice.addressType, number))
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
  { addresses, zone }: SliceEndpoint,
  addressType: EndpointSlice['addressType'],
  port: number,
): readonly Endpoint[] {
  return addresses.map((address) =>
    addressType === 'FQDN'
      ? { kind: 'dns', host: address.toLowerCase(), port }
      : { kind: 'ip', address: address.toLowerCase(), port, ...(zone !== undefined && { zone }) },
  )
}
