import { compileList } from './compile-list.ts'
import { compileObject } from './compile-object.ts'
import { compileScalar } from './compile-scalar.ts'
import { alternativesMismatch, findMismatch } from './mismatch.ts'
import { type Report, show } from './report.ts'
import type { Schema } from './schema.ts'

/**
 * Judges a value and returns it as the API server would store it: unknown fields and stray nulls pruned,
 * defaults filled. The input is never changed.
 */
export type Check = (value: unknown, report: Report) => unknown

const compiled = new WeakMap<Schema, Check>()

/** The check for a schema; compiled at its first use, so that kinds nobody writes cost nothing. */
export function checkFor(schema: Schema): Check {
  let check = compiled.get(schema)
  if (check === undefined) {
    check = compile(schema)
    compiled.set(schema, check)
  }
  return check
}

function compile(schema: Schema): Check {
  const check = compileType(schema)
  if (
    schema.allOf === undefined &&
    schema.anyOf === undefined &&
    schema.oneOf === undefined &&
    schema.not === undefined
  ) {
    return check
  }
  return (value, report) => {
    const result = check(value, report)
    const mismatch = (schema.allOf ?? []).map((part) => findMismatch(part, result)).find((found) => found !== undefined)
    const found = mismatch ?? alternativesMismatch(schema, result)
    if (found !== undefined)
      report.add('FieldValueInvalid', `${show(at(result, found.path))} ${found.message}`, found.path)
    return result
  }
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<string | number, unknown>)[step], value) ?? null
}

function compileType(schema: Schema): Check {
  if (schema.intOrString || schema.type === undefined) return compileScalar(schema)
  switch (schema.type) {
    case 'object':
      return compileObject(schema)
    case 'array':
      return compileList(schema)
    default:
      return compileScalar(schema)
  }
}

/** Reports a value of the wrong type; it is returned as it is, rules are not evaluated then. */
export function wrongType(wanted: string, value: unknown, report: Report): unknown {
  report.add('FieldValueTypeInvalid', `must be ${wanted}, but is ${describe(value)}`)
  return value
}

function describe(value: unknown): string {
  if (value === null) return 'null (empty)'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return `the ${typeof value} ${show(value)}`
}
