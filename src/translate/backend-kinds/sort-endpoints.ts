import { type Endpoint, endpointKey } from '#ir'

/** Sorted by key, each once. */
export function sortEndpoints(endpoints: Iterable<Endpoint>): Endpoint[] {
  const byKey = new Map<string, Endpoint>()
  for (const endpoint of endpoints) {
    const key = endpointKey(endpoint)
    if (!byKey.has(key)) byKey.set(key, endpoint)
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, endpoint]) => endpoint)
}
