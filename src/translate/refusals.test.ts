import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlaneRefusal } from '#ir'
import { ok } from '#kit/outcome.ts'
import { formatStatus } from './format-statuses.ts'
import {
  backendRef,
  gateway,
  gatewayClass,
  httpRoute,
  keyOf,
  listener,
  object,
  parentOf,
  put,
  rule,
  service,
  translator,
} from './objects.fixture.ts'
import { policiesRefused } from './policy-refusals.ts'
import type { PolicySlice } from './policy-slice.ts'
import type { World } from './settings.ts'
import type { Translation } from './translator.ts'

const programmed = 'gateway.headgate.dev/Programmed'

function world(refused: Readonly<Record<string, readonly PlaneRefusal[]>>): World {
  const report = (name: string) => ({
    generation: 1,
    addresses: [],
    listeners: new Map([['http', undefined]]),
    ...(refused[name] && { refused: refused[name] }),
  })
  return { gateways: new Map(['default/one', 'default/two'].map((name) => [name, report(name)])) }
}

/** `False Invalid: why`. */
function programmedOf({ statuses }: Translation, name: string): string {
  const status = statuses.get(`Gateway/default/${name}`)
  const found = status?.kind === 'Gateway' && status.conditions.find(({ type }) => type === 'Programmed')
  return found ? `${found.status} ${found.reason}: ${found.message}` : 'nothing'
}

const objects = [
  gatewayClass(),
  gateway('one', [listener()]),
  gateway('two', [listener({ port: 81 })]),
  service('a'),
  service('b'),
  httpRoute('both', ['one', 'two'], [rule({ backendRefs: [backendRef('a')] })]),
  httpRoute('other', ['one'], [rule({ backendRefs: [backendRef('b')] })]),
]
const backend = 'Service/default/a/80'
const refusal: PlaneRefusal = { resource: `cluster ${backend}`, message: 'no such thing', backend }

test('what a plane refuses is told by its Gateway and by the routes that it is about, there and nowhere else', () => {
  const plane = translator()
  plane.apply(put(...objects))
  const told = plane.apply([], world({ 'default/one': [refusal] }))
  const message = `refused, and what was there before stays in force: cluster ${backend}: no such thing`
  assert.equal(programmedOf(told, 'one'), `False Invalid: ${message}`)
  assert.match(programmedOf(told, 'two'), /^True/)
  assert.equal(parentOf(told, 'default/both', 0)[programmed], 'False Refused')
  assert.equal(parentOf(told, 'default/both', 1)[programmed], undefined)
  assert.equal(parentOf(told, 'default/other')[programmed], undefined)

  const over = plane.apply([], world({}))
  assert.match(programmedOf(over, 'one'), /^True/)
  assert.equal(parentOf(over, 'default/both', 0)[programmed], undefined)
  const changed = new Set(over.statusChanges.map(({ key }) => key))
  assert.deepEqual(changed, new Set(['Gateway/default/one', keyOf(objects[5]!)]))
})

test('a route that turns to what is refused says so at once, and one that turns away no more', () => {
  const plane = translator()
  plane.apply(put(...objects))
  plane.apply([], world({ 'default/one': [refusal] }))
  const there = plane.apply(put(httpRoute('other', ['one'], [rule({ backendRefs: [backendRef('a')] })])))
  assert.equal(parentOf(there, 'default/other')[programmed], 'False Refused')
  const away = plane.apply(put(httpRoute('other', ['one'], [rule({ backendRefs: [backendRef('b')] })])))
  assert.equal(parentOf(away, 'default/other')[programmed], undefined)
})

test('a policy whose copy of a backend is refused says so for that Gateway', () => {
  const limit: PolicySlice = {
    kind: 'BackendTrafficPolicy',
    fields: ['limit'],
    translate: () => ok({ backend: { breaker: { maxRequests: 1 } } }),
  }
  const plane = translator({ policies: [limit] })
  const target = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'both' }
  const policy = object('gateway.envoyproxy.io/v1alpha1', 'BackendTrafficPolicy', 'p', {
    spec: { targetRefs: [target], limit: 1 },
  })
  const { snapshot } = plane.apply(put(...objects, policy))
  const copy = snapshot.backends.map(({ key }) => key).find((key) => key.includes('/by '))
  assert.equal(copy, 'Service/default/a/80/by BackendTrafficPolicy default/p')
  const named = (key: string) => policiesRefused({ resource: '', message: '', backend: key })
  assert.deepEqual(named('Service/a/b/80/by X default/a over default/b'), ['X/default/a', 'X/default/b'])
  assert.deepEqual(named('Service/a/b/80/by SecurityPolicy default/a at jwt.providers[0]'), [
    'SecurityPolicy/default/a',
  ])
  assert.deepEqual(named('Service/a/by/80'), [])
  const ancestors = ({ statuses }: Translation) => formatStatus(keyOf(policy), statuses.get(keyOf(policy))!)
  const refused = { resource: `cluster ${copy}`, message: 'no', backend: copy }
  assert.deepEqual(ancestors(plane.apply([], world({ 'default/one': [refused] }))), [
    `BackendTrafficPolicy default/p ancestor default/one: Accepted ${programmed}=False Refused: ` +
      `refused, and what was there before stays in force: cluster ${copy}: no`,
    'BackendTrafficPolicy default/p ancestor default/two: Accepted',
  ])
  assert.ok(ancestors(plane.apply([], world({}))).every((line) => line.endsWith(': Accepted')))
})

test('of many refusals the first few are told', () => {
  const plane = translator()
  plane.apply(put(...objects))
  const many = Array.from({ length: 9 }, (_, i) => ({ resource: `cluster c${i}`, message: 'no' }))
  const told = plane.apply([], world({ 'default/one': many }))
  assert.match(programmedOf(told, 'one'), /cluster c4: no; and 4 more$/)
})
