import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WritePace } from './write-pace.ts'

test('asked for patience there are half as many, after a pause, and one more with each round', () => {
  const pace = new WritePace(8)
  assert.deepEqual([pace.atOnce, pace.pauseMs(0)], [8, 0])
  assert.equal(pace.refused(100, 2_000), true)
  // Those that were under way with it.
  assert.equal(pace.refused(101, 1_000), false)
  assert.deepEqual([pace.atOnce, pace.pauseMs(600), pace.pauseMs(2_100)], [4, 1_500, 0])
  for (let i = 0; i < 3; i++) pace.took()
  assert.equal(pace.atOnce, 4)
  pace.took()
  assert.equal(pace.atOnce, 5)
  for (let i = 0; i < 100; i++) pace.took()
  assert.equal(pace.atOnce, 8)
})

test('one always may', () => {
  const pace = new WritePace(2)
  for (let now = 0; now < 10_000; now += 2_000) pace.refused(now)
  assert.equal(pace.atOnce, 1)
})
