import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ok, problem } from '#kit/outcome.ts'
import type { PolicyScope } from '#translate'
import { requestBuffer } from './policy.ts'

const scope = { refuse: (_: string, message: string) => problem('Invalid', message) } as unknown as PolicyScope

for (const [limit, maxBytes] of [
  [10, 10],
  ['4Ki', 4_096],
  ['5k', 5_000],
  ['10Mi', 10_485_760],
  ['1Gi', 1_073_741_824],
] as const)
  test(`${limit} is ${maxBytes} bytes`, () =>
    assert.deepEqual(
      requestBuffer.translate({ requestBuffer: { limit } }, scope),
      ok({ nodes: [{ kind: 'requestBuffer', maxBytes }] }),
    ))

for (const limit of ['2Gi', 'much'])
  test(`${limit} is refused`, () =>
    assert.equal(requestBuffer.translate({ requestBuffer: { limit } }, scope).ok, false))
