import type { KubeObject, ObjectKey } from '#api'
import { mergeStatus } from '#translate'
import type { TranslatedObjects } from './translate-objects.ts'

/** Objects as a cluster holds them: of files with the statuses that they would get. */
export function withStatuses(
  shown: ReadonlyMap<ObjectKey, KubeObject>,
  { statuses, isCluster }: TranslatedObjects,
  controllerName: string,
): readonly KubeObject[] {
  if (isCluster) return [...shown.values()]
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  return [...shown].map(([key, object]) => mergeStatus(object, statuses.get(key), { controllerName, now }))
}
