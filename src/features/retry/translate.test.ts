import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slotScope } from '../../../test/filter-scope.ts'
import { retry } from './translate.ts'

test('an empty stanza tries once more, after connection errors only', () => {
  const value = { retry: { attempts: 1, codes: [], backoffMs: 25 } }
  assert.deepEqual(retry.translate({}, slotScope('retry')), { ok: true, value })
})

test('codes are sorted, the backoff is in milliseconds', () => {
  const spec = { codes: [503, 500, 502, 504], attempts: 3, backoff: '1s' }
  const value = { retry: { attempts: 3, codes: [500, 502, 503, 504], backoffMs: 1_000 } }
  assert.deepEqual(retry.translate(spec, slotScope('retry')), { ok: true, value })
})

for (const [spec, field] of [
  [{ codes: [500, 200] }, 'codes[1]'],
  [{ attempts: 0 }, 'attempts'],
  [{ backoff: '1 s' }, 'backoff'],
] as const) {
  test(`retry ${JSON.stringify(spec)} is refused`, () => {
    const outcome = retry.translate(spec, slotScope('retry'))
    assert.equal(!outcome.ok && outcome.problems[0]?.path, `spec.rules[0].retry.${field}`)
  })
}
