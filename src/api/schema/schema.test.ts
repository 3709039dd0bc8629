import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cpuMs } from '../../../test/cpu-time.ts'
import { checkFor } from './compile.ts'
import { formatPath, Report } from './report.ts'
import { ruleCheckFor } from './rules.ts'
import type { Rule, Schema } from './schema.ts'
import { suggest } from './suggest.ts'

function judge(schema: Schema, value: unknown): { readonly value: unknown; readonly problems: readonly string[] } {
  const report = new Report()
  const checked = checkFor(schema)(value, report)
  if (!report.blocked) ruleCheckFor(schema)?.(checked, report)
  return {
    value: checked,
    problems: report.problems.map(({ path, reason, message }) => `${path} ${reason}: ${message}`),
  }
}

function refused(schema: Schema, value: unknown, ...expected: readonly RegExp[]): void {
  const { problems } = judge(schema, value)
  assert.equal(problems.length, expected.length, problems.join('\n'))
  for (const [index, pattern] of expected.entries()) assert.match(problems[index]!, pattern)
}

function accepted(schema: Schema, value: unknown, stored: unknown = value): void {
  const judged = judge(schema, value)
  assert.deepEqual(judged.problems, [])
  assert.deepEqual(judged.value, stored)
}

const object = (properties: Record<string, Schema>, more: Schema = {}): Schema => ({
  type: 'object',
  properties,
  ...more,
})

describe('defaults and pruning', () => {
  const weight: Schema = { type: 'integer', default: 1 }
  test('a missing field takes its default, also inside a default', () => {
    const schema = object({ path: object({ type: { type: 'string', default: 'Exact' } }, { default: {} }), weight })
    accepted(schema, {}, { path: { type: 'Exact' }, weight: 1 })
    accepted(schema, { weight: 0 }, { weight: 0, path: { type: 'Exact' } })
  })
  test('a null means not given, unless the field is nullable', () => {
    accepted(object({ weight, name: { type: 'string' } }), { weight: null, name: null }, { weight: 1 })
    accepted(object({ name: { type: 'string', nullable: true } }), { name: null })
    refused(
      object({ name: { type: 'string' } }, { required: ['name'] }),
      { name: null },
      /^name FieldValueRequired: is required/,
    )
  })
  test('the input is not changed', () => {
    const input = Object.freeze({ extra: 1 })
    assert.deepEqual(judge(object({ weight }), input).value, { weight: 1 })
  })
  test('unknown fields are refused with a hint, or kept where the schema says so', () => {
    refused(object({ hostnames: {} }), { hostname: 1 }, /^hostname FieldUnknown: .*did you mean 'hostnames'\?/)
    refused(object({ a: {}, b: {} }), { quite: 1 }, /known here: a, b/)
    accepted(object({}, { preserveUnknown: true }), { any: [1] })
    accepted({ type: 'object', additionalProperties: { type: 'string' } }, { 'a/b': 'c' })
  })
  test('a key like __proto__ stays a key', () => {
    const input: unknown = JSON.parse('{"__proto__": "x"}')
    const { value } = judge({ type: 'object', additionalProperties: { type: 'string' } }, input)
    assert.deepEqual(Object.keys(value as object), ['__proto__'])
  })
})

describe('checks', () => {
  test('types', () => {
    refused({ type: 'string' }, 1, /FieldValueTypeInvalid: must be a string .*the number 1/)
    refused({ type: 'integer' }, 1.5, /must be a whole number/)
    refused({ type: 'integer' }, '80', /must be a whole number, but is the string '80'/)
    refused({ type: 'boolean' }, 'yes', /must be true or false/)
    refused({ type: 'array', items: {} }, {}, /must be a list, but is an object/)
    refused({ type: 'object' }, [], /must be an object, but is a list/)
    refused({ type: 'array', items: { type: 'string' } }, [null], /^\[0\] .*null \(empty\)/)
    accepted({ intOrString: true }, 'http')
    refused({ intOrString: true }, 1.5, /whole number or a string/)
  })
  test('strings count characters, not UTF-16 units', () => {
    accepted({ type: 'string', maxLength: 2 }, '😀😀')
    refused({ type: 'string', maxLength: 2 }, 'abc', /FieldValueTooLong: must have at most 2 characters, but has 3/)
    refused({ type: 'string', minLength: 1 }, '', /must not be empty/)
    refused({ type: 'string', pattern: '^a+$' }, 'b', /'b' must match \^a\+\$/)
    refused({ type: 'string', format: 'date-time' }, 'today', /a time such as/)
    refused({ type: 'string', enum: ['Exact', 'PathPrefix'] }, 'exact', /NotSupported: .*did you mean 'Exact'/)
  })
  test('numbers', () => {
    refused({ type: 'integer', minimum: 1, maximum: 5 }, 0, /must be at least 1/)
    refused({ type: 'integer', maximum: 5 }, 6, /must be at most 5/)
    refused({ type: 'integer', format: 'int32' }, 2 ** 31, /must be at most 2147483647/)
    refused({ type: 'number', minimum: 0, exclusiveMinimum: true }, 0, /must be more than 0/)
    refused({ type: 'integer', multipleOf: 2 }, 3, /multiple of 2/)
  })
  test('lists', () => {
    const map: Schema = { type: 'array', listType: 'map', listKeys: ['name'], items: object({ name: {}, v: {} }) }
    refused(
      map,
      [{ name: 'a', v: 1 }, { name: 'b' }, { name: 'a' }],
      /^\[2\] FieldValueDuplicate: name 'a' stands here a second time/,
    )
    refused(
      { type: 'array', listType: 'set', items: { type: 'string' } },
      ['a', 'a'],
      /^\[1\] FieldValueDuplicate: 'a'/,
    )
    refused(
      { type: 'array', items: {}, maxItems: 1 },
      [1, 2],
      /FieldValueTooMany: must have at most 1 items, but has 2/,
    )
    refused({ type: 'array', items: {}, minItems: 1 }, [], /must have at least 1 item$/)
    refused({ type: 'object', additionalProperties: true, maxProperties: 1 }, { a: 1, b: 1 }, /at most 1 entries/)
  })
  test('alternatives', () => {
    const address = object(
      { type: { type: 'string' }, value: { type: 'string' } },
      {
        oneOf: [
          object({ type: { enum: ['IP'] }, value: { anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] } }),
          object({ type: { not: { enum: ['IP'] } } }),
        ],
      },
    )
    accepted(address, { type: 'IP', value: '::1' })
    accepted(address, { type: 'Name', value: 'x' })
    refused(
      address,
      { type: 'IP', value: 'x' },
      /^value FieldValueInvalid: 'x' must be an IPv4 address or an IPv6 address/,
    )
    refused({ allOf: [{ minimum: 2 }] }, 1, /1 must be at least 2/)
  })
})

