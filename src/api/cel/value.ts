/**
 * CEL values as JavaScript values. JSON stays as it is, so no object is converted before a rule runs:
 * an int is an integral `number` (a `bigint` beyond 2^53), a double is a `Double`, a uint a `Uint`,
 * lists are arrays, objects and maps are plain objects or `Map`s.
 */
export type Value = unknown

/** Why a rule could not be evaluated; at the API server this makes the object invalid, too. */
export class CelError extends Error {
  override readonly name = 'CelError'
}

export class Double {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

export class Uint {
  readonly value: bigint
  constructor(value: bigint) {
    this.value = value
  }
}

export class Duration {
  readonly nanos: bigint
  constructor(nanos: bigint) {
    this.nanos = nanos
  }
}

export class Timestamp {
  /** Nanoseconds since the epoch. */
  readonly nanos: bigint
  constructor(nanos: bigint) {
    this.nanos = nanos
  }
}

export class TypeValue {
  readonly type: string
  constructor(type: string) {
    this.type = type
  }
}

export class Optional {
  static readonly none = new Optional(undefined)
  /** `undefined` when there is none: no CEL value is undefined. */
  readonly value: Value
  constructor(value: Value) {
    this.value = value
  }
}

/** Values of Kubernetes' libraries (IP, CIDR, Quantity…): compared and named by themselves. */
export interface Opaque {
  readonly celType: string
  equals(other: Value): boolean
}

export function isOpaque(value: Value): value is Opaque {
  return typeof value === 'object' && value !== null && 'celType' in value && typeof value.celType === 'string'
}

/** The CEL type's name, for overloads, `type()` and messages. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'boolean':
      return 'bool'
    case 'number':
      return Number.isInteger(value) ? 'int' : 'double'
    case 'bigint':
      return 'int'
    default:
      break
  }
  if (value === null) return 'null_type'
  if (Array.isArray(value)) return 'list'
  // Most values are objects of JSON. A user's map may hold a key named celType: only class instances are opaque.
  const prototype = Object.getPrototypeOf(value as object)
  if (prototype === Object.prototype || prototype === null || value instanceof Map) return 'map'
  if (value instanceof Double) return 'double'
  if (value instanceof Optional) return 'optional_type'
  if (value instanceof Duration) return 'google.protobuf.Duration'
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp'
  if (value instanceof Uint) return 'uint'
  if (value instanceof Uint8Array) return 'bytes'
  if (value instanceof TypeValue) return 'type'
  if (isOpaque(value)) return value.celType
  return 'map'
}

export type CelMap = ReadonlyMap<Value, Value> | Readonly<Record<string, Value>>

/** Looks a key up; undefined when the map has none. Own properties only: `constructor` is no key. */
export function mapGet(map: CelMap, key: Value): Value {
  if (map instanceof Map) return map.get(key)
  return typeof key === 'string' && Object.hasOwn(map, key) ? (map as Record<string, Value>)[key] : undefined
}

export function mapEntries(map: CelMap): readonly (readonly [Value, Value])[] {
  return map instanceof Map ? [...map.entries()] : Object.entries(map)
}

export function mapKeys(map: CelMap): readonly Value[] {
  return map instanceof Map ? [...map.keys()] : Object.keys(map)
}

export function noOverload(name: string, ...values: readonly Value[]): CelError {
  return new CelError(`no such overload: ${name}(${values.map(typeName).join(', ')})`)
}

export function wantString(value: Value, name: string): string {
  if (typeof value === 'string') return value
  throw noOverload(name, value)
}

export function wantList(value: Value, name: string): readonly Value[] {
  if (Array.isArray(value)) return value
  throw noOverload(name, value)
}

/** An int argument that is used as an index or a count. */
export function wantIndex(value: Value, name: string): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value
  throw noOverload(name, value)
}

/** Code points of a string: CEL counts them, JavaScript counts UTF-16 units. */
export function codePoints(text: string): string | readonly string[] {
  return /^[\x00-\x7f]*$/.test(text) ? text : Array.from(text)
}
