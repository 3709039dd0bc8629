import type { BackendKey } from './backend.ts'
import type { ListenerKey } from './listener.ts'
import type { Origin } from './origin.ts'
import { backendsOf, gatewayOfListener } from './references.ts'
import type { Route } from './route.ts'
import type { Snapshot } from './snapshot.ts'
import type { StreamRoute } from './stream-route.ts'

/**
 * A part of its configuration that a plane does not take; what it had taken before in its place is still served, and so is all the
 * rest. What it belongs to is said as far as it is known; nothing: to all that the plane serves.
 */
export interface PlaneRefusal {
  /** As the plane calls it: `cluster Service/default/shop/80`. */
  readonly resource: string
  /** In the plane's words. */
  readonly message: string
  /** To all routes that lead to this one. */
  readonly backend?: BackendKey
  readonly route?: Origin
  readonly listeners?: readonly ListenerKey[]
  /** To those routes of `listeners` that serve it; '' for any. */
  readonly hostname?: string
}

/** Whether the route itself is served as it was before. Of what belongs to a whole listener the listener tells. */
export function concernsRoute(refusal: PlaneRefusal, route: Route | StreamRoute): boolean {
  const { backend, route: origin, listeners, hostname } = refusal
  if (backend !== undefined) return backendsOf(route).has(backend)
  if (listeners !== undefined && !listeners.includes(route.listener)) return false
  if (origin) return sameOrigin(origin, route.origin)
  return hostname !== undefined && 'hostnames' in route && route.hostnames.includes(hostname)
}

/** The Gateways that a refusal is about, of those that the snapshot serves. */
export function gatewaysOfRefusal(
  refusal: PlaneRefusal,
  { listeners, routes, streams }: Snapshot,
): ReadonlySet<string> {
  const { backend, route, listeners: own } = refusal
  const keys = own ?? (backend === undefined && !route ? listeners.map(({ key }) => key) : undefined)
  const concerned =
    keys ?? [...routes, ...streams].filter((one) => concernsRoute(refusal, one)).map((one) => one.listener)
  return new Set(concerned.map(gatewayOfListener))
}

function sameOrigin(a: Origin, b: Origin): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name
}

/** As a line for statuses and logs. */
export function describeRefusals(refusals: readonly PlaneRefusal[]): string {
  const lines = refusals.slice(0, mostTold).map(({ resource, message }) => `${resource}: ${message}`)
  const more = refusals.length > mostTold ? `; and ${refusals.length - mostTold} more` : ''
  return `refused, and what was there before stays in force: ${lines.join('; ')}${more}`
}

const mostTold = 5
