import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Endpoint } from './backend.ts'
import { type Place, preferNear } from './prefer-near.ts'

function endpoint(address: string, forZones?: readonly string[], forNodes?: readonly string[]): Endpoint {
  return { kind: 'ip', address, port: 80, ...(forZones && { forZones }), ...(forNodes && { forNodes }) }
}

const near = (place: Place, ...endpoints: Endpoint[]) =>
  preferNear(endpoints, place).map((one) => (one.kind === 'ip' ? one.address : ''))

test('the own zone first, all where no endpoint is meant for it', () => {
  const [a, b, both] = [endpoint('a', ['one']), endpoint('b', ['two']), endpoint('both', ['one', 'two'])]
  assert.deepEqual(near({ zone: 'one' }, a, b, both), ['a', 'both'])
  assert.deepEqual(near({ zone: 'two' }, a, b, both), ['b', 'both'])
  assert.deepEqual(near({ zone: 'three' }, a, b, both), ['a', 'b', 'both'])
  assert.deepEqual(near({}, a, b, both), ['a', 'b', 'both'])
})

test('one endpoint without hints: hints of the others are not believed either', () => {
  assert.deepEqual(near({ zone: 'one' }, endpoint('a', ['one']), endpoint('b')), ['a', 'b'])
})

test('the own node before the own zone', () => {
  const endpoints = [endpoint('a', ['one'], ['n1']), endpoint('b', ['one'], ['n2']), endpoint('c', ['two'], ['n3'])]
  assert.deepEqual(near({ zone: 'one', node: 'n2' }, ...endpoints), ['b'])
  assert.deepEqual(near({ zone: 'one', node: 'n9' }, ...endpoints), ['a', 'b'])
})

test('a name has no place', () => {
  const endpoints: Endpoint[] = [endpoint('a', ['one']), { kind: 'dns', host: 'b.test', port: 80 }]
  assert.equal(preferNear(endpoints, { zone: 'one' }).length, 2)
})
