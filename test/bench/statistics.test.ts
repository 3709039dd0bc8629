import assert from 'node:assert/strict'
import { test } from 'node:test'
import { percentile, showSpread, spread } from './statistics.ts'

test('the spread of rounds', () => {
  assert.deepEqual(spread([3, 1, 2]), { min: 1, median: 2, max: 3 })
  assert.equal(showSpread([26.94, 31, 27.5]), '27.5 (26.9–31.0)')
  assert.equal(showSpread([]), '–')
})

test('percentiles are values that were measured', () => {
  const values = Array.from({ length: 100 }, (_, i) => i + 1)
  assert.equal(percentile(values, 50), 50)
  assert.equal(percentile(values, 99), 99)
  assert.equal(percentile([7], 99), 7)
})
