import { type Endpoint, type Place, preferNear, type ZonePreference } from '#ir'

/** Chooses the zone for a request: the indexes of its endpoints; undefined: zones do not count this time. */
export type ZoneChoice = (random: () => number) => readonly number[] | undefined

/** Undefined: zones never count. */
export function compileZones(
  endpoints: readonly Endpoint[],
  preference: ZonePreference | undefined,
  place: Place,
): ZoneChoice | undefined {
  switch (preference?.kind) {
    case undefined:
      return preferHints(endpoints, place)
    case 'preferLocal':
      return preferLocal(endpoints, preference, place)
    case 'weighted':
      return byWeight(endpoints, preference)
  }
}

/** Hints of EndpointSlices. */
function preferHints(endpoints: readonly Endpoint[], place: Place): ZoneChoice | undefined {
  const near = new Set(preferNear(endpoints, place))
  if (near.size === endpoints.length) return undefined
  const indexes = endpoints.flatMap((endpoint, index) => (near.has(endpoint) ? index : []))
  return () => indexes
}

/**
 * Zone aware routing: where the own zone has less than its part of the endpoints, only that much of the traffic stays in it.
 * Proxies are taken to be spread evenly over the zones (Envoy counts them).
 */
function preferLocal(
  endpoints: readonly Endpoint[],
  { minEndpoints, percent, forceWithEndpoints }: ZonePreference & { kind: 'preferLocal' },
  { zone }: Place,
): ZoneChoice | undefined {
  const zones = zonesOf(endpoints)
  const local = zone === undefined ? undefined : zones.get(zone)
  if (!local) return undefined
  if (forceWithEndpoints !== undefined) return local.length >= forceWithEndpoints ? () => local : undefined
  if (endpoints.length < minEndpoints) return undefined
  const fits = (local.length / endpoints.length) * zones.size
  const share = (Math.min(fits, 1) * percent) / 100
  return (random) => (random() < share ? local : undefined)
}

function byWeight(
  endpoints: readonly Endpoint[],
  { weights }: ZonePreference & { kind: 'weighted' },
): ZoneChoice | undefined {
  const weightOf = new Map(weights.map(({ zone, weight }) => [zone, weight]))
  const zones = [...zonesOf(endpoints)].map(([zone, indexes]) => ({ indexes, weight: weightOf.get(zone) ?? 1 }))
  const total = zones.reduce((sum, { weight }) => sum + weight, 0)
  if (total === 0) return undefined
  return (random) => {
    let at = random() * total
    for (const { indexes, weight } of zones) {
      at -= weight
      if (at < 0) return indexes
    }
    return undefined
  }
}

/** Indexes by zone; '' for endpoints that have none. */
function zonesOf(endpoints: readonly Endpoint[]): Map<string, number[]> {
  const zones = new Map<string, number[]>()
  for (const [index, endpoint] of endpoints.entries()) {
    const zone = (endpoint.kind === 'ip' && endpoint.zone) || ''
    const known = zones.get(zone)
    if (known) known.push(index)
    else zones.set(zone, [index])
  }
  return zones
}
