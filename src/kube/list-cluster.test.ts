import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { FakeApiServer } from './fake-api-server.fixture.ts'
import { KubeClient } from './kube-client.ts'
import { listCluster } from './list-cluster.ts'

const group = '/apis/gateway.networking.k8s.io/v1'

async function cluster(t: TestContext) {
  const fake = await FakeApiServer.start()
  const client = new KubeClient({ server: fake.url, namespace: 'a' })
  t.after(async () => {
    client.close()
    await fake.stop()
  })
  const certificateRefs = [{ group: '', kind: 'Secret', name: 'mine' }]
  fake.put({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'g', namespace: 'a' },
    spec: { listeners: [{ tls: { certificateRefs } }] },
    status: { conditions: [] },
  })
  for (const name of ['mine', 'foreign'])
    fake.put({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'a' }, data: { 'tls.crt': 'YQ==' } })
  for (const name of ['one', 'two', 'three'])
    fake.put({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'a' }, spec: {} })
  return { fake, client }
}

test('everything once, with statuses, and only the Secrets that something refers to', async (t) => {
  const { client } = await cluster(t)
  const { objects, forbidden, crdVersions } = await listCluster(client)
  const keys = ['Gateway/a/g', 'Secret/a/mine', 'Service/a/one', 'Service/a/three', 'Service/a/two']
  assert.deepEqual([...objects.keys()].sort(), keys)
  assert.deepEqual(objects.get('Gateway/a/g')?.status, { conditions: [] })
  assert.deepEqual([forbidden, crdVersions], [[], []])
})

test('what may not be read is left out, and named', async (t) => {
  const { fake, client } = await cluster(t)
  fake.refused.set(`${group}/httproutes`, 403)
  fake.refused.set('/api/v1/namespaces/a/secrets/mine', 403)
  const { objects, forbidden } = await listCluster(client)
  assert.equal(objects.size, 4)
  const told = forbidden.map(({ verb, resource, namespace }) => ({ verb, resource, namespace }))
  assert.deepEqual(told, [
    { verb: 'list', resource: 'httproutes.gateway.networking.k8s.io', namespace: undefined },
    { verb: 'get', resource: 'secrets', namespace: 'a' },
  ])
})

test('an API server that fails otherwise is an error', async (t) => {
  const { fake, client } = await cluster(t)
  fake.refused.set(`${group}/httproutes`, 500)
  await assert.rejects(listCluster(client), /InternalError/)
})

test('rights in one namespace are enough for who asks for it', async (t) => {
  const { fake, client } = await cluster(t)
  fake.refused.set(`${group}/httproutes`, 403)
  fake.refused.set(`${group}/gatewayclasses`, 403)
  const { forbidden } = await listCluster(client, { namespace: 'a' })
  assert.ok(fake.requests.includes(`GET ${group}/namespaces/a/httproutes`))
  // What is in no namespace stays out of reach.
  assert.deepEqual(
    forbidden.map(({ resource }) => resource),
    ['gatewayclasses.gateway.networking.k8s.io'],
  )
})
