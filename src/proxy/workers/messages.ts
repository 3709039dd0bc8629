import type { Place, Route, SnapshotDelta } from '#ir'
import { Secret } from '#kit/secret.ts'
import type { AccessLogOptions } from '../observe/access-log.ts'
import type { Counts } from '../observe/counters.ts'
import type { ApplyReport } from '../plane.ts'
import type { CounterSettings } from '../shared/counters.ts'
import type { FromErrands, ToErrands } from '../shared/errands.ts'

/** What a worker is started with. */
export interface WorkerData {
  readonly bind: readonly string[]
  /** See FleetOptions. */
  readonly inPod: boolean
  readonly ticketKeys: Uint8Array
  readonly accessLog: AccessLogOptions | undefined
  readonly place: Place | undefined
  /** What all workers count together: see SharedSlots. */
  readonly shared: SharedArrayBuffer
  /** See SharedBuckets. */
  readonly buckets: SharedArrayBuffer
  readonly counters: CounterSettings | undefined
  readonly row: number
}

export type ToWorker =
  | {
      readonly kind: 'apply'
      readonly delta: SnapshotDelta
      /** Undefined: the same as before. */
      readonly slots: ReadonlyMap<string, number> | undefined
      readonly taken: readonly string[]
    }
  | { readonly kind: 'count'; readonly id: number }
  | { readonly kind: 'drain' }
  | ToErrands

export type FromWorker =
  | { readonly kind: 'applied'; readonly report: ApplyReport }
  /** A bug met it: nobody knows how much of it is served. */
  | { readonly kind: 'broken'; readonly why: string }
  | { readonly kind: 'counted'; readonly id: number; readonly counts: Counts }
  | { readonly kind: 'log'; readonly lines: string }
  | { readonly kind: 'problem'; readonly message: string }
  | { readonly kind: 'drained' }
  | FromErrands

/** Secrets lose their value when they are copied between threads; between our own threads they travel sealed in this. */
interface Sealed {
  readonly $secret: string
}

/** Makes a delta fit to be posted to a worker. */
export function sealDelta(delta: SnapshotDelta): SnapshotDelta {
  return mapSecrets(delta, (value) => (value instanceof Secret ? { $secret: value.reveal() } : undefined))
}

/** The other end of `sealDelta`. */
export function unsealDelta(delta: SnapshotDelta): SnapshotDelta {
  return mapSecrets(delta, (value) => (isSealed(value) ? new Secret(value.$secret) : undefined))
}

function isSealed(value: object): value is Sealed {
  return '$secret' in value
}

function mapSecrets(delta: SnapshotDelta, map: (value: object) => unknown): SnapshotDelta {
  const put = delta.routes.put.map((route) => mapFilters(route, map))
  return {
    ...delta,
    certificates: walk(delta.certificates, map),
    backends: walk(delta.backends, map),
    routes: { ...delta.routes, put },
  }
}

/** Routes are many, and most hold no secret. */
function mapFilters(route: Route, map: (value: object) => unknown): Route {
  const filters = walk(route.filters, map)
  return filters === route.filters ? route : { ...route, filters }
}

/** What holds nothing to map stays the same object. */
function walk<T>(value: T, map: (value: object) => unknown): T {
  if (typeof value !== 'object' || value === null) return value
  const mapped = map(value)
  if (mapped !== undefined) return mapped as T
  if (Array.isArray(value)) {
    const items = value.map((item) => walk(item, map))
    return items.some((item, i) => item !== value[i]) ? (items as T) : value
  }
  let copy: Record<string, unknown> | undefined
  for (const [name, item] of Object.entries(value)) {
    const other: unknown = walk(item, map)
    if (other !== item) copy = { ...(copy ?? value), [name]: other }
  }
  return (copy as T | undefined) ?? value
}
