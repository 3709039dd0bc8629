import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { FakeApiServer } from './fake-api-server.fixture.ts'
import { until } from './follow-cluster.fixture.ts'
import { KubeClient } from './kube-client.ts'
import type { OwnedObject } from './owned-object.ts'
import { OwnedObjects } from './owned-objects.ts'

const label = 'gateway.headgate.dev/controller'

function ownedBy(uid: string, kind = 'ServiceAccount', fields: object = {}): OwnedObject {
  const owner = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', name: 'gw', uid }
  return {
    apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1',
    kind,
    metadata: {
      name: 'gw-headgate',
      namespace: 'a',
      labels: { [label]: 'c' },
      annotations: {},
      ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
    },
    ...fields,
  }
}

async function start(t: TestContext, prepare: (fake: FakeApiServer) => void = () => {}) {
  const fake = await FakeApiServer.start()
  prepare(fake)
  const problems: string[] = []
  const client = new KubeClient({ server: fake.url, namespace: 'a' })
  const owned = new OwnedObjects({
    client,
    kinds: ['ServiceAccount', 'Service', 'Deployment'],
    labelSelector: `${label}=c`,
    onChange: () => {},
    onProblem: (message) => problems.push(message),
    timing: { firstPauseMs: 5, longestPauseMs: 20 },
  })
  owned.resume()
  t.after(async () => {
    owned[Symbol.dispose]()
    client.close()
    await fake.stop()
  })
  return { fake, owned, problems }
}

test('what is wanted is made, what is wanted no more is deleted', async (t) => {
  const { fake, owned } = await start(t)
  const account = ownedBy('u1')
  owned.want([account])
  await until(() => fake.get(account) !== undefined, 'nothing was made')
  await until(() => owned.live('ServiceAccount', 'a', 'gw-headgate', 'u1') !== undefined, 'it is not seen')
  owned.want([])
  await until(() => fake.get(account) === undefined, 'it was not deleted')
})

test('what someone deletes or changes is put back, and what they add stays', async (t) => {
  const { fake, owned } = await start(t)
  const account = ownedBy('u1', 'Service', { spec: { type: 'ClusterIP' } })
  owned.want([account])
  await until(() => fake.get(account) !== undefined, 'nothing was made')
  fake.delete(account)
  await until(() => fake.get(account) !== undefined, 'it was not made again')
  const { metadata } = fake.get(account)!
  const annotations = { 'example.com/theirs': 'x' }
  fake.put({ ...account, metadata: { ...metadata, annotations }, spec: { type: 'NodePort' } })
  await until(
    () => (fake.get(account)?.spec as { type?: string } | undefined)?.type === 'ClusterIP',
    'the change stayed',
  )
  assert.deepEqual(fake.get(account)?.metadata.annotations, annotations)
})

test('nothing is written while everything is as it should be', async (t) => {
  const { fake, owned } = await start(t)
  owned.want([ownedBy('u1')])
  await until(() => fake.get(ownedBy('u1')) !== undefined, 'nothing was made')
  const writes = () => fake.requests.filter((one) => !one.startsWith('GET')).length
  const before = writes()
  owned.want([ownedBy('u1')])
  fake.put({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'other', namespace: 'a' } })
  // One that is new is made after everything else was looked at.
  owned.want([ownedBy('u1'), ownedBy('u1', 'Deployment', { spec: {} })])
  await until(() => fake.get(ownedBy('u1', 'Deployment')) !== undefined, 'the second was not made')
  assert.equal(writes(), before + 1)
})

test('an object of the same name that is not ours is left alone, until it is gone', async (t) => {
  const theirs = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'gw-headgate', namespace: 'a' } }
  const { fake, owned, problems } = await start(t, (fake) => fake.put(theirs))
  owned.want([ownedBy('u1')])
  await until(() => owned.problem('u1')?.reason === 'InfrastructureNotOwned', 'no problem is told')
  assert.match(problems.join(), /ServiceAccount a\/gw-headgate was made by someone else/)
  assert.equal(fake.get(theirs)?.metadata.ownerReferences, undefined)
  fake.delete(theirs)
  owned.want([ownedBy('u1')])
  await until(() => fake.get(theirs)?.metadata.ownerReferences !== undefined, 'it was not made')
  await until(() => owned.problem('u1') === undefined, 'the problem stays')
})

