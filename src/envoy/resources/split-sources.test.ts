import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Admission, Cidr } from '#ir'
import { splitSources } from './split-sources.ts'

const rule = (action: 'allow' | 'deny', ...ranges: string[]): Admission['rules'][number] => ({
  name: '',
  action,
  sources: ranges.map((range) => {
    const [address = '', length] = range.split('/')
    return { address, length: Number(length) }
  }),
})

function split(otherwise: 'allow' | 'deny', ...rules: Admission['rules'][number][]) {
  const { admitted, denied } = splitSources({ rules, otherwise })
  const print = (ranges: readonly Cidr[]) => ranges.map(({ address, length }) => `${address}/${length}`)
  return { admitted: print(admitted), denied: print(denied) }
}

test('the first rule decides, however long its range is', () => {
  assert.deepEqual(split('deny', rule('deny', '10.1.0.0/16'), rule('allow', '10.0.0.0/8', '2001:db8::/32')), {
    admitted: ['10.0.0.0/8', '2001:db8::/32'],
    denied: ['0.0.0.0/0', '::/0', '10.1.0.0/16'],
  })
  // What is allowed first cannot be denied by a narrower one later.
  assert.deepEqual(split('deny', rule('allow', '10.0.0.0/8'), rule('deny', '10.1.0.0/16')), {
    admitted: ['10.0.0.0/8', '10.1.0.0/16'],
    denied: ['0.0.0.0/0', '::/0'],
  })
})

test('the default stands for the rest of both families', () => {
  assert.deepEqual(split('allow', rule('deny', '10.0.0.0/8')), {
    admitted: ['0.0.0.0/0', '::/0'],
    denied: ['10.0.0.0/8'],
  })
  assert.deepEqual(split('deny'), { admitted: [], denied: ['0.0.0.0/0', '::/0'] })
  assert.deepEqual(split('allow'), { admitted: ['0.0.0.0/0', '::/0'], denied: [] })
})

test('no range twice, in whatever spelling: Envoy would refuse the socket', () => {
  const { admitted, denied } = split(
    'deny',
    rule('allow', '10.0.0.0/8', '2001:db8::/32', '0.0.0.0/0'),
    rule('deny', '10.9.9.9/8', '2001:0DB8:0::1/32'),
  )
  assert.equal(admitted.length, 3)
  assert.deepEqual(denied, ['::/0'])
})
