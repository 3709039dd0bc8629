import { formatName, matchesFormat } from './formats.ts'
import { matchesPattern } from './pattern.ts'
import type { Schema } from './schema.ts'

export interface Mismatch {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/**
 * Whether a value fits the value checks of a schema under allOf, anyOf, oneOf or not.
 * Those may not set types, defaults or new fields, so only checks are needed here.
 */
export function findMismatch(schema: Schema, value: unknown): Mismatch | undefined {
  return (
    scalarMismatch(schema, value) ??
    childMismatch(schema, value) ??
    schema.allOf?.map((part) => findMismatch(part, value)).find((mismatch) => mismatch !== undefined) ??
    alternativesMismatch(schema, value)
  )
}

/** anyOf, oneOf and not; the message comes from the alternative that was most likely meant. */
export function alternativesMismatch(schema: Schema, value: unknown): Mismatch | undefined {
  const { anyOf, oneOf, not } = schema
  if (anyOf !== undefined) {
    const mismatches = anyOf.map((part) => findMismatch(part, value))
    if (mismatches.every((mismatch) => mismatch !== undefined)) {
      return { path: [], message: eitherOf(mismatches.map(({ message }) => message)) }
    }
  }
  if (oneOf !== undefined) {
    const mismatches = oneOf.map((part) => findMismatch(part, value))
    const fits = mismatches.filter((mismatch) => mismatch === undefined).length
    if (fits === 0) return mismatches.find((mismatch) => mismatch!.message !== EXCLUDED) ?? mismatches[0]
    if (fits > 1) return { path: [], message: 'fits several forms of which only one may be used' }
  }
  if (not !== undefined && findMismatch(not, value) === undefined) return { path: [], message: EXCLUDED }
  return undefined
}

/** `must be a`, `must be b` → `must be a or b`. */
function eitherOf(messages: readonly string[]): string {
  const [first = '', ...others] = [...new Set(messages)]
  return [first, ...others.map((message) => message.replace(/^must be /, ''))].join(' or ')
}

const EXCLUDED = 'has a value that is not allowed here'

function scalarMismatch(schema: Schema, value: unknown): Mismatch | undefined {
  const fail = (message: string): Mismatch => ({ path: [], message })
  if (schema.enum !== undefined && !schema.enum.includes(value)) return fail(`must be ${schema.enum.join(' or ')}`)
  if (typeof value === 'string') {
    if (schema.format !== undefined && !matchesFormat(schema.format, value))
      return fail(`must be ${formatName(schema.format)}`)
    if (schema.pattern !== undefined && !matchesPattern(schema.pattern, value))
      return fail(`must match ${schema.pattern}`)
    if (schema.minLength !== undefined && value.length < schema.minLength) return fail('is too short')
    if (schema.maxLength !== undefined && value.length > schema.maxLength) return fail('is too long')
  }
  if (typeof value === 'number') {
    if (schema.minimum !== undefined && value < schema.minimum) return fail(`must be at least ${schema.minimum}`)
    if (schema.maximum !== undefined && value > schema.maximum) return fail(`must be at most ${schema.maximum}`)
  }
  return undefined
}

function childMismatch(schema: Schema, value: unknown): Mismatch | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const missing = schema.required?.find((name) => !Object.hasOwn(value, name))
  if (missing !== undefined) return { path: [missing], message: 'is required' }
  for (const [name, part] of Object.entries(schema.properties ?? {})) {
    if (!Object.hasOwn(value, name)) continue
    const mismatch = findMismatch(part, (value as Record<string, unknown>)[name])
    if (mismatch !== undefined) return { path: [name, ...mismatch.path], message: mismatch.message }
  }
  if (!Array.isArray(value) || schema.items === undefined) return undefined
  for (const [index, item] of value.entries()) {
    const mismatch = findMismatch(schema.items, item)
    if (mismatch !== undefined) return { path: [index, ...mismatch.path], message: mismatch.message }
  }
  return undefined
}