test('the label alone makes nothing ours to delete, and a Gateway that is kept keeps what it has', async (t) => {
  const labelled = { ...ownedBy('u1'), metadata: { name: 'x', namespace: 'a', labels: { [label]: 'c' } } }
  const { fake, owned } = await start(t, (fake) => {
    fake.put(labelled)
    fake.put(ownedBy('kept', 'Service'))
    fake.put(ownedBy('gone'))
  })
  owned.want([], new Set(['kept']))
  await until(() => fake.get(ownedBy('gone')) === undefined, 'it was not deleted')
  assert.ok(fake.get(labelled))
  assert.ok(fake.get(ownedBy('kept', 'Service')))
})

test('what is left of an earlier Gateway of the same name makes way', async (t) => {
  const { fake, owned } = await start(t, (fake) => fake.put(ownedBy('earlier')))
  owned.want([ownedBy('u2')])
  await until(() => fake.get(ownedBy('u2'))?.metadata.ownerReferences?.[0]?.uid === 'u2', 'the earlier one stays')
  await until(() => owned.problem('u2') === undefined, 'the problem stays')
})

test('a right that is missing is told of the Gateway that lacks it, and harms no other', async (t) => {
  const { fake, owned, problems } = await start(t, (fake) =>
    fake.refused.set('PATCH /apis/apps/v1/namespaces/a/deployments/gw-headgate', 403),
  )
  const other = { ...ownedBy('u2'), metadata: { ...ownedBy('u2').metadata, name: 'other' } }
  owned.want([ownedBy('u1', 'Deployment', { spec: {} }), other])
  await until(() => fake.get(other) !== undefined, 'the other was not made')
  await until(() => owned.problem('u1')?.reason === 'InfrastructureFailed', 'no problem is told')
  assert.match(problems.join(), /Deployment a\/gw-headgate: Forbidden/)
  fake.refused.clear()
  await until(() => owned.problem('u1') === undefined, 'it was not tried again')
})

test('kinds that may not be watched are written all the same', async (t) => {
  const { fake, owned, problems } = await start(t, (fake) => fake.refused.set('/apis/apps/v1/deployments', 403))
  owned.want([ownedBy('u1', 'Deployment', { spec: {} })])
  await until(() => fake.get(ownedBy('u1', 'Deployment')) !== undefined, 'it was not made')
  assert.match(problems.join(), /Deployment.*Forbidden/)
})

test('the number of pods stays when an autoscaler takes over', async (t) => {
  const managedFields = [{ manager: 'headgate', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }]
  const wanted = ownedBy('u1', 'Deployment', { spec: { paused: false } })
  const { fake, owned } = await start(t, (fake) =>
    fake.put({
      ...wanted,
      metadata: { ...wanted.metadata, managedFields } as typeof wanted.metadata,
      spec: { replicas: 7 },
    }),
  )
  const path = '/apis/apps/v1/namespaces/a/deployments/gw-headgate'
  const patches = () => fake.requests.filter((one) => one === `PATCH ${path}`).length
  owned.want([wanted])
  await until(() => patches() === 2, 'nobody says the number')
})

test('an answer that comes late takes nothing back of what the watch has brought', async (t) => {
  const { fake, owned } = await start(t)
  const service = ownedBy('u1', 'Service', { spec: {} })
  // The load balancer is faster than the answer to our write.
  fake.beforeAnswer = async () => {
    if (fake.get(service)?.status !== undefined) return
    fake.put({ ...fake.get(service)!, status: { ready: true } })
    await until(() => owned.live('Service', 'a', 'gw-headgate', 'u1')?.status !== undefined, 'the watch is late')
  }
  owned.want([service, ownedBy('u1', 'Deployment', { spec: {} })])
  await until(() => fake.get(ownedBy('u1', 'Deployment')) !== undefined, 'nothing was made')
  assert.deepEqual(owned.live('Service', 'a', 'gw-headgate', 'u1')?.status, { ready: true })
})
