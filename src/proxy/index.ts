export type { FilterHooks, Plane, ProxyFilter, Reply, RequestContext } from './filter.ts'
export * from './message.ts'
export type * from './stream.ts'