describe('rules', () => {
  const withRule = (rule: Partial<Rule> & { readonly rule: string }): Schema =>
    object({ a: { type: 'integer' }, b: { type: 'string' } }, { rules: [rule] })

  test('message, messageExpression, reason and fieldPath', () => {
    refused(withRule({ rule: 'self.a > 1', message: 'more!' }), { a: 1 }, /^ FieldValueInvalid: more!$/)
    refused(withRule({ rule: 'self.a > 1' }), { a: 1 }, /failed rule: self.a > 1/)
    const said = { rule: 'self.a > 1', message: 'more!', messageExpression: '"not " + string(self.a)' }
    refused(withRule(said), { a: 1 }, /: not 1$/)
    refused(withRule({ ...said, messageExpression: 'self.b' }), { a: 1 }, /: more!$/)
    refused(
      withRule({ rule: 'has(self.b)', fieldPath: '.b', reason: 'FieldValueRequired', message: 'is required' }),
      {},
      /^b FieldValueRequired: is required$/,
    )
  })
  test('a rule that cannot be evaluated refuses the object', () => {
    refused(withRule({ rule: 'self.b == "x"', message: 'be x' }), {}, /: be x$/)
  })
  test('and without a message it says why', () => {
    refused(withRule({ rule: 'self.b == "x"' }), {}, /failed rule: self.b == "x" \(no such key: b\)/)
  })
  test('transition rules are for changes only, unless they can do without an old value', () => {
    accepted(withRule({ rule: 'self == oldSelf' }), { a: 1 })
    refused(withRule({ rule: 'oldSelf.hasValue()', optionalOldSelf: true, message: 'no' }), { a: 1 }, /no/)
    accepted(withRule({ rule: 'oldSelf.optMap(o, o.a == self.a).orValue(true)', optionalOldSelf: true }), { a: 1 })
  })
  test('rules are not evaluated over values of a wrong shape', () => {
    refused(withRule({ rule: 'self.a > 1' }), { a: 'x' }, /^a FieldValueTypeInvalid/)
  })
  test('rules on items and map values name their place', () => {
    const item: Schema = { type: 'string', rules: [{ rule: 'self != "x"', message: 'no x' }] }
    refused({ type: 'array', items: item }, ['a', 'x'], /^\[1\] FieldValueInvalid: no x \(it is 'x'\)/)
    refused({ type: 'object', additionalProperties: item }, { 'k/1': 'x' }, /^\[k\/1\] FieldValueInvalid: no x/)
  })
})

test('a long header value that ends with a space is refused at once', () => {
  const header: Schema = { type: 'string', maxLength: 4096, pattern: '^[!-~]+([\\t ]?[!-~]+)*$' }
  const began = cpuMs()
  refused(header, `${'a'.repeat(4095)} `, /must be visible ASCII characters/)
  assert.ok(cpuMs() - began < 500)
})

test('paths and suggestions', () => {
  assert.equal(formatPath(['spec', 'rules', 0, 'matches', 1, 'path', 'value']), 'spec.rules[0].matches[1].path.value')
  assert.equal(formatPath(['metadata', 'labels', 'example.com/x']), 'metadata.labels[example.com/x]')
  assert.equal(suggest('backendRef', ['backendRefs', 'filters']), 'backendRefs')
  assert.equal(suggest('zzz', ['backendRefs', 'filters']), undefined)
})
