import type { TestRequest } from '../scenario/send-request.ts'

interface Known {
  /** Its heading in docs/differences.md. */
  readonly heading: string
  readonly holds: (request: TestRequest, difference: string) => boolean
}

/** Differences that stay. */
export const knownDifferences: readonly Known[] = [
  {
    heading: 'Backslashes in paths',
    holds: ({ path }) => path.includes('\\') || climbs(path),
  },
  {
    heading: 'Redirects of requests whose Host has a port',
    holds: ({ host }, difference) => host.includes(':') && difference.startsWith('response location'),
  },
]

/** Above the root, as written or escaped. */
function climbs(path: string): boolean {
  let depth = 0
  for (const segment of path.replaceAll(/%2e/gi, '.').replace(/\?.*/s, '').split('/').slice(1)) {
    if (segment === '..') depth--
    else if (segment !== '.') depth++
    if (depth < 0) return true
  }
  return false
}
