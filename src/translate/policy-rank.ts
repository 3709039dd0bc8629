import type { KubeObject } from '#api'
import { compareAge, compareText } from '#ir'
import { namespaceOf } from './store.ts'

/** Gateway API, conflict resolution of policies: the oldest wins, then the first by `namespace/name`. */
export function rankPolicies<T extends KubeObject>(policies: readonly T[]): readonly T[] {
  if (policies.length < 2) return policies
  return [...policies].sort(
    (a, b) =>
      compareAge(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') ||
      compareText(fullName(a), fullName(b)),
  )
}

function fullName(policy: KubeObject): string {
  return `${namespaceOf(policy)}/${policy.metadata.name}`
}
