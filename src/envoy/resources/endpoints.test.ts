import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Backend, Endpoint, Place, ZonePreference } from '#ir'
import { buildEndpoints } from './endpoints.ts'

const backend: Backend = {
  key: 'a',
  origin: { kind: 'Service', namespace: 'default', name: 'a' },
  port: 80,
  protocol: 'http1',
  connectTimeoutMs: 1_000,
}

/** Weight of each zone. */
function weights(zones: readonly string[], zone: ZonePreference | undefined, place: Place = {}): unknown[] {
  const endpoints = zones.map((one, i): Endpoint => ({ kind: 'ip', address: `10.0.0.${i}`, port: 80, zone: one }))
  const balance = zone && { balance: { by: { kind: 'roundRobin' }, zone } as const }
  const built = buildEndpoints({ backend: 'a', endpoints }, { ...backend, ...balance }, place)
  return (built.endpoints as { load_balancing_weight?: number }[]).map((one) => one.load_balancing_weight)
}

test('zones weigh nothing where nobody asks', () => {
  assert.deepEqual(weights(['a', 'b'], undefined, { zone: 'a' }), [undefined, undefined])
})

test('weights by zone', () => {
  const weighted = {
    kind: 'weighted',
    weights: [
      { zone: 'a', weight: 5 },
      { zone: 'b', weight: 0 },
    ],
  } as const
  assert.deepEqual(weights(['a', 'b', 'c'], weighted), [5, undefined, 1])
})

test('the own zone first, the others for when it is ill', () => {
  const local = { kind: 'preferLocal', minEndpoints: 2, percent: 100 } as const
  assert.deepEqual(weights(['a', 'b'], local, { zone: 'a' }), [1_000_000, 1])
  assert.deepEqual(weights(['a', 'b', 'b', 'b'], local, { zone: 'a' }), [625_000, 375_000])
  assert.deepEqual(weights(['a', 'b'], { ...local, percent: 50 }, { zone: 'b' }), [250_000, 750_000])
})

test('a place without a zone, or of a zone without endpoints: by their number', () => {
  const local = { kind: 'preferLocal', minEndpoints: 2, percent: 100 } as const
  assert.deepEqual(weights(['a', 'b', 'b', 'b'], local), [250_000, 750_000])
  assert.deepEqual(weights(['a', 'b', 'b', 'b'], local, { zone: 'c' }), [250_000, 750_000])
})

test('hints count where no policy speaks of zones', () => {
  const hinted = ['a', 'b'].map(
    (zone, i): Endpoint => ({ kind: 'ip', address: `10.0.0.${i}`, port: 80, zone, forZones: [zone] }),
  )
  const zonesOf = (one: Backend) =>
    (buildEndpoints({ backend: 'a', endpoints: hinted }, one, { zone: 'b' }).endpoints as { locality: unknown }[]).map(
      ({ locality }) => locality,
    )
  assert.deepEqual(zonesOf(backend), [{ zone: 'b' }])
  const weighted = { by: { kind: 'roundRobin' }, zone: { kind: 'weighted', weights: [] } } as const
  assert.deepEqual(zonesOf({ ...backend, balance: weighted }), [{ zone: 'a' }, { zone: 'b' }])
})
