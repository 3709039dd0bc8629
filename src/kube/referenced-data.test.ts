import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { follow, until } from './follow-cluster.fixture.ts'

function gateway(...secrets: readonly string[]) {
  const listeners = secrets.map((name) => ({ name, tls: { certificateRefs: [{ group: '', kind: 'Secret', name }] } }))
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'g', namespace: 'a' },
    spec: { listeners },
  }
}

function secret(name: string, value: string, namespace = 'a') {
  const data = { 'tls.crt': value, '.htpasswd': 'eA==' }
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, type: 'Opaque', data }
}

const pathOf = (name: string) => `/api/v1/namespaces/a/secrets/${name}`

test('only what is referred to is read and kept, whole', async (t) => {
  const { fake, batches, objects } = await follow(t, (fake) => {
    for (const one of [gateway('mine'), secret('mine', 'YQ=='), secret('foreign', 'Yg==')]) fake.put(one)
  })
  await until(() => batches.length === 1, 'no first batch')
  assert.deepEqual([...objects.keys()].sort(), ['Gateway/a/g', 'Secret/a/mine'])
  assert.deepEqual(objects.get('Secret/a/mine')?.data, { 'tls.crt': 'YQ==', '.htpasswd': 'eA==' })
  assert.equal(fake.requests.includes(`GET ${pathOf('foreign')}`), false)
})

test('a Gateway and the Secret that it begins to refer to are told together, and dropped together', async (t) => {
  const gate = Promise.withResolvers<void>()
  const { fake, batches, objects } = await follow(t, (fake) => {
    for (const one of [gateway('old'), secret('old', 'YQ=='), secret('new', 'Yg==')]) fake.put(one)
    fake.held.set(pathOf('new'), gate.promise)
  })
  await until(() => batches.length === 1 && fake.isFollowed, 'not followed')
  fake.put(gateway('new'))
  await until(() => fake.requests.includes(`GET ${pathOf('new')}`), 'the new Secret is not asked for')
  await sleep(30)
  assert.equal(batches.length, 1, 'the Gateway was told of without its Secret')
  gate.resolve()
  await until(() => batches.length === 2, 'no second batch')
  const told = batches[1]!.map(({ kind, key }) => `${kind} ${key}`).sort()
  assert.deepEqual(told, ['delete Secret/a/old', 'put Gateway/a/g', 'put Secret/a/new'])
  assert.deepEqual([...objects.keys()].sort(), ['Gateway/a/g', 'Secret/a/new'])
})

test('a Secret is read again when it changed, comes later, goes, or changed while the watch was away', async (t) => {
  const { fake, objects } = await follow(t, (fake) => fake.put(gateway('s')))
  const value = () => (objects.get('Secret/a/s')?.data as { readonly 'tls.crt': string } | undefined)?.['tls.crt']
  await until(() => objects.size === 1 && fake.isFollowed, 'not followed')
  fake.put(secret('s', 'MQ=='))
  await until(() => value() === 'MQ==', 'a Secret that came later')
  fake.put(secret('s', 'Mg=='))
  await until(() => value() === 'Mg==', 'a Secret that changed')
  fake.silently(() => {
    fake.put(secret('s', 'Mw=='))
    fake.forget()
  })
  await until(() => value() === 'Mw==', 'a Secret that changed unseen')
  fake.silently(() => {
    fake.delete(secret('s', ''))
    fake.forget()
  })
  await until(() => value() === undefined, 'a Secret that went unseen')
  fake.put(secret('s', 'NA=='))
  await until(() => value() === 'NA==', 'a Secret that came back')
  fake.delete(secret('s', ''))
  await until(() => value() === undefined, 'a Secret that went')
})

test('the newest data win, however often a Secret changes while it is read', async (t) => {
  const { fake, objects } = await follow(t, (fake) => fake.put(gateway('s')))
  await until(() => objects.size === 1 && fake.isFollowed, 'not followed')
  for (let round = 0; round < 50; round++) fake.put(secret('s', `round ${round}`))
  await until(() => JSON.stringify(objects.get('Secret/a/s') ?? '').includes('round 49'), 'an older one stayed')
})

test('a Secret that may not be read keeps nobody waiting, and is read once it may', async (t) => {
  const { fake, batches, objects, problems } = await follow(t, (fake) => {
    for (const one of [gateway('closed', 'open'), secret('closed', 'YQ=='), secret('open', 'Yg==')]) fake.put(one)
    fake.refused.set(pathOf('closed'), 403)
  })
  await until(() => batches.length === 1, 'no first batch')
  assert.deepEqual([...objects.keys()].sort(), ['Gateway/a/g', 'Secret/a/open'])
  assert.match(problems.join('\n'), /Secret a\/closed: can't be read/)
  fake.refused.clear()
  await until(() => objects.has('Secret/a/closed'), 'not read when it may be')
  assert.equal(problems.length, 1)
})

test('ten thousand unrelated Secrets cost their metadata, and are not remembered', async (t) => {
  const { fake, batches, objects } = await follow(t, (fake) => {
    fake.pageSize = 500
    fake.put(gateway('mine'))
    fake.put(secret('mine', 'YQ=='))
    for (let i = 0; i < 10_000; i++) fake.put(secret(`unrelated-${i}`, 'x'.repeat(2_000), 'b'))
  })
  await until(() => batches.length === 1, 'no first batch')
  assert.deepEqual([...objects.keys()].sort(), ['Gateway/a/g', 'Secret/a/mine'])
  const reads = fake.requests.filter((one) => one.startsWith('GET /api/v1/namespaces/'))
  assert.deepEqual(reads, [`GET ${pathOf('mine')}`])
  assert.ok(fake.sentBytes < 4_000_000, `${fake.sentBytes} bytes were sent`)
})

test('what Gateways of other controllers refer to is not read, until they are ours', async (t) => {
  const v1 = 'gateway.networking.k8s.io/v1'
  const gatewayClass = (controllerName: string) => ({
    apiVersion: v1,
    kind: 'GatewayClass',
    metadata: { name: 'theirs' },
    spec: { controllerName },
  })
  const own = gateway('on-gateway')
  const { fake, batches, objects } = await follow(
    t,
    (fake) => {
      fake.put(gatewayClass('example.com/theirs'))
      fake.put({ ...own, spec: { ...own.spec, gatewayClassName: 'theirs' } })
      fake.put(secret('on-gateway', 'YQ=='))
    },
    'example.com/ours',
  )
  const secrets = () => [...objects.keys()].filter((key) => key.startsWith('Secret/')).sort()
  await until(() => batches.length === 1 && fake.isFollowed, 'not followed')
  assert.deepEqual(secrets(), [])
  assert.deepEqual([...objects.keys()].sort(), ['Gateway/a/g', 'GatewayClass//theirs'])
  fake.put(gatewayClass('example.com/ours'))
  await until(() => secrets().length === 1, 'what is ours is not read')
  // Together with the class that made them ours.
  assert.equal(batches.length, 2)
  fake.put(gatewayClass('example.com/theirs'))
  await until(() => secrets().length === 0, 'what is not ours any more stays')
})
