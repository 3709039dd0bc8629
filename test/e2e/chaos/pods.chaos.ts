import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RawObject } from '#kube'
import { findFlapping } from '../status-history.ts'
import { startLoad } from '../steady-load.ts'
import { api, awaitRollout, list, type Replica, recordWrites, replicas, until } from './pod-cluster.ts'
import { noRedis } from './redis-pod.ts'
import { playChanges, playScaling, playUpgrade } from './rollouts.ts'
import { addressOf, ask, assertNothingFailed, explainFailures, proxies, RunningShop, statusOf } from './running-shop.ts'
import { playSharedLimit } from './shared-limit.ts'
import { backend, gateway, host, namespace, route } from './shop.ts'

/** Data planes as pods, two controllers, and everything that is changed, rolled and killed below them. Run by run.ts, in the rig. */

const [first, second] = replicas
let shop: RunningShop

/** Who leads, and who does not or is not there. */
async function byLead(): Promise<readonly [leader: Replica, other: Replica]> {
  await until(() => first.leads || second.leads, 'nobody leads')
  return first.leads ? [first, second] : [second, first]
}

before(async () => {
  shop = await RunningShop.open({ replicas: 2, workers: 1, pod: { imagePullPolicy: 'Never' } })
})

after(() => shop?.close())

explainFailures(() => shop)

test('our own upgrade: a new image below all clients, and nothing fails', async (t) => {
  const { writes, stop } = await recordWrites(namespace, 'gateways', 'httproutes')
  await playUpgrade(t, shop, { pod: { image: 'headgate-next' } })
  stop()
  assert.deepEqual(findFlapping(writes), [])
})

test('more pods, then fewer: nothing fails', (t) => playScaling(t, shop, [4, 1]))

test('certificates, routes and backends change and are rolled: nothing fails', (t) => playChanges(t, shop))

test(
  'a limit over all pods is counted in Redis, exactly; without Redis everybody passes',
  { skip: noRedis },
  playSharedLimit,
)

test('the leader is killed while backends are replaced: traffic goes on, the other takes over, nothing flaps', async (t) => {
  const { writes, stop } = await recordWrites(namespace, 'gateways', 'httproutes')
  const running = shop.loads(t)
  await running[0]!.more(20)
  const [leader, other] = await byLead()
  const killedAt = performance.now()
  await leader.end('SIGKILL')
  // Every pod of the old release ends before the Lease does.
  await api.change(backend('a', '3')[0])
  await api.create(route('after-kill', 'after-kill.test'))
  for (const { ip } of await proxies())
    await until(async () => (await ask('after-kill.test', ip, 64_592)) === 200, `${ip} does not serve the new route`)
  const servedAfter = performance.now() - killedAt
  await until(() => other.leads, 'nobody takes over')
  const leadsAfter = performance.now() - killedAt
  const isTold = async () => ((await statusOf(route('after-kill', ''))).parents ?? []).length > 0
  await until(isTold, 'the new route has no status')
  t.diagnostic(`new route by all pods after ${Math.round(servedAfter)} ms, new leader after ${Math.round(leadsAfter)}`)
  await awaitRollout(backend('a')[0], 2)
  await assertNothingFailed(t, running)
  stop()
  assert.deepEqual(findFlapping(writes), [])
})

test('the controller is rolled: one ends as it is told, the other is there at once', async (t) => {
  const { writes, stop } = await recordWrites(namespace, 'gateways', 'httproutes')
  const running = shop.loads(t)
  const [leader, other] = await byLead()
  const startedAt = performance.now()
  other.start()
  await until(() => other.log.includes('ready in'), 'the new replica is not ready')
  t.diagnostic(`ready after ${Math.round(performance.now() - startedAt)} ms`)
  const endedAt = performance.now()
  await leader.end('SIGTERM')
  await until(() => other.leads, 'the new replica does not lead')
  const leadsAfter = performance.now() - endedAt
  await api.create(route('after-roll', 'after-roll.test'))
  for (const { ip } of await proxies())
    await until(async () => (await ask('after-roll.test', ip, 64_592)) === 200, `${ip} does not serve the new route`)
  t.diagnostic(
    `leads after ${Math.round(leadsAfter)} ms, all pods follow after ${Math.round(performance.now() - endedAt)}`,
  )
  await assertNothingFailed(t, running)
  stop()
  assert.deepEqual(findFlapping(writes), [])
})

