import { type Endpoint, localShare, type Place, preferNear, type ZonePreference, zoneOf } from '#ir'

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

function preferLocal(
  endpoints: readonly Endpoint[],
  preference: ZonePreference & { kind: 'preferLocal' },
  { zone }: Place,
): ZoneChoice | undefined {
  const share = localShare(endpoints, preference, zone)
  if (share === 0) return undefined
  const local = zonesOf(endpoints).get(zone!)!
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
    const zone = zoneOf(endpoint)
    const known = zones.get(zone)
    if (known) known.push(index)
    else zones.set(zone, [index])
  }
  return zones
}
