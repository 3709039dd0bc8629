import type { Schema } from '../schema/schema.ts'
import { contains, equals } from './equality.ts'
import { type CelMap, mapGet, type Value } from './value.ts'

/** `==` for lists with x-kubernetes-list-type set or map: the order doesn't matter. */
export function unorderedEquals(left: Value, right: Value): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return equals(left, right)
  return left.length === right.length && left.every((item) => contains(item, right))
}

/** `+` for them: a set takes in what is new; a map keeps its positions and takes the right side's values. */
export function mergeLists(schema: Schema, left: readonly Value[], right: readonly Value[]): readonly Value[] {
  const same =
    schema.listType === 'map'
      ? (a: Value, b: Value) => (schema.listKeys ?? []).every((key) => sameKey(a, b, key))
      : equals
  const merged = [...left]
  for (const item of right) {
    const at = merged.findIndex((member) => same(member, item))
    if (at < 0) merged.push(item)
    else merged[at] = item
  }
  return merged
}

function sameKey(left: Value, right: Value, key: string): boolean {
  return equals(mapGet(left as CelMap, key), mapGet(right as CelMap, key))
}
