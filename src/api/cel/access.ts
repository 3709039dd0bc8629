import { Buffer } from 'node:buffer'
import type { Schema } from '../schema/schema.ts'
import { unescapeFieldName } from './field-name.ts'
import { parseDuration, parseTimestamp } from './time.ts'
import {
  CelError,
  type CelMap,
  Double,
  Duration,
  mapGet,
  noOverload,
  Timestamp,
  typeName,
  type Value,
} from './value.ts'

/** The property behind a CEL field name. Objects have escaped names, maps take the key as it is. */
export function property(schema: Schema | undefined, name: string): { field: string; schema: Schema | undefined } {
  if (schema?.properties !== undefined) {
    const field = unescapeFieldName(name)
    const found = Object.hasOwn(schema.properties, field) ? schema.properties[field] : undefined
    if (found !== undefined) return { field, schema: found }
    if (!schema.preserveUnknown) throw new CelError(`undefined field '${name}'`)
    return { field, schema: undefined }
  }
  return {
    field: name,
    schema: typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined,
  }
}

export function getField(value: Value, field: string): Value {
  if (typeName(value) !== 'map') throw noOverload(`.${field}`, value)
  return mapGet(value as CelMap, field)
}

/** What turns a JSON value into its CEL value where they differ by the schema: doubles, dates, durations, bytes. */
export function reader(schema: Schema | undefined): ((value: Value) => Value) | undefined {
  if (schema?.type === 'number') return (value) => (typeof value === 'number' ? new Double(value) : value)
  if (schema?.type !== 'string') return undefined
  switch (schema.format) {
    case 'date-time':
      return (value) => (typeof value === 'string' ? new Timestamp(parseTimestamp(value)) : value)
    case 'date':
      return (value) => (typeof value === 'string' ? new Timestamp(parseTimestamp(`${value}T00:00:00Z`)) : value)
    case 'duration':
      return (value) => (typeof value === 'string' ? new Duration(parseDuration(value)) : value)
    case 'byte':
      return (value) => (typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : value)
    default:
      return undefined
  }
}

/** The schema of a list's items or a map's values. */
export function elementSchema(schema: Schema | undefined): Schema | undefined {
  if (schema?.items !== undefined) return schema.items
  return typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined
}
