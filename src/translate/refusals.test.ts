import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlaneRefusal } from '#ir'
import {
  backendRef,
  gateway,
  gatewayClass,
  httpRoute,
  keyOf,
  listener,
  parentOf,
  put,
  rule,
  service,
  translator,
} from './objects.fixture.ts'
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

test('of many refusals the first few are told', () => {
  const plane = translator()
  plane.apply(put(...objects))
  const many = Array.from({ length: 9 }, (_, i) => ({ resource: `cluster c${i}`, message: 'no' }))
  const told = plane.apply([], world({ 'default/one': many }))
  assert.match(programmedOf(told, 'one'), /cluster c4: no; and 4 more$/)
})
