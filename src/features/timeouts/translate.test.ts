import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slotScope } from '../../../test/filter-scope.ts'
import { timeouts } from './translate.ts'

const rows: [Parameters<typeof timeouts.translate>[0], number, number][] = [
  [{}, 0, 0],
  [{ request: '10s' }, 10_000, 0],
  [{ request: '10s', backendRequest: '2s' }, 10_000, 2_000],
  [{ request: '0s', backendRequest: '2s' }, 0, 2_000],
  [{ request: '2s', backendRequest: '0s' }, 2_000, 0],
]
for (const [spec, requestMs, backendRequestMs] of rows) {
  test(`timeouts ${JSON.stringify(spec)}`, () => {
    const value = { timeouts: { requestMs, backendRequestMs } }
    assert.deepEqual(timeouts.translate(spec, slotScope('timeouts')), { ok: true, value })
  })
}

for (const [spec, field] of [
  [{ request: 'soon' }, 'request'],
  [{ request: '1s', backendRequest: '2s' }, 'backendRequest'],
] as const) {
  test(`timeouts ${JSON.stringify(spec)} are refused`, () => {
    const outcome = timeouts.translate(spec, slotScope('timeouts'))
    assert.equal(!outcome.ok && outcome.problems[0]?.path, `spec.rules[0].timeouts.${field}`)
  })
}
