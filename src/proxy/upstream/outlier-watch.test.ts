import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OutlierDetection } from '#ir'
import { SharedSlots, type Slot } from '../shared/slots.ts'
import { type Outcome, OutlierWatch } from './outlier-watch.ts'

const defaults: OutlierDetection = {
  consecutive5xx: 3,
  consecutiveGatewayErrors: 0,
  consecutiveLocalFailures: 0,
  splitLocalErrors: false,
  failurePercent: 0,
  intervalMs: 1_000,
  baseEjectionMs: 5_000,
  maxEjectionPercent: 100,
  alwaysEjectOne: false,
}
const start = Date.now()

function play(settings: Partial<OutlierDetection>, count = 2) {
  const shared = SharedSlots.alone()
  const backend = shared.of('backend')
  const endpoints = Array.from({ length: count }, (_, i) => shared.of(`endpoint ${i}`))
  const watch = new OutlierWatch({ ...defaults, ...settings }, shared, backend)
  const other = new OutlierWatch({ ...defaults, ...settings }, shared, backend)
  return {
    backend,
    endpoints: endpoints as [Slot, Slot, ...Slot[]],
    /** By two workers in turn. */
    hear(endpoint: Slot, ...outcomes: Outcome[]) {
      for (const [i, outcome] of outcomes.entries()) [watch, other][i % 2]!.heard(endpoint, outcome, endpoints, start)
    },
    sweep: (afterMs: number) => watch.sweep(endpoints, start + afterMs),
  }
}

const isOut = (slot: Slot) => slot.get('ejectedUntil') > 0

test('so many 5xx in a row, whichever worker met them; a good answer begins anew', () => {
  const { endpoints, hear, backend } = play({})
  const [a, b] = endpoints
  hear(a, '5xx', '5xx', 'good', '5xx', 'gatewayError')
  assert.equal(isOut(a), false)
  hear(a, 'localFailure')
  assert.equal(isOut(a), true)
  assert.equal(isOut(b), false)
  assert.equal(backend.get('epoch'), 1)
})

test('gateway errors apart: a 500 is none', () => {
  const { endpoints, hear } = play({ consecutive5xx: 0, consecutiveGatewayErrors: 2 })
  const [a] = endpoints
  hear(a, 'gatewayError', '5xx', 'gatewayError')
  assert.equal(isOut(a), false)
  hear(a, 'gatewayError')
  assert.equal(isOut(a), true)
})

test('failures of connections apart where that is asked', () => {
  const { endpoints, hear } = play({ splitLocalErrors: true, consecutiveLocalFailures: 4 })
  const [a, b] = endpoints
  hear(a, 'localFailure', 'localFailure', 'localFailure')
  assert.equal(isOut(a), false)
  hear(a, 'localFailure')
  assert.equal(isOut(a), true)
  hear(b, '5xx', '5xx', '5xx')
  assert.equal(isOut(b), true)
})

test('it comes back when its time is over, and stays away longer the next time', () => {
  const { endpoints, hear, sweep } = play({})
  const [a] = endpoints
  hear(a, '5xx', '5xx', '5xx')
  sweep(4_000)
  assert.equal(isOut(a), true)
  sweep(6_500)
  assert.equal(isOut(a), false)
  hear(a, '5xx', '5xx', '5xx')
  assert.ok(a.get('ejectedUntil') > SharedSlots.ticks(9_000))
})

test('no more than the share that is allowed, unless one may always go', () => {
  const strict = play({ maxEjectionPercent: 10 })
  strict.hear(strict.endpoints[0], '5xx', '5xx', '5xx')
  assert.equal(isOut(strict.endpoints[0]), false)
  const half = play({ maxEjectionPercent: 50 })
  half.hear(half.endpoints[0], '5xx', '5xx', '5xx')
  half.hear(half.endpoints[1], '5xx', '5xx', '5xx')
  assert.deepEqual(half.endpoints.map(isOut), [true, false])
  const always = play({ maxEjectionPercent: 10, alwaysEjectOne: true })
  always.hear(always.endpoints[0], '5xx', '5xx', '5xx')
  always.hear(always.endpoints[1], '5xx', '5xx', '5xx')
  assert.deepEqual(always.endpoints.map(isOut), [true, false])
})

test('a share of bad answers in an interval', () => {
  const { endpoints, hear, sweep } = play({ consecutive5xx: 0, failurePercent: 50 }, 5)
  const many = (good: number, bad: number): Outcome[] => [
    ...Array.from({ length: good }, () => 'good' as const),
    ...Array.from({ length: bad }, () => '5xx' as const),
  ]
  for (const endpoint of endpoints.slice(1)) hear(endpoint, ...many(40, 10))
  hear(endpoints[0], ...many(20, 30))
  sweep(0)
  assert.deepEqual(endpoints.map(isOut), [true, false, false, false, false])
})
