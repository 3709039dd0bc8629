import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FeedAuthority } from '../../src/apps/feed-authority.ts'
import { FakeApiServer } from '../../src/kube/fake-api-server.fixture.ts'
import { KubeClient } from '../../src/kube/index.ts'

test('replicas that start at once share one authority, kept in a Secret of their namespace', async (t) => {
  const fake = await FakeApiServer.start()
  const client = new KubeClient({ server: fake.url, namespace: 'headgate-system' })
  t.after(async () => {
    client.close()
    await fake.stop()
  })
  const replicas = await Promise.all([1, 2, 3].map(() => FeedAuthority.open(client, 'headgate-system')))
  assert.equal(new Set(replicas.map(({ current }) => current.trust)).size, 1)
  const path = '/api/v1/namespaces/headgate-system/secrets'
  const writes = fake.requests.filter((one) => /^(POST|PUT)/.test(one))
  assert.deepEqual(new Set(writes), new Set([`POST ${path}`]))

  // A controller that starts later finds it, and a look at it that finds nothing new writes nothing.
  const later = await FeedAuthority.open(client, 'headgate-system')
  assert.equal(later.current.trust, replicas[0]?.current.trust)
  assert.equal(await later.refresh(), false)
  assert.equal(fake.requests.filter((one) => /^(POST|PUT)/.test(one)).length, writes.length)

  // Whoever deletes the Secret gets a new authority at the next look.
  fake.delete({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'headgate-ca', namespace: 'headgate-system' } })
  assert.equal(await later.refresh(), true)
  assert.notEqual(later.current.trust, replicas[0]?.current.trust)
})
