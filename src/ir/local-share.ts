import type { Endpoint } from './backend.ts'
import type { ZonePreference } from './balance.ts'

type PreferLocal = ZonePreference & { readonly kind: 'preferLocal' }

/**
 * The part of the requests, from 0 to 1, that stays in a proxy's own zone; the rest goes to all endpoints. Where the zone has less
 * than its part of the endpoints, only that much stays. Proxies are taken to be spread evenly over the zones (Envoy counts them).
 */
export function localShare(
  endpoints: readonly Endpoint[],
  { minEndpoints, percent, forceWithEndpoints }: PreferLocal,
  zone: string | undefined,
): number {
  const local = zone === undefined ? 0 : endpoints.filter((endpoint) => zoneOf(endpoint) === zone).length
  if (local === 0) return 0
  if (forceWithEndpoints !== undefined) return local >= forceWithEndpoints ? 1 : 0
  if (endpoints.length < minEndpoints) return 0
  const zones = new Set(endpoints.map(zoneOf)).size
  return (Math.min((local / endpoints.length) * zones, 1) * percent) / 100
}

/** '' for an endpoint that has none. */
export function zoneOf(endpoint: Endpoint): string {
  return (endpoint.kind === 'ip' && endpoint.zone) || ''
}
