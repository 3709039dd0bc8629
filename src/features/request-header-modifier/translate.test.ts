import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filterScope } from '../../../test/filter-scope.ts'
import { requestHeaderModifier } from './translate.ts'

test('names become lower case', () => {
  const filter = { requestHeaderModifier: { set: [{ name: 'X-A', value: '1' }], remove: ['X-B'] } }
  const node = { kind: 'requestHeaderModifier', remove: ['x-b'], set: [{ name: 'x-a', value: '1' }], add: [] }
  assert.deepEqual(requestHeaderModifier.translate(filter, filterScope()), { ok: true, value: { node } })
})

test('Host is refused, with its place', () => {
  const filter = { requestHeaderModifier: { add: [{ name: 'Host', value: 'b.test' }] } }
  const outcome = requestHeaderModifier.translate(filter, filterScope())
  assert.ok(!outcome.ok)
  assert.equal(outcome.problems[0]?.path, 'spec.rules[0].filters[0].requestHeaderModifier.add[0].name')
})
