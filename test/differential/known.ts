import type { TestRequest } from '../scenario/send-request.ts'

interface Known {
  /** Its heading in docs/differences.md. */
  readonly heading: string
  readonly holds: (request: TestRequest, difference: string) => boolean
}

/** Differences that stay. */
export const knownDifferences: readonly Known[] = [
  {
    heading: 'Redirects of requests whose Host has a port',
    holds: ({ host }, difference) => host.includes(':') && difference.startsWith('response location'),
  },
]
