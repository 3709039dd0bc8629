import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SuccessWindow } from './success-window.ts'

function counted({ requests, successes }: SuccessWindow): readonly [number, number] {
  return [requests, successes]
}

test('requests are forgotten by the second in which they came', () => {
  const window = new SuccessWindow(3)
  window.record(true, 10_000)
  window.record(false, 10_999)
  window.record(true, 11_000)
  assert.deepEqual(counted(window), [3, 2])
  window.forget(12_999)
  assert.deepEqual(counted(window), [3, 2])
  window.forget(13_000)
  assert.deepEqual(counted(window), [1, 1])
  window.forget(14_000)
  assert.deepEqual(counted(window), [0, 0])
})

test('a window of one second, and what comes after a long silence', () => {
  const window = new SuccessWindow(1)
  window.record(false, 500)
  window.record(false, 1_499)
  assert.deepEqual(counted(window), [2, 0])
  window.record(true, 1_500)
  assert.deepEqual(counted(window), [1, 1])
  window.record(false, 9_999_999)
  assert.deepEqual(counted(window), [1, 0])
})

for (const seconds of [1, 2, 30, 120, 121, 100_000]) {
  test(`${seconds} seconds are counted again and again`, () => {
    const window = new SuccessWindow(seconds)
    const stepMs = Math.max(250, (seconds * 1_000) / 480)
    const came: { readonly at: number; readonly succeeded: boolean }[] = []
    for (let i = 0; i < 2_000; i++) {
      const at = i * stepMs
      const succeeded = i % 3 === 0
      came.push({ at, succeeded })
      window.record(succeeded, at)
    }
    const now = came.at(-1)!.at
    // What shares a bucket with an older request goes with it.
    const bucketMs = Math.max(1_000, (seconds * 1_000) / 120)
    const within = (ms: number) => came.filter(({ at }) => now - at < ms)
    const most = within(seconds * 1_000)
    const least = within(seconds * 1_000 - bucketMs)
    assert.ok(window.requests <= most.length && window.requests >= least.length, `${window.requests} requests`)
    const successes = (list: typeof came) => list.filter(({ succeeded }) => succeeded).length
    assert.ok(window.successes <= successes(most) && window.successes >= successes(least), `${window.successes} good`)
    window.forget(now + seconds * 1_000)
    assert.deepEqual(counted(window), [0, 0])
  })
}
