import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FailureLimit } from './failure-limit.ts'

test('an address may fail some times at once, then one time in a while; others are not held for it', () => {
  let now = 0
  const limit = new FailureLimit(3, 1_000, () => now)
  for (let i = 0; i < 3; i++) {
    assert.equal(limit.isExceeded('10.0.0.1'), false)
    limit.note('10.0.0.1')
  }
  assert.equal(limit.isExceeded('10.0.0.1'), true)
  assert.equal(limit.isExceeded('10.0.0.2'), false)
  now = 1_000
  assert.equal(limit.isExceeded('10.0.0.1'), false)
  limit.note('10.0.0.1')
  assert.equal(limit.isExceeded('10.0.0.1'), true)
  now = 60_000
  limit.sweep()
  assert.equal(limit.size, 0)
})

test('many addresses do not fill the memory', () => {
  const limit = new FailureLimit(3, 1_000, () => 0)
  for (let i = 0; i < 10_000; i++) limit.note(`10.0.${i >> 8}.${i & 255}`)
  assert.ok(limit.size < 5_000)
})
