import type { Endpoint } from './backend.ts'

/** Where a data plane runs: `topology.kubernetes.io/zone` and the name of its node. */
export interface Place {
  readonly zone?: string | undefined
  readonly node?: string | undefined
}

/**
 * The endpoints that are meant for a proxy at this place, as kube-proxy chooses them: those for its node, else those for its
 * zone. All of them when one has no hint (they are being written, or taken away), or none is meant for this place.
 */
export function preferNear(endpoints: readonly Endpoint[], { zone, node }: Place): readonly Endpoint[] {
  return choose(endpoints, node, 'forNodes') ?? choose(endpoints, zone, 'forZones') ?? endpoints
}

function choose(
  endpoints: readonly Endpoint[],
  place: string | undefined,
  hint: 'forZones' | 'forNodes',
): readonly Endpoint[] | undefined {
  if (place === undefined) return undefined
  const hintsOf = (endpoint: Endpoint) => (endpoint.kind === 'ip' ? endpoint[hint] : undefined)
  if (!endpoints.every((endpoint) => hintsOf(endpoint) !== undefined)) return undefined
  const near = endpoints.filter((endpoint) => hintsOf(endpoint)!.includes(place))
  return near.length > 0 ? near : undefined
}
