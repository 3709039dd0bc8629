import { type Report, show } from './report.ts'
import type { Schema } from './schema.ts'

/**
 * Judges a value and returns it as the API server would store it: unknown fields and stray nulls pruned,
 * defaults filled. The input is never changed.
 */
export type Check = (value: unknown, report: Report) => unknown

/** Finds the check of a part: handed to those who compile a whole. */
export type CheckFor = (schema: Schema) => Check

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
