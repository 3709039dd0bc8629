import { codePoints } from '../cel/value.ts'
import { type Check, wrongType } from './check.ts'
import { formatName, matchesFormat } from './formats.ts'
import { matchesPattern } from './pattern.ts'
import { patternMessage } from './pattern-message.ts'
import { type Report, show } from './report.ts'
import type { Schema } from './schema.ts'
import { suggest } from './suggest.ts'

/** Strings, numbers, booleans, and values of any type. */
export function compileScalar(schema: Schema): Check {
  const checks = [...enumChecks(schema), ...stringChecks(schema), ...numberChecks(schema)]
  const fits = typeCheck(schema)
  return (value, report) => {
    if (value === null && schema.nullable) return value
    if (!fits.test(value)) return wrongType(fits.wanted, value, report)
    for (const check of checks) check(value, report)
    return value
  }
}

interface TypeCheck {
  readonly wanted: string
  readonly test: (value: unknown) => boolean
}

function typeCheck(schema: Schema): TypeCheck {
  if (schema.intOrString) {
    return {
      wanted: 'a whole number or a string',
      test: (value) => typeof value === 'string' || Number.isInteger(value),
    }
  }
  switch (schema.type) {
    case 'string':
      return { wanted: 'a string (put it in quotes)', test: (value) => typeof value === 'string' }
    case 'integer':
      return { wanted: 'a whole number', test: Number.isInteger }
    case 'number':
      return { wanted: 'a number', test: (value) => typeof value === 'number' }
    case 'boolean':
      return { wanted: 'true or false', test: (value) => typeof value === 'boolean' }
    default:
      return { wanted: 'a value', test: () => true }
  }
}

type ValueCheck = (value: unknown, report: Report) => void

function enumChecks({ enum: allowed }: Schema): readonly ValueCheck[] {
  if (allowed === undefined) return []
  const words = allowed.map(String)
  return [
    (value, report) => {
      if (allowed.includes(value)) return
      const meant = suggest(String(value), words)
      const hint = meant === undefined ? '' : `; did you mean '${meant}'?`
      report.add('FieldValueNotSupported', `${show(value)} is not supported; use one of ${words.join(', ')}${hint}`)
    },
  ]
}

function stringChecks(schema: Schema): readonly ValueCheck[] {
  const { minLength, maxLength, pattern, format } = schema
  if (minLength === undefined && maxLength === undefined && pattern === undefined && format === undefined) return []
  return [
    (value, report) => {
      if (typeof value !== 'string') return
      // No string has more code points than UTF-16 units: most need no closer look.
      if (maxLength !== undefined && value.length > maxLength && codePoints(value).length > maxLength) {
        report.add(
          'FieldValueTooLong',
          `must have at most ${maxLength} characters, but has ${codePoints(value).length}`,
        )
        return
      }
      if (minLength !== undefined && codePoints(value).length < minLength) {
        const wanted = minLength === 1 ? 'must not be empty' : `must have at least ${minLength} characters`
        report.add('FieldValueInvalid', `${show(value)} ${wanted}`)
      }
      if (pattern !== undefined && !matchesPattern(pattern, value)) {
        report.add('FieldValueInvalid', `${show(value)} ${patternMessage(pattern)}`)
      }
      if (format !== undefined && !matchesFormat(format, value)) {
        report.add('FieldValueInvalid', `${show(value)} must be ${formatName(format)}`)
      }
    },
  ]
}

const RANGES: Readonly<Record<string, readonly [minimum: number, maximum: number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  int64: [-(2 ** 63), 2 ** 63],
}

function numberChecks(schema: Schema): readonly ValueCheck[] {
  if (schema.type !== 'integer' && schema.type !== 'number' && !schema.intOrString) return []
  const [least, most] = RANGES[schema.format ?? ''] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  const minimum = Math.max(schema.minimum ?? least, least)
  const maximum = Math.min(schema.maximum ?? most, most)
  const { exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  return [
    (value, report) => {
      if (typeof value !== 'number') return
      if (value < minimum || (exclusiveMinimum && value === minimum)) {
        report.add('FieldValueInvalid', `${value} must be ${exclusiveMinimum ? 'more than' : 'at least'} ${minimum}`)
      }
      if (value > maximum || (exclusiveMaximum && value === maximum)) {
        report.add('FieldValueInvalid', `${value} must be ${exclusiveMaximum ? 'less than' : 'at most'} ${maximum}`)
      }
      if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
        report.add('FieldValueInvalid', `${value} must be a multiple of ${multipleOf}`)
      }
    },
  ]
}
