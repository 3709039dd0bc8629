import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codesOf, defaultTriggers, grpcCodesOf, repeatsResets } from './triggers.ts'

test('triggers are statuses of HTTP and of gRPC', () => {
  assert.deepEqual(codesOf(['gateway-error', 'retriable-4xx'], [418]), [409, 502, 503, 504])
  assert.deepEqual(codesOf(['retriable-status-codes', 'gateway-error'], [503, 418]), [418, 502, 503, 504])
  assert.equal(codesOf(['5xx'], []).length, 100)
  assert.deepEqual(grpcCodesOf(['unavailable', 'cancelled', 'reset', 'internal', 'deadline-exceeded']), [1, 4, 13, 14])
  assert.deepEqual([codesOf(defaultTriggers, [503]), grpcCodesOf(defaultTriggers)], [[503], [1, 14]])
})

test('only some of them mean requests that may have arrived', () => {
  assert.deepEqual(
    (['5xx', 'gateway-error', 'reset', 'connect-failure', 'refused-stream', 'reset-before-request'] as const).map(
      (trigger) => repeatsResets([trigger]),
    ),
    [true, true, true, false, false, false],
  )
})
