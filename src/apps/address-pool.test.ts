import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ObjectChange } from '#api'
import { AddressPool, parseAddressRange } from './address-pool.ts'

function put(name: string, named: readonly string[] = []): ObjectChange {
  const spec = { listeners: [], addresses: named.map((value) => ({ type: 'IPAddress', value })) }
  const object = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name, namespace: 'a' },
    spec,
  }
  return { kind: 'put', key: `Gateway/a/${name}`, object }
}

test('ranges leave out the addresses that are not for machines', () => {
  assert.deepEqual(parseAddressRange('10.0.0.77/30'), { first: 10 * 2 ** 24 + 77, count: 2 })
  assert.deepEqual(parseAddressRange('10.0.0.7'), { first: 10 * 2 ** 24 + 7, count: 1 })
  for (const wrong of ['10.0.0/24', 'fd00::/64', '10.0.0.0/33', '10.0.0.0/8/8', '0.0.0.0/0', ''])
    assert.equal(parseAddressRange(wrong), undefined, wrong)
})

test('each Gateway has its own address, the same each time, until there are no more', () => {
  const pool = new AddressPool(parseAddressRange('10.0.0.0/30')!)
  const [one, two] = [pool.addressFor('a/one'), pool.addressFor('a/two')]
  assert.deepEqual([one, two].sort(), ['10.0.0.1', '10.0.0.2'])
  assert.equal(pool.addressFor('a/one'), one)
  assert.equal(pool.addressFor('a/three'), undefined)
  pool.note([{ kind: 'delete', key: 'Gateway/a/one' }], () => undefined)
  assert.equal(pool.addressFor('a/three'), one)
})

test('after a restart a Gateway has the address of its status, whoever is asked first', () => {
  const range = parseAddressRange('10.0.0.0/24')!
  const natural = new AddressPool(range).addressFor('a/new')!
  const pool = new AddressPool(range)
  pool.note([put('new'), put('old')], ({ key }) =>
    key === 'Gateway/a/old' ? { addresses: [{ type: 'IPAddress', value: natural }] } : undefined,
  )
  assert.notEqual(pool.addressFor('a/new'), natural)
  assert.equal(pool.addressFor('a/old'), natural)
})

test('addresses that Gateways ask for by name are not given away', () => {
  const range = parseAddressRange('10.0.0.0/24')!
  const natural = new AddressPool(range).addressFor('a/one')!
  const pool = new AddressPool(range)
  pool.note([put('named', [natural]), put('one')], () => undefined)
  assert.notEqual(pool.addressFor('a/one'), natural)
})
