import { compareText } from './precedence.ts'
import { type Changes, type Snapshot, type SnapshotDelta, wholeDelta } from './snapshot.ts'

/** @returns the snapshot after the delta; lists that it does not touch keep their identity */
export function applyDelta(before: Snapshot, delta: SnapshotDelta): Snapshot {
  return {
    listeners: merge(before.listeners, delta.listeners, keyOf),
    routes: merge(before.routes, delta.routes, keyOf),
    streams: merge(before.streams, delta.streams, keyOf),
    backends: merge(before.backends, delta.backends, keyOf),
    endpoints: merge(before.endpoints, delta.endpoints, ({ backend }) => backend),
    certificates: merge(before.certificates, delta.certificates, keyOf),
  }
}

/** What may be there after a step that broke half-way: the old, the new, or both. */
export function afterBrokenDelta(before: Snapshot, delta: SnapshotDelta): Snapshot {
  return applyDelta(before, {
    version: delta.version,
    listeners: { ...delta.listeners, delete: [] },
    routes: { ...delta.routes, delete: [] },
    streams: { ...delta.streams, delete: [] },
    backends: { ...delta.backends, delete: [] },
    endpoints: { ...delta.endpoints, delete: [] },
    certificates: { ...delta.certificates, delete: [] },
  })
}

/** @param before what may be there, see `afterBrokenDelta` @returns the step that leaves nothing but the snapshot: everything is put */
export function mendingDelta(before: Snapshot, snapshot: Snapshot): SnapshotDelta {
  const { version, ...whole } = wholeDelta(snapshot)
  return {
    version,
    listeners: { ...whole.listeners, delete: gone(before.listeners, snapshot.listeners, keyOf) },
    routes: { ...whole.routes, delete: gone(before.routes, snapshot.routes, keyOf) },
    streams: { ...whole.streams, delete: gone(before.streams, snapshot.streams, keyOf) },
    backends: { ...whole.backends, delete: gone(before.backends, snapshot.backends, keyOf) },
    endpoints: { ...whole.endpoints, delete: gone(before.endpoints, snapshot.endpoints, ({ backend }) => backend) },
    certificates: { ...whole.certificates, delete: gone(before.certificates, snapshot.certificates, keyOf) },
  }
}

function gone<T>(before: readonly T[], after: readonly T[], keyOf: (item: T) => string): string[] {
  const left = new Set(after.map(keyOf))
  return before.map(keyOf).filter((key) => !left.has(key))
}

function keyOf({ key }: { readonly key: string }): string {
  return key
}

/** One walk over two sorted lists: a small change costs the copying of pointers. */
function merge<T>(before: readonly T[], changes: Changes<T, string>, keyOf: (item: T) => string): readonly T[] {
  if (changes.put.length + changes.delete.length === 0) return before
  const steps = new Map<string, T | undefined>()
  for (const key of changes.delete) steps.set(key, undefined)
  for (const item of changes.put) steps.set(keyOf(item), item)
  const after: T[] = []
  let from = 0
  for (const key of [...steps.keys()].sort(compareText)) {
    const at = position(before, key, from, keyOf)
    for (let i = from; i < at; i++) after.push(before[i]!)
    const item = steps.get(key)
    if (item !== undefined) after.push(item)
    from = at < before.length && keyOf(before[at]!) === key ? at + 1 : at
  }
  for (let i = from; i < before.length; i++) after.push(before[i]!)
  return after
}

/** First place at or after `from` whose key is not below `key`. */
function position<T>(list: readonly T[], key: string, from: number, keyOf: (item: T) => string): number {
  let low = from
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareText(keyOf(list[middle]!), key) < 0) low = middle + 1
    else high = middle
  }
  return low
}
