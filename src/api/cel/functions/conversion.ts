import { Buffer } from 'node:buffer'
import { asDouble, int, isInt, uint } from '../number.ts'
import { formatDuration, formatTimestamp, parseDuration, parseTimestamp } from '../time.ts'
import {
  CelError,
  type CelMap,
  codePoints,
  Double,
  Duration,
  isOpaque,
  mapKeys,
  noOverload,
  Timestamp,
  TypeValue,
  typeName,
  Uint,
  type Value,
} from '../value.ts'
import type { Library } from './library.ts'

function size(value: Value): number {
  if (typeof value === 'string') return codePoints(value).length
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length
  if (typeName(value) === 'map') return mapKeys(value as CelMap).length
  throw noOverload('size', value)
}

function toInt(value: Value): Value {
  if (isInt(value)) return value
  if (value instanceof Uint) return int(value.value)
  if (value instanceof Timestamp) return int(value.nanos / 1_000_000_000n)
  const double = asDouble(value)
  if (double !== undefined) {
    if (Number.isNaN(double) || Math.abs(double) >= 2 ** 63) throw new CelError('integer overflow')
    return int(BigInt(Math.trunc(double)))
  }
  if (typeof value === 'string' && /^[+-]?\d+$/.test(value)) return int(BigInt(value))
  throw typeof value === 'string' ? new CelError(`'${value}' is not an int`) : noOverload('int', value)
}

function toUint(value: Value): Value {
  if (value instanceof Uint) return value
  if (isInt(value)) return uint(BigInt(value))
  const double = asDouble(value)
  if (double !== undefined && Number.isFinite(double)) return uint(BigInt(Math.trunc(double)))
  if (typeof value === 'string' && /^\d+$/.test(value)) return uint(BigInt(value))
  throw typeof value === 'string' ? new CelError(`'${value}' is not a uint`) : noOverload('uint', value)
}

function toDouble(value: Value): Value {
  const double = asDouble(value)
  if (double !== undefined) return new Double(double)
  if (isInt(value)) return new Double(Number(value))
  if (value instanceof Uint) return new Double(Number(value.value))
  if (typeof value === 'string' && /^[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(value))
    return new Double(Number(value))
  throw typeof value === 'string' ? new CelError(`'${value}' is not a double`) : noOverload('double', value)
}

/** `string(x)`, also used by messages and `format`. */
export function toText(value: Value): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean' || isInt(value)) return String(value)
  const double = asDouble(value)
  if (double !== undefined) return formatDouble(double)
  if (value instanceof Uint) return String(value.value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  if (value instanceof Duration) return formatDuration(value.nanos)
  if (value instanceof Timestamp) return formatTimestamp(value.nanos)
  if (isOpaque(value)) return String(value)
  throw noOverload('string', value)
}

function formatDouble(value: number): string {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}

function toBool(value: Value): Value {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'string') throw noOverload('bool', value)
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value)) return true
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(value)) return false
  throw new CelError(`'${value}' is not a bool`)
}

function toBytes(value: Value): Value {
  if (value instanceof Uint8Array) return value
  if (typeof value === 'string') return new Uint8Array(Buffer.from(value))
  throw noOverload('bytes', value)
}

function toDuration(value: Value): Value {
  if (value instanceof Duration) return value
  if (typeof value === 'string') return new Duration(parseDuration(value))
  if (isInt(value)) return new Duration(BigInt(value))
  throw noOverload('duration', value)
}

function toTimestamp(value: Value): Value {
  if (value instanceof Timestamp) return value
  if (typeof value === 'string') return new Timestamp(parseTimestamp(value))
  if (isInt(value)) return new Timestamp(BigInt(value) * 1_000_000_000n)
  throw noOverload('timestamp', value)
}

/** `size()` and the conversions of the language itself. */
export const conversionLibrary: Library = {
  functions: {
    size,
    int: toInt,
    uint: toUint,
    double: toDouble,
    string: toText,
    bool: toBool,
    bytes: toBytes,
    duration: toDuration,
    timestamp: toTimestamp,
    dyn: (value) => value,
    type: (value) => new TypeValue(typeName(value)),
  },
  methods: { size: { string: size, list: size, map: size, bytes: size } },
}
