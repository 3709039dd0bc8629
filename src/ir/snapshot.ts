import type { Backend, BackendKey, EndpointSet } from './backend.ts'
import type { Certificate, CertificateKey } from './certificate.ts'
import type { Listener, ListenerKey } from './listener.ts'
import type { Route, RouteKey } from './route.ts'
import type { StreamRoute } from './stream-route.ts'

/**
 * What the world should look like to clients. Plain data, deeply readonly, each list sorted by key: equal input, equal
 * bytes. Resources point up to their parent (a route names its listener and backends) and endpoints lie apart, so that a
 * change costs what it changes.
 */
export interface Snapshot {
  readonly listeners: readonly Listener[]
  /** One per rule and listener. The planes order them with `compareHttpMatches`. */
  readonly routes: readonly Route[]
  /** TLSRoute, TCPRoute, UDPRoute: connections rather than requests. One per rule and listener. */
  readonly streams: readonly StreamRoute[]
  /** One per Service port (and policy), shared between routes. */
  readonly backends: readonly Backend[]
  readonly endpoints: readonly EndpointSet[]
  readonly certificates: readonly Certificate[]
}

export const emptySnapshot: Snapshot = {
  listeners: [],
  routes: [],
  streams: [],
  backends: [],
  endpoints: [],
  certificates: [],
}

/** What changed in one collection: `put` adds or replaces by key. */
export interface Changes<T, K extends string> {
  readonly put: readonly T[]
  readonly delete: readonly K[]
}

/** The step from one snapshot to the next. Planes apply it whole or not at all. */
export interface SnapshotDelta {
  readonly version: number
  readonly listeners: Changes<Listener, ListenerKey>
  readonly routes: Changes<Route, RouteKey>
  readonly streams: Changes<StreamRoute, RouteKey>
  readonly backends: Changes<Backend, BackendKey>
  readonly endpoints: Changes<EndpointSet, BackendKey>
  readonly certificates: Changes<Certificate, CertificateKey>
}

const nothing = { put: [], delete: [] }

/** The step that changes nothing. */
export const noChange: SnapshotDelta = {
  version: 0,
  listeners: nothing,
  routes: nothing,
  streams: nothing,
  backends: nothing,
  endpoints: nothing,
  certificates: nothing,
}

/** The step from nothing to the whole snapshot. */
export function wholeDelta(snapshot: Snapshot, version = 1): SnapshotDelta {
  return {
    version,
    listeners: { put: snapshot.listeners, delete: [] },
    routes: { put: snapshot.routes, delete: [] },
    streams: { put: snapshot.streams, delete: [] },
    backends: { put: snapshot.backends, delete: [] },
    endpoints: { put: snapshot.endpoints, delete: [] },
    certificates: { put: snapshot.certificates, delete: [] },
  }
}
