import { compareText } from './precedence.ts'
import type { Changes, Snapshot, SnapshotDelta } from './snapshot.ts'

/** The step from one snapshot to another one. What is the same object in both has not changed. */
export function deltaBetween(before: Snapshot, after: Snapshot, version = 1): SnapshotDelta {
  return {
    version,
    listeners: changesBetween(before.listeners, after.listeners, keyOf),
    routes: changesBetween(before.routes, after.routes, keyOf),
    streams: changesBetween(before.streams, after.streams, keyOf),
    backends: changesBetween(before.backends, after.backends, keyOf),
    endpoints: changesBetween(before.endpoints, after.endpoints, ({ backend }) => backend),
    certificates: changesBetween(before.certificates, after.certificates, keyOf),
  }
}

function keyOf({ key }: { readonly key: string }): string {
  return key
}

/** One walk over two sorted lists. */
function changesBetween<T>(before: readonly T[], after: readonly T[], key: (item: T) => string): Changes<T, string> {
  const put: T[] = []
  const gone: string[] = []
  let at = 0
  for (const item of after) {
    for (; at < before.length && compareText(key(before[at]!), key(item)) < 0; at++) gone.push(key(before[at]!))
    if (at < before.length && key(before[at]!) === key(item)) {
      if (before[at] !== item) put.push(item)
      at++
    } else put.push(item)
  }
  for (; at < before.length; at++) gone.push(key(before[at]!))
  return { put, delete: gone }
}
