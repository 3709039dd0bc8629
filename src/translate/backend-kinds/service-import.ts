import type { ServiceImport, ServiceImportPort } from '#api'
import { ok, problem } from '#kit/outcome.ts'
import type { BackendKind, BackendPlace } from '../backend-ref.ts'
import { readAppProtocol } from './app-protocol.ts'
import { sliceEndpoints } from './endpoint-slices.ts'

/** A port of a service of other clusters (GEP-1748, KEP-1645): whoever imports it writes its EndpointSlices. */
export const serviceImport: BackendKind = {
  group: 'multicluster.x-k8s.io',
  kind: 'ServiceImport',
  describe(reader, place) {
    const full = `ServiceImport ${place.namespace}/${place.name}`
    const found = reader.get('ServiceImport', place.namespace, place.name)
    if (!found) return problem('BackendNotFound', `${full} does not exist`)
    if (place.port === undefined) return problem('BackendNotFound', `${full} needs a port in the reference`)
    const port = portOf(found, place)
    if (!port) {
      const ports = found.spec.ports.map((entry) => `${entry.port}/${entry.protocol}`).join(', ')
      return problem(
        'BackendNotFound',
        `${full} has no ${transportOf(place)} port ${place.port}; it has ${ports || 'none'}`,
      )
    }
    return ok({
      port: place.port,
      ...(port.name !== undefined && { section: port.name }),
      ...(place.carries === 'http' && readAppProtocol(port.appProtocol)),
    })
  },
  endpoints(reader, place) {
    const found = reader.get('ServiceImport', place.namespace, place.name)
    const port = found && portOf(found, place)
    if (!port) return []
    // Its slices say the port's number; should one not, the imported port is the best guess.
    return sliceEndpoints(reader.slices(place.namespace, place.name, 'ServiceImport'), {
      ...port,
      targetPort: port.port,
    })
  },
}

function transportOf({ carries }: BackendPlace): 'TCP' | 'UDP' {
  return carries === 'udp' ? 'UDP' : 'TCP'
}

function portOf({ spec }: ServiceImport, place: BackendPlace): ServiceImportPort | undefined {
  return spec.ports.find(({ port, protocol }) => port === place.port && protocol === transportOf(place))
}
