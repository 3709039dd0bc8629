import assert from 'node:assert/strict'
import { get } from 'node:http'
import path from 'node:path'
import { after, afterEach, before, beforeEach, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RawObject } from '#kube'
import { shop, wild } from '../../../src/proxy/tls/certificates.fixture.ts'
import { gatewayClass, type Manifest } from '../../bench/cluster/objects.ts'
import type { SeenStatus } from '../fake-cluster.ts'
import { findFlapping } from '../status-history.ts'
import { type Failure, type SteadyLoad, startLoad } from '../steady-load.ts'
import { ClusterDiary, timeOf } from './cluster-diary.ts'
import { api, awaitRollout, client, list, prepareCluster, recordWrites, replicas, until, v1 } from './pod-cluster.ts'

/** Data planes as pods, two controllers, and everything that is changed, rolled and killed below them. Run by run.ts, in the rig. */

const namespace = 'shop'
const host = 'shop.test'
const [first, second] = replicas

function parameters(spec: object): Manifest {
  const metadata = { name: 'chaos', namespace: 'default' }
  return { apiVersion: 'gateway.headgate.dev/v1alpha1', kind: 'GatewayParameters', metadata, spec }
}

function classWithParameters(): Manifest {
  const { metadata } = parameters({})
  const object = gatewayClass()
  const parametersRef = { group: 'gateway.headgate.dev', kind: 'GatewayParameters', ...metadata }
  return { ...object, spec: { ...(object.spec as object), parametersRef } } as Manifest
}

function gateway(name: string, home = namespace): Manifest {
  const tls = { certificateRefs: [{ name: 'shop-tls' }] }
  const listeners = [
    { name: 'http', port: 80, protocol: 'HTTP' },
    ...(home === namespace ? [{ name: 'https', port: 443, protocol: 'HTTPS', hostname: host, tls }] : []),
  ]
  const spec = { gatewayClassName: 'headgate', listeners }
  return { apiVersion: v1, kind: 'Gateway', metadata: { name, namespace: home }, spec }
}

function route(name: string, hostname: string, service = 'a', parent = 'web', home = namespace): Manifest {
  const rules = [{ backendRefs: [{ name: service, port: 80 }] }]
  const spec = { parentRefs: [{ name: parent }], hostnames: [hostname], rules }
  return { apiVersion: v1, kind: 'HTTPRoute', metadata: { name, namespace: home }, spec }
}

function secret({ chain, key }: { readonly chain: string; readonly key: string }): Manifest {
  const metadata = { name: 'shop-tls', namespace }
  const data = { 'tls.crt': btoa(chain), 'tls.key': btoa(key) }
  return { apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', data } as Manifest
}

/** Two pods that answer with the letter, and their Service. */
function backend(letter: string, release = '1'): readonly [Manifest, Manifest] {
  const program = path.join(import.meta.dirname, 'pod-backend.ts')
  const container = { name: 'backend', image: 'host', command: [process.execPath, program, letter] }
  const metadata = { name: `backend-${letter}`, namespace }
  const template = {
    metadata: { labels: { app: letter }, annotations: { release } },
    spec: { containers: [container], terminationGracePeriodSeconds: 15 },
  }
  const strategy = { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }
  const spec = { replicas: 2, selector: { matchLabels: { app: letter } }, strategy, template }
  const ports = [{ port: 80, targetPort: 3_000 }]
  return [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: letter, namespace },
      spec: { selector: { app: letter }, ports },
    },
  ]
}

const dataPlane: Manifest = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web-headgate', namespace } }
const statusOf = async (object: Manifest) => ((await api.get(object)).status ?? {}) as SeenStatus

let address = ''
let clusterIP = ''

async function addressOf(object: Manifest): Promise<string> {
  await until(async () => {
    const { metadata, status } = await api.get(object)
    const { conditions = [] } = (status ?? {}) as SeenStatus
    const programmed = conditions.find(({ type }) => type === 'Programmed')
    return programmed?.status === 'True' && programmed.observedGeneration === metadata.generation
  }, `${object.metadata.name} is not programmed`).catch(async (error: Error) => {
    const conditions = JSON.stringify((await statusOf(object)).conditions)
    throw new Error(`${error.message}\n${conditions}`)
  })
  return (await statusOf(object)).addresses![0]!.value
}

