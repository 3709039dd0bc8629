import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fitsPod, podPort } from './pod-port.ts'

test('ports below 1024 move to the top, and nobody else may be there', () => {
  assert.deepEqual([1, 80, 443, 1023, 1024, 8080, 64511].map(podPort), [64513, 64592, 64955, 65535, 1024, 8080, 64511])
  assert.deepEqual([80, 8080, 64511, 64512, 65535].map(fitsPod), [true, true, true, false, false])
})
