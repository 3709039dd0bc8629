/** Counts that several proxies share. Its service for Envoy has a door of its own, because gRPC takes its time to load. */
export type { CounterSettings, Counters, Limit, Taken } from './counters.ts'
export { openRedisCounters } from './redis-counters.ts'
