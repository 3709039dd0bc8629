import assert from 'node:assert/strict'
import { test } from 'node:test'
import { envoyLogFields } from '#envoy'
import { accessLogFields } from '#proxy'

test('Envoy has a word for every field of the access log', () => {
  assert.deepEqual(Object.keys(envoyLogFields), Object.keys(accessLogFields))
})
