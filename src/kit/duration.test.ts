import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDuration } from './duration.ts'

const valid: [string, number][] = [
  ['0s', 0],
  ['500ms', 500],
  ['10s', 10_000],
  ['1m', 60_000],
  ['1h30m', 5_400_000],
  ['1h1m1s1ms', 3_661_001],
  ['1s1s', 2_000],
  ['99999h', 359_996_400_000],
]
for (const [text, ms] of valid) {
  test(`duration ${text} is ${ms} ms`, () => assert.deepEqual(parseDuration(text, ''), { ok: true, value: ms }))
}

for (const text of ['', '10', '-1s', '1.5s', '1 s', '1d', '1us', '100000s', '1s1s1s1s1s', 's', '1S']) {
  test(`duration ${JSON.stringify(text)} is refused`, () => {
    const parsed = parseDuration(text, 'spec.x')
    assert.equal(parsed.ok, false)
    assert.equal(!parsed.ok && parsed.problems[0]?.path, 'spec.x')
  })
}
