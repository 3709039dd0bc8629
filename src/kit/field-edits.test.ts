import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeFieldValue, parseFieldEdits } from './field-edits.ts'

test('names become lower case, values lose surrounding whitespace', () => {
  const edits = parseFieldEdits({ set: [{ name: 'X-A', value: ' 1 ' }], remove: ['X-B', 'x-b'] }, 'f')
  assert.deepEqual(edits, { ok: true, value: { remove: ['x-b'], set: [{ name: 'x-a', value: '1' }], add: [] } })
})

test('of equivalent names in a list the first counts', () => {
  const add = [
    { name: 'X-A', value: 'first' },
    { name: 'x-a', value: 'second' },
  ]
  const edits = parseFieldEdits({ add }, 'f')
  assert.deepEqual(edits.ok && edits.value.add, [{ name: 'x-a', value: 'first' }])
})

const refused: [string, Parameters<typeof parseFieldEdits>[0], string][] = [
  ['Host', { set: [{ name: 'Host', value: 'x' }] }, 'f.set[0].name'],
  ['Content-Length', { remove: ['Content-Length'] }, 'f.remove[0]'],
  ['Transfer-Encoding', { add: [{ name: 'transfer-encoding', value: 'chunked' }] }, 'f.add[0].name'],
  ['Connection', { set: [{ name: 'Connection', value: 'close' }] }, 'f.set[0].name'],
  ['a line break in a value', { set: [{ name: 'x', value: 'a\r\nb: c' }] }, 'f.set[0].value'],
  ['a NUL in a value', { add: [{ name: 'x', value: 'a\0b' }] }, 'f.add[0].value'],
  ['a pseudo header', { set: [{ name: ':path', value: '/' }] }, 'f.set[0].name'],
]
for (const [what, spec, path] of refused) {
  test(`refuses ${what}`, () => {
    const edits = parseFieldEdits(spec, 'f')
    assert.equal(edits.ok, false)
    assert.equal(!edits.ok && edits.problems[0]?.path, path)
    assert.equal(!edits.ok && edits.problems[0]?.reason, 'UnsupportedValue')
  })
}

test('all problems are told at once', () => {
  const edits = parseFieldEdits({ set: [{ name: 'Host', value: 'a\nb' }], remove: ['te'] }, 'f')
  assert.equal(!edits.ok && edits.problems.length, 3)
})

test('a value becomes UTF-8 bytes', () => {
  assert.equal(encodeFieldValue('né'), 'n\u00c3\u00a9')
})
