import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Backend, Endpoint, Place } from '#ir'
import { BackendPool } from './backend-pool.ts'
import type { EndpointPool } from './endpoint-pool.ts'

const backend: Backend = {
  key: 'a',
  origin: { kind: 'Service', namespace: 'default', name: 'a' },
  port: 80,
  protocol: 'http1',
  connectTimeoutMs: 1_000,
}

function pool(place: Place, ...zones: readonly (readonly string[] | undefined)[]): BackendPool {
  const made = new BackendPool(backend, { connect: () => {}, random: () => 0, place })
  made.setEndpoints(endpoints(...zones))
  return made
}

function endpoints(...zones: readonly (readonly string[] | undefined)[]): Endpoint[] {
  return zones.map((forZones, i) => ({ kind: 'ip', address: `10.0.0.${i}`, port: 80, ...(forZones && { forZones }) }))
}

function picked(from: BackendPool, times = 12, tried?: Set<EndpointPool>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (let i = 0; i < times; i++) {
    const key = from.pick(tried)?.key ?? 'none'
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

test('in turn, those of the own zone alone', () => {
  const zones = [['one'], ['two'], ['one']]
  assert.deepEqual(picked(pool({}, ...zones)), { '10.0.0.0:80': 4, '10.0.0.1:80': 4, '10.0.0.2:80': 4 })
  assert.deepEqual(picked(pool({ zone: 'one' }, ...zones)), { '10.0.0.0:80': 6, '10.0.0.2:80': 6 })
  assert.deepEqual(picked(pool({ zone: 'two' }, ...zones)), { '10.0.0.1:80': 12 })
  assert.deepEqual(Object.keys(picked(pool({ zone: 'three' }, ...zones))).length, 3)
})

test('another zone when those of the own refuse, or this request has failed on them', () => {
  const near = pool({ zone: 'one' }, ['one'], ['two'])
  const [own, other] = near.endpoints as [EndpointPool, EndpointPool]
  assert.deepEqual(picked(near, 3, new Set([own])), { [other.key]: 3 })
  own.refused()
  assert.deepEqual(picked(near, 3), { [other.key]: 3 })
  other.refused()
  assert.notEqual(near.pick(), undefined)
  own.answered()
  assert.deepEqual(picked(near, 3), { [own.key]: 3 })
})

test('hints that change move requests, and keep the connections of those that stay', () => {
  const near = pool({ zone: 'one' }, ['one'], ['two'])
  const before = near.endpoints
  near.setEndpoints(endpoints(['two'], ['one']))
  assert.deepEqual(near.endpoints, before)
  assert.deepEqual(picked(near, 4), { '10.0.0.1:80': 4 })
  near.update({ ...backend, connectTimeoutMs: 5 })
  assert.deepEqual(picked(near, 4), { '10.0.0.1:80': 4 })
})