test('a proxy that dies while there is no controller serves again from its copy, certificates too', async (t) => {
  for (const replica of replicas) await replica.end('SIGKILL')
  for (const { ip, pid, name } of await proxies()) {
    process.kill(pid, 'SIGKILL')
    await until(async () => (await proxies()).some((pod) => pod.name === name && pod.pid !== pid && pod.isReady), name)
    assert.equal(await ask(host, ip, 64_592), 200)
    const secure = startLoad(t, `https://${ip}:64955/`, { headers: { host }, fresh: true, clients: 1 })
    await secure.more(5)
    await secure.stop()
    assert.deepEqual(secure.failures, [])
  }
  const { writes, stop } = await recordWrites(namespace, 'gateways', 'httproutes')
  first.start()
  second.start()
  await until(() => first.leads || second.leads, 'nobody leads')
  await api.create(route('after-dark', 'after-dark.test'))
  for (const { ip } of await proxies())
    await until(async () => (await ask('after-dark.test', ip, 64_592)) === 200, `${ip} does not serve the new route`)
  stop()
  assert.deepEqual(findFlapping(writes), [])
})

/** What we make, wherever it is. */
async function ours(of: (object: RawObject) => boolean): Promise<readonly string[]> {
  const label = `?labelSelector=${encodeURIComponent('app.kubernetes.io/managed-by=headgate')}`
  const collections = [
    ...['serviceaccounts', 'configmaps', 'services', 'pods', 'secrets'].map((plural) => `/api/v1/${plural}`),
    ...['/apis/apps/v1/deployments', '/apis/policy/v1/poddisruptionbudgets'],
    ...['/apis/networking.k8s.io/v1/networkpolicies', '/apis/autoscaling/v2/horizontalpodautoscalers'],
  ]
  const found = await Promise.all(collections.map((collection) => list(collection, label)))
  return found.flatMap((items, i) => items.filter(of).map(({ metadata }) => `${collections[i]} ${metadata.name}`))
}

test('a Gateway is deleted and made again; a namespace goes: nothing stays, nothing is said in a circle', async (t) => {
  const running = shop.loads(t)
  const [leader] = await byLead()
  const saidBefore = leader.log.length
  const home = 'short-lived'
  await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: home } })
  const uids = new Set<string>()
  for (let i = 0; i < 2; i++) {
    await api.create(gateway('again', home))
    await api.create(route('again', 'again.test', 'a', 'again', home))
    const at = await addressOf(gateway('again', home))
    // There is no such Service in its namespace: 500 is right, and it is this Gateway that says so.
    await until(async () => (await ask('again.test', at)) === 500, 'the Gateway does not answer')
    uids.add((await api.get(gateway('again', home))).metadata.uid ?? '')
    if (i === 0) await api.delete(gateway('again', home))
  }
  assert.equal(uids.size, 2)
  await api.delete({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: home } })
  const isOf = ({ metadata }: RawObject) => metadata.namespace === home
  let left: readonly string[] = []
  await until(async () => {
    left = await ours(isOf)
    return left.length === 0 && !(await list('/api/v1/namespaces')).some(({ metadata }) => metadata.name === home)
  }, `left: ${left}`)
  await sleep(3_000)
  assert.deepEqual(await ours(isOf), [])
  const lines = leader.log
    .slice(saidBefore)
    .split('\n')
    .filter((line) => line !== '')
  const texts = Map.groupBy(lines, (line) => line.slice(line.indexOf(' ') + 1))
  const often = [...texts].filter(([, { length }]) => length > 3)
  assert.deepEqual(
    often.map(([text]) => text),
    [],
  )
  await assertNothingFailed(t, running)
})

test('a Gateway that goes away takes everything with it', async () => {
  await api.delete(gateway('web'))
  let left: readonly string[] = []
  await until(async () => {
    left = await ours(({ metadata }) => metadata.namespace === namespace)
    return left.length === 0
  }, `left: ${left}`)
})
