import type { OpenCounters } from '#proxy'

/** Redis's client is loaded only where it is used. */
export const openCounters: OpenCounters = async (settings, onProblem) => {
  const { openRedisCounters } = await import('#ratelimit')
  return openRedisCounters(settings, onProblem)
}
