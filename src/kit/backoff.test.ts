import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Backoff } from './backoff.ts'

test('waits double up to the most, and begin again after a success', () => {
  const backoff = new Backoff(100, 1_000, () => 1)
  assert.deepEqual(
    Array.from({ length: 6 }, () => backoff.next()),
    [100, 200, 400, 800, 1_000, 1_000],
  )
  backoff.reset()
  assert.equal(backoff.next(), 100)
})

test('waits differ, and are never nothing', () => {
  assert.equal(new Backoff(100, 1_000, () => 0).next(), 10)
})
