import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Backend, Endpoint, OutlierDetection, Place } from '#ir'
import { SharedSlots, slotName } from '../shared/slots.ts'
import type { StreamError } from '../stream.ts'
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

test('a policy that comes later is counted in the slot that all workers share', () => {
  const memory = SharedSlots.allocate(2, 8)
  const workers = [0, 1].map((row) => {
    const slots = new SharedSlots(memory, row)
    const made = new BackendPool(backend, { connect: () => {}, random: () => 0, slots })
    made.setEndpoints(endpoints(undefined))
    slots.numbers = new Map([
      [slotName.backend('a'), 0],
      [slotName.endpoint('a', '10.0.0.0:80'), 1],
    ])
    made.update({ ...backend, breaker: { maxRequests: 1 } })
    return made.endpoints[0]!
  })
  const held = workers[0]!.enter()
  assert.ok(held)
  assert.equal(workers[1]!.enter(), undefined)
  workers[0]!.leave(held)
  assert.ok(workers[1]!.enter())
})

test('what a policy has found ill counts no longer when it goes', () => {
  const slots = SharedSlots.alone()
  const outlier: OutlierDetection = {
    consecutive5xx: 1,
    consecutiveGatewayErrors: 0,
    consecutiveLocalFailures: 0,
    splitLocalErrors: false,
    failurePercent: 0,
    intervalMs: 3_000,
    baseEjectionMs: 30_000,
    maxEjectionPercent: 100,
    alwaysEjectOne: true,
  }
  const made = new BackendPool({ ...backend, outlier }, { connect: () => {}, random: () => 0, slots })
  made.setEndpoints(endpoints(undefined, undefined, undefined))
  const [ill] = made.endpoints as [EndpointPool]
  slots.of(slotName.endpoint('a', ill.key)).set('unhealthy', 1)
  made.update({ ...backend, outlier })
  assert.equal(picked(made)[ill.key], 4, 'nobody asks for its health any more')
  ill.heard('5xx')
  assert.equal(picked(made)[ill.key], undefined)
  made.update({ ...backend, balance: { by: { kind: 'leastRequest' } } })
  assert.ok(ill.enter())
  made.update(backend)
  assert.equal(picked(made)[ill.key], 4)
})

test('who waits for the only connection that a limit allows hears that it is refused', () => {
  const answers: ((result: StreamError) => void)[] = []
  const limited = { ...backend, breaker: { maxConnections: 1 } }
  const made = new BackendPool(limited, {
    connect: (_backend, _endpoint, _events, done) => answers.push(done),
    random: () => 0,
  })
  made.setEndpoints(endpoints(undefined))
  const heard: string[] = []
  const waiter = () => ({ onConnection: () => {}, onFailure: ({ code }: StreamError) => void heard.push(code) })
  for (let i = 0; i < 3; i++) made.endpoints[0]!.connections(undefined).wait(waiter())
  assert.equal(answers.length, 1)
  answers[0]!({ code: 'connect_failed', message: 'refused', unprocessed: true })
  assert.deepEqual(heard, ['connect_failed', 'connect_failed', 'connect_failed'])
})
