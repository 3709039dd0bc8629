import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filterScope } from '../../../test/filter-scope.ts'
import { responseHeaderModifier } from './translate.ts'

test('names become lower case', () => {
  const filter = { responseHeaderModifier: { set: [{ name: 'X-A', value: '1' }], remove: ['X-B'] } }
  const node = { kind: 'responseHeaderModifier', remove: ['x-b'], set: [{ name: 'x-a', value: '1' }], add: [] }
  assert.deepEqual(responseHeaderModifier.translate(filter, filterScope()), { ok: true, value: { node } })
})

test('a framing field is refused, with its place', () => {
  const filter = { responseHeaderModifier: { add: [{ name: 'Content-Length', value: '5' }] } }
  const outcome = responseHeaderModifier.translate(filter, filterScope())
  assert.ok(!outcome.ok)
  assert.equal(outcome.problems[0]?.path, 'spec.rules[0].filters[0].responseHeaderModifier.add[0].name')
})
