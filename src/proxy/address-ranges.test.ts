import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCidr } from '#ir'
import { compileRanges } from './address-ranges.ts'

const isIn = (...ranges: readonly string[]) => compileRanges(ranges.map((text) => parseCidr(text)!))

test('all of one family is nothing of the other', () => {
  const [all4, all6] = [isIn('0.0.0.0/0'), isIn('::/0')]
  assert.deepEqual(['10.1.2.3', '::ffff:10.1.2.3', '2001:db8::1', '::1'].map(all4), [true, true, false, false])
  assert.deepEqual(['10.1.2.3', '::ffff:10.1.2.3', '2001:db8::1', '::1'].map(all6), [false, false, true, true])
})

test('bits beyond the length do not count; what is no address is in no range', () => {
  const within = isIn('10.1.2.3/8', '2001:db8::ffff/32')
  assert.deepEqual(['10.9.9.9', '11.1.2.3', '2001:db8:1::', '2001:db9::'].map(within), [true, false, true, false])
  assert.deepEqual(['', 'unknown', '10.1.2.3:80', '[2001:db8::1]', '::ffff:'].map(within), Array(5).fill(false))
})

test('a range is an address, a slash and a length', () => {
  assert.deepEqual(parseCidr('10.0.0.0/8'), { address: '10.0.0.0', length: 8 })
  for (const text of ['10.0.0.0', '10.0.0.0/33', '::/129', '10.0/8', '10.0.0.0/8/8', '10.0.0.0/', '10.0.0.0/-1', 'a/8'])
    assert.equal(parseCidr(text), undefined, text)
})
