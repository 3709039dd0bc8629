import { contains } from '../equality.ts'
import { type Value, wantList } from '../value.ts'
import type { Library } from './library.ts'

function containsAll(left: Value, right: Value): boolean {
  const list = wantList(left, 'sets.contains')
  return wantList(right, 'sets.contains').every((item) => contains(item, list))
}

/** Lists as sets: `sets.contains`, `sets.equivalent`, `sets.intersects`. */
export const setLibrary: Library = {
  functions: {
    'sets.contains': containsAll,
    'sets.equivalent': (left, right) => containsAll(left, right) && containsAll(right, left),
    'sets.intersects': (left, right) =>
      wantList(left, 'sets.intersects').some((item) => contains(item, wantList(right, 'sets.intersects'))),
  },
}
