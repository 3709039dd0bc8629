import { isIP } from 'node:net'
import type { Service, ServicePort } from '#api'
import type { Endpoint } from '#ir'
import { type Outcome, ok, problem } from '#kit/outcome.ts'
import type { BackendDescription, BackendKind, BackendPlace } from '../backend-ref.ts'
import type { Reader } from '../reader.ts'
import { readAppProtocol } from './app-protocol.ts'
import { sliceEndpoints } from './endpoint-slices.ts'
import { sortEndpoints } from './sort-endpoints.ts'

/** A port of a Service: its EndpointSlices, or the name that an ExternalName Service stands for. */
export const service: BackendKind = {
  group: '',
  kind: 'Service',
  describe,
  endpoints(reader, place) {
    const found = reader.get('Service', place.namespace, place.name)
    if (!found) return []
    const port = portOf(found, place)
    if (found.spec.type === 'ExternalName') return externalEndpoints(found, port, place.port)
    if (!port) return []
    return sliceEndpoints(reader.slices(place.namespace, place.name, 'Service'), port, found.spec.trafficDistribution)
  },
}

function describe(reader: Reader, place: BackendPlace): Outcome<BackendDescription> {
  const { namespace, name, port: number } = place
  const full = `Service ${namespace}/${name}`
  const found = reader.get('Service', namespace, name)
  if (!found) return problem('BackendNotFound', `${full} does not exist`)
  if (number === undefined) return problem('BackendNotFound', `${full} needs a port in the reference`)
  const port = portOf(found, place)
  if (!port)
    return found.spec.type === 'ExternalName' ? ok({ port: number }) : noPort(full, found, number, place.carries)
  const common = { port: number, ...(port.name !== undefined && { section: port.name }) }
  return ok(place.carries === 'http' ? { ...common, ...readAppProtocol(port.appProtocol) } : common)
}

function portOf({ spec }: Service, { port: number, carries }: BackendPlace): ServicePort | undefined {
  const transport = carries === 'udp' ? 'UDP' : 'TCP'
  return spec.ports?.find(({ port, protocol }) => port === number && protocol === transport)
}

function noPort(full: string, { spec }: Service, number: number, carries: BackendPlace['carries']): Outcome<never> {
  const other = spec.ports?.find(({ port }) => port === number)
  if (other) return problem('UnsupportedProtocol', `port ${number} of ${full} is ${other.protocol}, ${needs[carries]}`)
  const ports = (spec.ports ?? []).map(({ port }) => port).join(', ')
  return problem('BackendNotFound', `${full} has no port ${number}; it has ${ports || 'none'}`)
}

const needs = { http: 'HTTP needs TCP', tcp: 'the route needs TCP', udp: 'the route needs UDP' }

function externalEndpoints({ spec }: Service, port: ServicePort | undefined, asked: number | undefined): Endpoint[] {
  const host = spec.externalName
  const number = typeof port?.targetPort === 'number' ? port.targetPort : asked
  if (!host || number === undefined) return []
  // Kubernetes would look up digits as a name; without a cluster an address is the plain way to say where a backend is.
  if (isIP(host)) return [{ kind: 'ip', address: host, port: number }]
  return sortEndpoints([{ kind: 'dns', host: host.toLowerCase().replace(/\.$/, ''), port: number }])
}
