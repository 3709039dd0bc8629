import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ok } from '#kit/outcome.ts'
import { policyScope } from '../../test/policy-scope.ts'
import { translateSettings } from './backend-settings.ts'
import type { PolicySlice } from './policy-slice.ts'

const slices: readonly PolicySlice[] = [
  {
    kind: 'BackendTrafficPolicy',
    fields: ['timeout'],
    refused: { 'timeout.never': 'can not be' },
    translate({ timeout }: { timeout: { connect?: string; request?: string } }, scope) {
      const connect = scope.duration(timeout.connect, 'timeout.connect')
      if (!connect.ok) return connect
      if (timeout.request) return ok({ forward: { timeouts: { requestMs: 1 } } })
      return ok({ backend: { connectTimeoutMs: connect.value ?? 0 } })
    },
  },
  {
    kind: 'BackendTrafficPolicy',
    fields: ['panic'],
    translate: () => ok({ backend: { panicPercent: 50 } }),
  },
  { kind: 'SecurityPolicy', fields: ['jwt'], translate: () => ok({}) },
]

function translate(written: Readonly<Record<string, unknown>>) {
  const outcome = translateSettings(written, 'jwt.keys', slices, 'embedded', policyScope())
  return outcome.ok ? outcome.value : outcome.problems[0]?.path
}

test('slices of BackendTrafficPolicy say what settings mean', () => {
  assert.deepEqual(translate({ timeout: { connect: '2s' }, panic: 1 }), { connectTimeoutMs: 2_000, panicPercent: 50 })
  assert.equal(translate({}), undefined)
})

for (const [written, path] of [
  [{ timeout: { connect: 'soon' } }, 'timeout.connect'],
  [{ timeout: { never: 1 } }, 'timeout.never'],
  [{ timeout: { request: '1s' } }, 'timeout'],
  [{ jwt: {} }, 'jwt'],
] as const)
  test(`${JSON.stringify(written)} is refused where it stands`, () => {
    assert.equal(translate(written), `spec.jwt.keys.${path}`)
  })
