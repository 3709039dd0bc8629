import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  backendRef,
  conditions,
  gateway,
  gatewayClass,
  httpRoute,
  listener,
  object,
  put,
  remove,
  rule,
  service,
  translator,
} from './objects.fixture.ts'
import type { Translation } from './translator.ts'

const world = [
  gatewayClass(),
  gateway('one', [listener()]),
  gateway('two', [listener({ port: 81 })]),
  service('a'),
  service('b'),
  httpRoute('r', ['one'], [rule({ backendRefs: [backendRef('a')] })]),
]

function policy(name: string, targets: readonly string[], created: string, percent = 20) {
  const targetRefs = targets.map((target) => ({ group: '', kind: 'Service', name: target }))
  const budget = { percent, interval: '10s' }
  return object(
    'gateway.networking.x-k8s.io/v1alpha1',
    'XBackendTrafficPolicy',
    name,
    { spec: { targetRefs, retryConstraint: { budget, minRetryRate: { count: 10, interval: '1s' } } } },
    { creationTimestamp: created },
  )
}

const old = policy('old', ['a'], '2025-01-01T00:00:00Z', 10)
const young = policy('young', ['a'], '2026-01-01T00:00:00Z', 90)

/** `Gateway: Accepted` for each ancestor; undefined: nothing of ours in its status. */
function said({ statuses }: Translation, name: string): readonly string[] | undefined {
  const status = statuses.get(`XBackendTrafficPolicy/default/${name}`)
  if (status?.kind !== 'Policy') return undefined
  return status.ancestors.map((entry) => `${entry.ancestorRef.name}: ${conditions(entry.conditions).Accepted}`)
}

function percentOf({ snapshot }: Translation, backend: string): number | undefined {
  return snapshot.backends.find(({ key }) => key === `Service/default/${backend}/80`)?.retryBudget?.percent
}

test('the oldest policy counts; when it goes, the next one is in force at once', () => {
  const { apply } = translator()
  const both = apply(put(...world, old, young))
  assert.deepEqual([said(both, 'old'), said(both, 'young')], [['one: True Accepted'], ['one: False Conflicted']])
  assert.equal(percentOf(both, 'a'), 10)
  const left = apply(remove(old))
  assert.deepEqual([said(left, 'old'), said(left, 'young')], [undefined, ['one: True Accepted']])
  assert.equal(percentOf(left, 'a'), 90)
  assert.equal(percentOf(apply(remove(young)), 'a'), undefined)
})

test('ancestors are the Gateways whose routes lead to a target, as long as they do', () => {
  const { apply } = translator()
  assert.equal(said(apply(put(...world.slice(0, -1), old)), 'old'), undefined, 'no route')
  assert.deepEqual(said(apply(put(world.at(-1)!)), 'old'), ['one: True Accepted'])
  const toBoth = httpRoute('r', ['one', 'two'], [rule({ backendRefs: [backendRef('a')] })])
  assert.deepEqual(said(apply(put(toBoth)), 'old'), ['one: True Accepted', 'two: True Accepted'])
  const elsewhere = httpRoute('r', ['one'], [rule({ backendRefs: [backendRef('b')] })])
  assert.equal(said(apply(put(elsewhere)), 'old'), undefined)
  assert.deepEqual(said(apply(put(policy('old', ['b'], ''))), 'old'), ['one: True Accepted'], 'another target')
  assert.equal(said(apply(remove(world[1]!)), 'old'), undefined, 'the Gateway is gone')
})

test('a change of a policy touches its backend and nothing else', () => {
  const { apply } = translator()
  apply(put(...world, old))
  const { delta, statusChanges } = apply(put(policy('old', ['a'], '2025-01-01T00:00:00Z', 50)))
  assert.deepEqual(
    delta.backends.put.map(({ key }) => key),
    ['Service/default/a/80'],
  )
  const others = [delta.routes, delta.listeners, delta.endpoints].flatMap((changes) => [...changes.put])
  assert.deepEqual([others, statusChanges], [[], []])
})
