import { ServerCredentials } from '@grpc/grpc-js'
import { type RateLimitService, rateLimitCluster, rateLimitClusterName } from '#envoy'
import { RateLimitServer } from '#ratelimit/service'
import { MemoryCounters } from '../../scenario/memory-counters.ts'

/** What Envoy asks about global limits, without a Redis. @param socket a path where nothing is yet */
export async function startRateLimits(socket: string): Promise<RateLimitService & Disposable> {
  const server = new RateLimitServer(new MemoryCounters(), ServerCredentials.createInsecure())
  await server.listen(`unix:${socket}`)
  return {
    name: rateLimitClusterName,
    cluster: rateLimitCluster(socket),
    timeoutMs: 5_000,
    whenAway: 'closed',
    [Symbol.dispose]: () => server.close(),
  }
}