function ask(hostname: string, where = address, port = 80): Promise<number> {
  return new Promise((resolve) => {
    const request = get(
      { host: where, port, agent: false, timeout: 2_000, headers: { host: hostname } },
      (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      },
    )
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(0))
  })
}

interface Pod {
  readonly name: string
  readonly ip: string
  readonly pid: number
  readonly isReady: boolean
}

/** Of the data plane of `web`. */
async function proxies(): Promise<readonly Pod[]> {
  const label = encodeURIComponent('gateway.networking.k8s.io/gateway-name=web')
  const pods = await list(`/api/v1/namespaces/${namespace}/pods`, `?labelSelector=${label}`)
  return pods.map(({ metadata, status }) => {
    const { podIP, containerStatuses = [] } = status as {
      readonly podIP: string
      readonly containerStatuses?: readonly { readonly containerID?: string; readonly ready: boolean }[]
    }
    const { containerID = '', ready = false } = containerStatuses[0] ?? {}
    return { name: metadata.name, ip: podIP, pid: Number(containerID.replace('process://', '')), isReady: ready }
  })
}

/** Every kind of client at once, by the Service and by the load balancer; the streams last six seconds each. */
function loads(t: TestContext): readonly SteadyLoad[] {
  const headers = { host }
  return [
    startLoad(t, `http://${address}/`, { headers, clients: 2, pauseMs: 5 }),
    startLoad(t, `http://${clusterIP}/`, { headers, clients: 2, pauseMs: 5 }),
    startLoad(t, `http://${address}/`, { headers, clients: 2, pauseMs: 5, fresh: true }),
    startLoad(t, `http://${clusterIP}/`, { headers, clients: 2, pauseMs: 5, fresh: true }),
    startLoad(t, `https://${address}/`, { headers, clients: 1, pauseMs: 20, fresh: true }),
    startLoad(t, `https://${clusterIP}/`, { headers, clients: 1, pauseMs: 5 }),
    startLoad(t, `http://${address}/stream`, { headers, clients: 2, fresh: true }),
    startLoad(t, `http://${clusterIP}/stream`, { headers, clients: 1 }),
  ]
}

/** Each kind of failure with how often and when, instead of hundreds of the same. */
function sumUp(failures: readonly Failure[]): readonly string[] {
  const time = ({ beganAt }: Failure) => timeOf(performance.timeOrigin + beganAt)
  return [...Map.groupBy(failures, ({ answer }) => answer)].map(
    ([answer, all]) => `${all.length} times ${answer}, from ${time(all[0]!)} to ${time(all.at(-1)!)}`,
  )
}

async function assertNothingFailed(t: TestContext, running: readonly SteadyLoad[]): Promise<void> {
  const ended = await Promise.all(running.map((load) => load.stop()))
  const count = running.reduce((sum, load) => sum + load.count, 0)
  t.diagnostic(`${count} requests`)
  assert.deepEqual(
    running.flatMap(({ failures }, i) => sumUp(failures).map((line) => `load ${i}: ${line}`)),
    [],
  )
  assert.ok(
    ended.every((answers) => answers.size > 0),
    'a client that never had an answer',
  )
  for (const answers of ended.slice(-2)) for (const answer of answers.keys()) assert.match(answer, /^200 \.{60}whole$/)
}

before(async () => {
  await prepareCluster()
  await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  diary = new ClusterDiary(namespace)
  const plane = parameters({ replicas: 2, workers: 1, pod: { imagePullPolicy: 'Never' } })
  const objects = [plane, classWithParameters(), secret(shop), ...backend('a'), ...backend('b'), gateway('web')]
  await until(async () => {
    await api.create(plane)
    return true
  }, 'the kind of parameters is not known')
  for (const object of objects) await api.create(object)
  await api.create(route('shop', host))
  first.start()
  await until(() => first.leads, 'nobody leads')
  second.start()
  address = await addressOf(gateway('web'))
  const service = await api.get({ apiVersion: 'v1', kind: 'Service', metadata: dataPlane.metadata })
  clusterIP = (service.spec as { readonly clusterIP: string }).clusterIP
  await awaitRollout(dataPlane, 2)
  for (const letter of ['a', 'b']) await awaitRollout(backend(letter)[0], 2)
  await until(async () => (await ask(host)) === 200, 'no traffic')
})

let diary: ClusterDiary
let testBeganAt = 0

beforeEach(() => {
  testBeganAt = Date.now()
})

