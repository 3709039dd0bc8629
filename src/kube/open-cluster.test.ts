import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { follow, until } from './follow-cluster.fixture.ts'

const v1 = 'gateway.networking.k8s.io/v1'

function route(name: string, path = '/', annotations = {}) {
  const spec = { rules: [{ matches: [{ path: { value: path } }] }] }
  return { apiVersion: v1, kind: 'HTTPRoute', metadata: { name, namespace: 'a', annotations }, spec }
}

function crd(name: string, version: string) {
  const annotations = { 'gateway.networking.k8s.io/bundle-version': version }
  return { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name, annotations } }
}

test('the first batch has everything, and waits for the slowest list', async (t) => {
  const gate = Promise.withResolvers<void>()
  const { batches, objects } = await follow(t, (fake) => {
    for (const name of ['one', 'two', 'three']) fake.put(route(name))
    fake.put({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's', namespace: 'a' }, spec: {} })
    fake.held.set('/api/v1/services', gate.promise)
  })
  await sleep(100)
  assert.equal(batches.length, 0)
  gate.resolve()
  await until(() => batches.length > 0, 'no batch')
  assert.deepEqual([...objects.keys()].sort(), [
    'HTTPRoute/a/one',
    'HTTPRoute/a/three',
    'HTTPRoute/a/two',
    'Service/a/s',
  ])
  assert.equal(objects.get('HTTPRoute/a/one')?.apiVersion, v1)
})

test('a cut watch is resumed where it was, without a second list', async (t) => {
  const { fake, objects } = await follow(t, (fake) => fake.put(route('one')))
  await until(() => objects.size === 1 && fake.isFollowed, 'not followed')
  const lists = () => fake.requests.filter((one) => one.endsWith('/httproutes')).length
  assert.equal(lists(), 1)
  fake.silently(() => {
    fake.put(route('two'))
    fake.delete(route('one'))
  })
  await until(() => objects.has('HTTPRoute/a/two') && !objects.has('HTTPRoute/a/one'), 'changes of the gap are missing')
  assert.equal(lists(), 1)
})

test('a bookmark moves the point to resume from', async (t) => {
  const { fake, objects } = await follow(t, (fake) => fake.put(route('one')))
  await until(() => objects.size === 1 && fake.isFollowed, 'not followed')
  fake.bookmark()
  // It is on its way within this process: that takes turns of the loop, not time.
  for (let turns = 0; turns < 100; turns++) await nextTurn()
  fake.forget()
  fake.cutWatches()
  await until(() => fake.isFollowed, 'not resumed')
  assert.equal(fake.requests.filter((one) => one.endsWith('/httproutes')).length, 1)
})

test('410: everything is listed again, and only the difference is told', async (t) => {
  const { fake, objects, batches } = await follow(t, (fake) => {
    fake.put(route('stays'))
    fake.put(route('goes'))
  })
  await until(() => objects.size === 2 && fake.isFollowed, 'not followed')
  fake.silently(() => {
    fake.delete(route('goes'))
    fake.put(route('comes'))
    fake.forget()
  })
  await until(() => objects.has('HTTPRoute/a/comes') && !objects.has('HTTPRoute/a/goes'), 'not listed again')
  const told = batches
    .slice(1)
    .flat()
    .map(({ kind, key }) => `${kind} ${key}`)
  assert.deepEqual(told.sort(), ['delete HTTPRoute/a/goes', 'put HTTPRoute/a/comes'])
})

test('statuses, managers and copies of the manifest are no news', async (t) => {
  const { fake, batches, statuses, objects } = await follow(t, (fake) => fake.put(route('one')))
  await until(() => batches.length === 1 && fake.isFollowed, 'not followed')
  const copy = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' }
  const managed = { ...route('one', '/', copy), status: { parents: [] } }
  fake.put({ ...managed, metadata: { ...managed.metadata, managedFields: [{}] } as never })
  await until(() => statuses.length === 1, 'the status is not noticed')
  await sleep(20)
  assert.equal(batches.length, 1)
  assert.equal(objects.get('HTTPRoute/a/one')?.status, undefined)
})

test('an object that is made anew in one step with its end has no status yet: it is asked for', async (t) => {
  const { fake, objects, batches, statuses } = await follow(t, (fake) => fake.put(route('one')))
  await until(() => objects.size === 1 && fake.isFollowed, 'not followed')
  const before = batches.length
  assert.deepEqual(statuses, [])
  // Both come at once.
  fake.silently(() => {
    fake.delete(route('one'))
    fake.put(route('one'))
  })
  await until(() => statuses.length > 0, 'not asked for')
  assert.deepEqual([batches.length - before, statuses], [1, ['HTTPRoute/a/one']])
})

test('a kind that is not served any more is kept while its CRD is there', async (t) => {
  const definition = crd('httproutes.gateway.networking.k8s.io', 'v1.6.1')
  const { fake, batches, objects } = await follow(t, (fake) => {
    fake.put(definition)
    fake.put(route('one'))
  })
  await until(() => batches.length === 1 && fake.isFollowed, 'not followed')
  fake.hasCrds = false
  fake.forget()
  fake.cutWatches()
  const asked = () => fake.requests.filter((one) => one.endsWith('/apis/gateway.networking.k8s.io')).length
  await until(() => asked() >= 3, 'not discovered again')
  assert.ok(objects.has('HTTPRoute/a/one'))
  fake.put(route('two'))
  fake.hasCrds = true
  await until(() => objects.has('HTTPRoute/a/two'), 'not followed again')
  fake.hasCrds = false
  fake.delete(definition)
  await until(() => !objects.has('HTTPRoute/a/one'), 'its objects stay when the CRD is gone')
})

test('CRDs come and go while we run', async (t) => {
  const { fake, batches, objects, problems, versions } = await follow(t, (fake) => {
    fake.hasCrds = false
    fake.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } })
  })
  await until(() => batches.length === 1, 'no first batch without CRDs')
  fake.hasCrds = true
  fake.put(route('one'))
  const definition = crd('httproutes.gateway.networking.k8s.io', 'v1.6.1')
  fake.put(definition)
  await until(() => objects.has('HTTPRoute/a/one'), 'the new kind is not followed')
  assert.deepEqual(versions(), ['v1.6.1'])
  fake.hasCrds = false
  fake.delete(definition)
  await until(() => !objects.has('HTTPRoute/a/one'), 'objects of a kind that is gone stay')
  assert.deepEqual(versions(), [])
  assert.deepEqual(problems, [])
})
