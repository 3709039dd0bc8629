/** Whether `pattern` (a name, or `*.` and a suffix) covers `hostname` (the same): every host of the second is one of the first. */
function covers(pattern: string, hostname: string): boolean {
  if (pattern === hostname) return true
  // `*.example.com` stands for any number of labels in front, never for `example.com` itself (httproute_types.go, hostnames).
  return pattern.startsWith('*.') && hostname.endsWith(pattern.slice(1)) && hostname.length > pattern.length - 1
}

/** The hosts that both name, written as the narrower of the two. '' names any host. */
export function intersectHostname(a: string, b: string): string | undefined {
  if (a === '') return b
  if (b === '') return a
  if (covers(a, b)) return b
  if (covers(b, a)) return a
  return undefined
}

/**
 * What a route serves on a listener: its hostnames narrowed by the listener's, sorted; empty when they have none in common.
 * A route without hostnames serves whatever the listener does.
 */
export function intersectHostnames(listener: string, route: readonly string[]): readonly string[] {
  if (route.length === 0) return [listener]
  const both = new Set<string>()
  for (const hostname of route) {
    const common = intersectHostname(listener, hostname.toLowerCase())
    if (common !== undefined) both.add(common)
  }
  return [...both].sort()
}