afterEach((t) => {
  if (!('error' in t) || !t.error) return
  console.error(`${t.name}\n${diary.explain(testBeganAt)}`)
  for (const { log } of replicas) console.error(`last words of a controller:\n${log.slice(-3_000)}`)
})

after(async () => {
  diary.stop()
  for (const replica of replicas) await replica.end('SIGKILL')
  client.close()
})

test('our own upgrade: a new image below all clients, and nothing fails', async (t) => {
  const { writes, stop } = await recordWrites(namespace, 'gateways', 'httproutes')
  const running = loads(t)
  await running[0]!.more(50)
  await api.change(parameters({ pod: { image: 'headgate-next' } }))
  await until(async () => {
    const { spec } = await api.get(dataPlane)
    return JSON.stringify(spec).includes('headgate-next')
  }, 'the Deployment is not changed')
  t.diagnostic(`rolled out in ${Math.round(await awaitRollout(dataPlane, 2))} ms`)
  await running[0]!.more(50)
  await assertNothingFailed(t, running)
  stop()
  assert.deepEqual(findFlapping(writes), [])
})

test('more pods, then fewer: nothing fails', async (t) => {
  const running = loads(t)
  // As an autoscaler does it: the number is its own.
  await api.change(parameters({ replicas: null, autoscaling: { maxReplicas: 4 } }))
  const scale = (count: number) =>
    client.request({
      method: 'PATCH',
      path: `${api.pathOf(dataPlane)}/scale`,
      contentType: 'application/merge-patch+json',
      body: { spec: { replicas: count } },
    })
  await until(async () => {
    const { managedFields = [] } = (await api.get(dataPlane)).metadata as {
      readonly managedFields?: readonly { readonly manager: string }[]
    }
    const own = managedFields.filter(({ manager }) => manager === 'headgate')
    return !JSON.stringify(own).includes('"f:replicas"')
  }, 'we still say how many')
  for (const count of [4, 1]) {
    await scale(count)
    await awaitRollout(dataPlane, count)
    await running[0]!.more(50)
  }
  await api.change(parameters({ replicas: 2, autoscaling: null }))
  await awaitRollout(dataPlane, 2)
  await assertNothingFailed(t, running)
})

test('certificates, routes and backends change and are rolled: nothing fails', async (t) => {
  // That a pod is busy with a change is no reason to send its clients away: all of them get the change at once.
  const probes = (await proxies()).map(({ ip }) => startLoad(t, `http://${ip}:9900/readyz`, { clients: 1 }))
  const running = [...probes, ...loads(t)]
  const changes = (async () => {
    for (let i = 0; i < 20; i++) {
      await api.change(route('shop', host, i % 2 === 0 ? 'b' : 'a'))
      await api.change(secret(i % 2 === 0 ? wild : shop))
      await sleep(300)
    }
  })()
  for (const letter of ['a', 'b']) await api.change(backend(letter, '2')[0])
  for (const letter of ['a', 'b']) await awaitRollout(backend(letter)[0], 2)
  await changes
  const asking = running[probes.length]!
  await asking.more(20)
  await assertNothingFailed(t, running)
  assert.deepEqual([...asking.answers.keys()].sort(), ['200 a', '200 b'])
})

test('the leader is killed while backends are replaced: traffic goes on, the other takes over, nothing flaps', async (t) => {
  const { writes, stop } = await recordWrites(namespace, 'gateways', 'httproutes')
  const running = loads(t)
  await running[0]!.more(20)
  assert.deepEqual([first.leads, second.leads], [true, false])
  const killedAt = performance.now()
  await first.end('SIGKILL')
  // Every pod of the old release ends before the Lease does.
  await api.change(backend('a', '3')[0])
  await api.create(route('after-kill', 'after-kill.test'))
  for (const { ip } of await proxies())
    await until(async () => (await ask('after-kill.test', ip, 64_592)) === 200, `${ip} does not serve the new route`)
  const servedAfter = performance.now() - killedAt
  await until(() => second.leads, 'nobody takes over')
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
  const running = loads(t)
  first.start()
  await until(() => first.log.includes('ready in'), 'the new replica is not ready')
  const endedAt = performance.now()
  await second.end('SIGTERM')
  await until(() => first.leads, 'the new replica does not lead')
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
  await first.end('SIGKILL')
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
  const running = loads(t)
  const leader = first.leads ? first : second
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
