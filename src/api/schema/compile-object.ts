import { type Check, type CheckFor, wrongType } from './check.ts'
import { Report, show } from './report.ts'
import type { Schema } from './schema.ts'
import { suggestion } from './suggest.ts'

interface Property {
  readonly schema: Schema
  readonly hasDefault: boolean
  /** The default with the defaults inside it filled. Shared by all objects, as results are never changed. */
  readonly filled: unknown
  check?: Check
}

type Fields = Record<string, unknown>

/** Objects: known fields, maps, defaults, required fields. */
export function compileObject(schema: Schema, checkFor: CheckFor): Check {
  const properties = new Map(
    Object.entries(schema.properties ?? {}).map(([name, part]) => [name, propertyOf(part, checkFor)]),
  )
  const defaults = [...properties].filter(([, property]) => property.hasDefault)
  const required = schema.required ?? []
  const values = schema.additionalProperties
  const names = [...properties.keys()]

  return (value, report) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return wrongType('an object', value, report)
    const result: Fields = {}
    for (const name of Object.keys(value)) {
      const given = (value as Fields)[name]
      const property = properties.get(name)
      if (property !== undefined) {
        // A null for a field that can't be null means: not given.
        if (given === null && !property.schema.nullable) continue
        property.check ??= checkFor(property.schema)
        report.path.push(name)
        result[name] = property.check(given, report)
        report.path.pop()
      } else if (typeof values === 'object') {
        if (given === null && !values.nullable) continue
        setOwn(
          result,
          name,
          report.within(name, () => checkFor(values)(given, report)),
        )
      } else if (values === true || schema.preserveUnknown) setOwn(result, name, given)
      else report.add('FieldUnknown', `no such field here${suggestion(name, names)}`, [name])
    }
    for (const [name, property] of defaults) if (!Object.hasOwn(result, name)) result[name] = property.filled
    for (const name of required) {
      if (!Object.hasOwn(result, name)) report.add('FieldValueRequired', 'is required', [name])
    }
    checkSize(schema, result, report)
    return result
  }
}

function propertyOf(schema: Schema, checkFor: CheckFor): Property {
  const hasDefault = schema.default !== undefined
  return { schema, hasDefault, filled: hasDefault ? checkFor(schema)(schema.default, new Report()) : undefined }
}

/** A user's key may be `__proto__`: it becomes an own field like any other. */
function setOwn(target: Fields, name: string, value: unknown): void {
  if (name !== '__proto__') target[name] = value
  else Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true })
}

function checkSize(schema: Schema, value: Fields, report: Report): void {
  const { minProperties, maxProperties } = schema
  if (minProperties === undefined && maxProperties === undefined) return
  const size = Object.keys(value).length
  if (minProperties !== undefined && size < minProperties) {
    report.add('FieldValueInvalid', `${show(value)} must have at least ${minProperties} entries`)
  }
  if (maxProperties !== undefined && size > maxProperties) {
    report.add('FieldValueTooMany', `must have at most ${maxProperties} entries, but has ${size}`)
  }
}
