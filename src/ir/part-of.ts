import { backendsOf, gatewayOfListener } from './references.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * What some Gateways (`namespace/name`) need of the whole, and nothing else: the plain rule that feed's `SnapshotSplitter`
 * follows step by step.
 */
export function partOf(snapshot: Snapshot, isOurs: (gateway: string) => boolean): Snapshot {
  const listeners = snapshot.listeners.filter(({ gateway }) => isOurs(gateway))
  const routes = snapshot.routes.filter(({ listener }) => isOurs(gatewayOfListener(listener)))
  const streams = snapshot.streams.filter(({ listener }) => isOurs(gatewayOfListener(listener)))
  const backends = new Set([...routes, ...streams].flatMap((route) => [...backendsOf(route)]))
  const certificates = new Set(listeners.flatMap(({ tls }) => tls?.certificates ?? []))
  return {
    listeners,
    routes,
    streams,
    backends: snapshot.backends.filter(({ key }) => backends.has(key)),
    endpoints: snapshot.endpoints.filter(({ backend }) => backends.has(backend)),
    certificates: snapshot.certificates.filter(({ key }) => certificates.has(key)),
  }
}
