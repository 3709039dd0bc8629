import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Endpoint } from './backend.ts'
import { localShare } from './local-share.ts'

function placed(...zones: readonly string[]): Endpoint[] {
  return zones.map((zone, i) => ({ kind: 'ip', address: `10.0.0.${i}`, port: 80, ...(zone !== '' && { zone }) }))
}

const prefer = { kind: 'preferLocal', minEndpoints: 2, percent: 100 } as const

test('all where the zone has its part, else as much as it has', () => {
  assert.equal(localShare(placed('a', 'b'), prefer, 'a'), 1)
  assert.equal(localShare(placed('a', 'b', 'b', 'b'), prefer, 'a'), 0.5)
  assert.equal(localShare(placed('a', 'b', 'b', 'b'), prefer, 'b'), 1)
  assert.equal(localShare(placed('a', 'b'), { ...prefer, percent: 30 }, 'a'), 0.3)
})

test('none where zones do not count', () => {
  assert.equal(localShare(placed('a', 'b'), prefer, undefined), 0)
  assert.equal(localShare(placed('a', 'b'), prefer, 'c'), 0)
  assert.equal(localShare(placed('a', 'b'), { ...prefer, minEndpoints: 3 }, 'a'), 0)
  assert.equal(localShare([], prefer, 'a'), 0)
})

test('force: all or nothing', () => {
  const force = { ...prefer, minEndpoints: 100, forceWithEndpoints: 2 }
  assert.equal(localShare(placed('a', 'a', 'b', 'b', 'b'), force, 'a'), 1)
  assert.equal(localShare(placed('a', 'b', 'b', 'b'), force, 'a'), 0)
})
