/** The embedded data plane: a snapshot in, traffic through. */
export { compileRanges } from './address-ranges.ts'
export type { ProxyFilters } from './compile-rule.ts'
export { readCookie } from './cookie.ts'
export type {
  BodySink,
  BodyTransform,
  FilterHooks,
  FilterPlace,
  Plane,
  ProxyFilter,
  Reply,
  RequestContext,
} from './filter.ts'
export * from './message.ts'
export { type AccessLogOptions, accessLogFields, defaultAccessLogFields } from './observe/access-log.ts'
export { CountingObserver, type Counts } from './observe/counters.ts'
export { describeCounts } from './observe/describe-counts.ts'
export type { ExchangeRecord, Observer } from './observe/observer.ts'
export { type ApplyReport, EmbeddedPlane, type PlaneOptions } from './plane.ts'
export { plainReply } from './reply.ts'
export { requestField } from './request-context.ts'
export { hostOf } from './route/host-map.ts'
export { parseTarget } from './route/path.ts'
export type { SocketFailure } from './server/sockets.ts'
export type { BucketLimit, Buckets, Taken } from './shared/buckets.ts'
export type { CounterSettings, OpenCounters, SharedCounters } from './shared/counters.ts'
export { loneErrands } from './shared/errand-book.ts'
export type { Errand, Errands, Finding, Wish } from './shared/errands.ts'
export type * from './stream.ts'
export { EndpointResolver, resolveHost } from './upstream/resolve-endpoints.ts'
export { type FleetOptions, WorkerFleet } from './workers/fleet.ts'
export { runWorker } from './workers/worker.ts'
