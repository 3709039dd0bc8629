import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeObject } from '#api'
import { FakeApiServer } from './fake-api-server.fixture.ts'
import { KubeClient } from './kube-client.ts'
import { ObjectHeads } from './object-heads.ts'
import { StatusWriter } from './status-writer.ts'

const resource = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  plural: 'httproutes',
  namespaced: true,
  status: true,
}
const route = { apiVersion: resource.apiVersion, kind: resource.kind, metadata: { name: 'r', namespace: 'a' } }
const key = 'HTTPRoute/a/r'
const path = '/apis/gateway.networking.k8s.io/v1/namespaces/a/httproutes/r'

/** Ours is the field `mine`. */
function merge(object: KubeObject, mine: string | undefined): KubeObject {
  const before = (object.status ?? {}) as { readonly mine?: string }
  return before.mine === mine ? object : { ...object, status: { ...before, mine } }
}

async function prepare(t: TestContext) {
  const fake = await FakeApiServer.start()
  const client = new KubeClient({ server: fake.url, namespace: 'a' })
  const heads = new ObjectHeads()
  heads.put(key, resource, fake.put({ ...route, status: { theirs: 1 } }))
  const problems: string[] = []
  const writer = new StatusWriter<string>({ client, heads: () => heads, merge, onProblem: (one) => problems.push(one) })
  t.after(async () => {
    writer[Symbol.dispose]()
    client.close()
    await fake.stop()
  })
  const status = () => fake.get(route)?.status as { mine?: string; theirs?: number }
  const until = async (mine: string) => {
    for (const end = Date.now() + 60_000; status()?.mine !== mine; await sleep(5))
      assert.ok(Date.now() < end, `status.mine is ${status()?.mine}, not ${mine}`)
  }
  return { fake, heads, writer, status, until, problems }
}

test('writes what differs, leaves the rest in place, and is silent when nothing is new', async (t) => {
  const { writer, status, until } = await prepare(t)
  writer.resume()
  writer.want([{ key, status: 'x' }])
  await until('x')
  assert.equal(status().theirs, 1)
  writer.want([{ key, status: 'x' }])
  writer.check(key)
  await sleep(30)
  assert.equal(writer.writes, 1)
})

test('waits until it may write; then the last wish counts', async (t) => {
  const { writer, status, until } = await prepare(t)
  writer.want([{ key, status: 'x' }])
  writer.want([{ key, status: 'y' }])
  await sleep(30)
  assert.equal(status().mine, undefined)
  writer.resume()
  await until('y')
  assert.equal(writer.writes, 1)
})

test('many wishes for one object are few writes', async (t) => {
  const { writer, until } = await prepare(t)
  writer.resume()
  const began = performance.now()
  for (let i = 1; i <= 50; i++) {
    writer.want([{ key, status: `${i}` }])
    await sleep(1)
  }
  await until('50')
  const most = 2 + (performance.now() - began) / 100
  assert.ok(writer.writes <= most, `${writer.writes} writes, and not ${most}`)
})

test('asked for patience it says so once, and comes again', async (t) => {
  const { fake, heads, writer, status, problems } = await prepare(t)
  const names = ['r', 'r1', 'r2', 'r3']
  for (const name of names.slice(1))
    heads.put(`HTTPRoute/a/${name}`, resource, fake.put({ ...route, metadata: { ...route.metadata, name } }))
  for (const name of names) fake.refused.set(`PATCH ${path.slice(0, -1)}${name}/status`, 429)
  writer.resume()
  writer.want(names.map((name) => ({ key: `HTTPRoute/a/${name}` as const, status: 'x' })))
  while (writer.writes < names.length || problems.length === 0) await sleep(5)
  fake.refused.clear()
  const last = { ...route, metadata: { ...route.metadata, name: 'r3' } }
  while (status().mine !== 'x' || (fake.get(last)?.status as { mine?: string } | undefined)?.mine !== 'x')
    await sleep(5)
  assert.deepEqual(new Set(problems), new Set(['statuses: the API server asks for patience: Forbidden']))
  assert.ok(problems.length < writer.writes - names.length + 1, `${problems.length} of ${writer.writes}`)
})

test('a write that lost a race reads again, and keeps what the other wrote', async (t) => {
  const { fake, writer, status, until } = await prepare(t)
  let races = 2
  fake.beforeWrite = () => {
    if (races-- > 0) fake.put({ ...fake.get(route)!, status: { theirs: 7 + races } })
  }
  writer.resume()
  writer.want([{ key, status: 'x' }])
  await until('x')
  assert.equal(status().theirs, 7)
  assert.equal(writer.writes, 3)
})

test('what someone takes away comes back', async (t) => {
  const { fake, heads, writer, until } = await prepare(t)
  writer.resume()
  writer.want([{ key, status: 'x' }])
  await until('x')
  heads.put(key, resource, fake.put({ ...route, status: { theirs: 2 } }))
  writer.check(key)
  await until('x')
})

test('an object that is gone, or another one by now, is left alone', async (t) => {
  const { fake, writer, problems } = await prepare(t)
  fake.put({ ...route, metadata: { ...route.metadata, uid: 'another' } })
  writer.resume()
  const patches = () => fake.requests.filter((one) => one.startsWith('PATCH'))
  const untilAsked = async (times: number) => {
    for (const end = Date.now() + 60_000; patches().length < times; await sleep(5))
      assert.ok(Date.now() < end, `${patches().length} requests, not ${times}`)
    // Its answer, and whatever should not follow.
    await sleep(50)
  }
  writer.want([{ key, status: 'x' }])
  await untilAsked(1)
  assert.equal((fake.get(route)?.status as { mine?: string } | undefined)?.mine, undefined)
  fake.delete(route)
  writer.want([{ key, status: 'y' }])
  await untilAsked(2)
  assert.deepEqual(problems, [])
  assert.deepEqual(patches(), [`PATCH ${path}/status`, `PATCH ${path}/status`])
})
