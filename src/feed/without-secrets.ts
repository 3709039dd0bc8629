import type { Backend, Route, Snapshot } from '#ir'
import { hasSecret } from './item-text.ts'

const why = 'what it needs is secret and not kept on disk; the controller brings it'

/**
 * What of a snapshot may be written where others can read. Listeners without their keys are left out, with their routes; a route that holds
 * a secret answers 503, and a backend that does can't be reached: nothing gets weaker by the loss.
 */
export function withoutSecrets(snapshot: Snapshot): Snapshot {
  const listeners = snapshot.listeners.filter(({ tls }) => tls?.mode !== 'terminate' || tls.certificates.length === 0)
  const served = new Set(listeners.map(({ key }) => key))
  return {
    listeners,
    routes: snapshot.routes.filter(({ listener }) => served.has(listener)).map(withoutSecret),
    streams: snapshot.streams.filter(({ listener }) => served.has(listener)),
    backends: snapshot.backends.map(unreachable),
    endpoints: snapshot.endpoints,
    certificates: [],
  }
}

function withoutSecret(route: Route): Route {
  if (!hasSecret(route)) return route
  return { ...route, filters: [], action: { kind: 'respond', status: 503, why } }
}

function unreachable(backend: Backend): Backend {
  if (!hasSecret(backend)) return backend
  const { clientCertificate: _, ...tls } = backend.tls ?? { hostname: '', subjectAltNames: [] }
  return { ...backend, tls: { ...tls, trust: { kind: 'nobody', why } } }
}
