import { compareNumbers, isNumeric } from './number.ts'
import {
  type CelMap,
  Duration,
  isOpaque,
  mapEntries,
  mapGet,
  mapKeys,
  noOverload,
  Optional,
  Timestamp,
  TypeValue,
  typeName,
  type Value,
} from './value.ts'

/** CEL's `==`: values of different types are unequal, numbers compare by value, lists and maps by their contents. */
export function equals(left: Value, right: Value): boolean {
  if (left === right) return true
  if (typeof left === 'string' || typeof right === 'string') return false
  if (isNumeric(left) && isNumeric(right)) return compareNumbers(left, right) === 0
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  const type = typeName(left)
  if (type !== typeName(right)) return false
  if (type === 'list') return listsEqual(left as Value[], right as Value[])
  if (type === 'map') return mapsEqual(left as CelMap, right as CelMap)
  return instancesEqual(left, right)
}

function instancesEqual(left: object, right: object): boolean {
  if (left instanceof Optional && right instanceof Optional) {
    return left.value === undefined || right.value === undefined
      ? left.value === right.value
      : equals(left.value, right.value)
  }
  if (left instanceof Duration && right instanceof Duration) return left.nanos === right.nanos
  if (left instanceof Timestamp && right instanceof Timestamp) return left.nanos === right.nanos
  if (left instanceof TypeValue && right instanceof TypeValue) return left.type === right.type
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right) === 0
  return isOpaque(left) && left.equals(right)
}

function listsEqual(left: readonly Value[], right: readonly Value[]): boolean {
  return left.length === right.length && left.every((item, index) => equals(item, right[index]))
}

function mapsEqual(left: CelMap, right: CelMap): boolean {
  const entries = mapEntries(left)
  if (entries.length !== mapKeys(right).length) return false
  return entries.every(([key, value]) => {
    const other = mapGet(right, key)
    return other !== undefined && equals(value, other)
  })
}

/** CEL's `in`. */
export function contains(item: Value, collection: Value): boolean {
  if (Array.isArray(collection)) return collection.some((member) => equals(member, item))
  if (typeName(collection) === 'map') return mapGet(collection as CelMap, item) !== undefined
  throw noOverload('in', item, collection)
}

/** CEL's order: negative, zero or positive; NaN for a NaN. */
export function compare(left: Value, right: Value): number {
  if (isNumeric(left) && isNumeric(right)) return compareNumbers(left, right)
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right)
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right)
  if (left instanceof Duration && right instanceof Duration) return compareNumbers(left.nanos, right.nanos)
  if (left instanceof Timestamp && right instanceof Timestamp) return compareNumbers(left.nanos, right.nanos)
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right)
  throw noOverload('<', left, right)
}

/** By code point, as Go orders UTF-8: UTF-16 order differs for characters beyond the basic plane. */
function compareText(left: string, right: string): number {
  return left === right ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right))
}
