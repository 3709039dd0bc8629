import { backendsOf, gatewayOfListener, type Snapshot } from '#ir'

/** What one Gateway's proxies need of the whole, and nothing else: the plain rule that `SnapshotSplitter` follows step by step. */
export function sliceOf(snapshot: Snapshot, gateway: string): Snapshot {
  const isOurs = ({ listener }: { readonly listener: string }) => gatewayOfListener(listener) === gateway
  const listeners = snapshot.listeners.filter(({ key }) => gatewayOfListener(key) === gateway)
  const routes = snapshot.routes.filter(isOurs)
  const streams = snapshot.streams.filter(isOurs)
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
