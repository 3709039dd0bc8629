import type { Check } from './check.ts'
import { compileList } from './compile-list.ts'
import { compileObject } from './compile-object.ts'
import { compileScalar } from './compile-scalar.ts'
import { alternativesMismatch, findMismatch } from './mismatch.ts'
import { show } from './report.ts'
import type { Schema } from './schema.ts'

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
      return compileObject(schema, checkFor)
    case 'array':
      return compileList(schema, checkFor)
    default:
      return compileScalar(schema)
  }
}
