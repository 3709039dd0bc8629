import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { KubeClient, type RawObject, readKubeconfig } from '#kube'
import { ClusterApi } from '../../bench/cluster/cluster-api.ts'
import { countFailures, startBackend, startLoad } from '../../bench/cluster/load-process.ts'
import { gateway, gatewayClass, namespace, route, service } from '../../bench/cluster/objects.ts'
import type { SeenStatus } from '../fake-cluster.ts'
import { ApiServerProcess } from './api-server.ts'
import { controllerProgram } from './controller-program.ts'

/** A controller, and the real API server that it lives with, when things go wrong. Run by run.ts, inside the rig. */

const kubeconfig = process.env.KUBECONFIG ?? ''
const client = new KubeClient(readKubeconfig(kubeconfig, undefined))
const api = new ClusterApi(client)
const apiServer = new ApiServerProcess(kubeconfig)
const v1 = 'gateway.networking.k8s.io/v1'
const routeCount = 50

let controller: ChildProcess
let log = ''
let address = ''
const closers: (() => Promise<unknown>)[] = []

function startController(): ChildProcess {
  const words = ['controller', '--host-mode', '--address-pool', '10.99.2.0/24', '--workers', '1', '--admin', 'off']
  const child = spawn(process.execPath, [controllerProgram, ...words], { stdio: ['ignore', 'ignore', 'pipe'] })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  return child
}

async function endController(signal: NodeJS.Signals): Promise<void> {
  if (controller.exitCode !== null || controller.signalCode !== null) return
  controller.kill(signal)
  await once(controller, 'exit')
}

async function until(what: () => Promise<boolean>, why: string, seconds = 120): Promise<void> {
  for (const end = Date.now() + seconds * 1_000; ; await sleep(100)) {
    // While the API server is away, questions fail.
    if (await what().catch(() => false)) return
    assert.ok(Date.now() < end, `${why}\n${log.slice(-3_000)}`)
  }
}

const statusOf = async (object: Parameters<ClusterApi['get']>[0]) =>
  ((await api.get(object)).status ?? {}) as SeenStatus

function ask(host: string): Promise<number> {
  return new Promise((resolve) => {
    const request = get({ host: address, port: 80, agent: false, headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on('error', () => resolve(0))
  })
}

/** Every route says of its current generation that it is accepted, and the Gateway counts them. */
async function isRight(count = routeCount): Promise<boolean> {
  const list = await client.request<{ readonly items: readonly RawObject[] }>({
    path: `/apis/${v1}/namespaces/${namespace}/httproutes`,
  })
  const good = list.items.filter(({ metadata, status }) =>
    ((status ?? {}) as SeenStatus).parents?.every(({ conditions }) =>
      conditions.every((one) => one.status === 'True' && one.observedGeneration === metadata.generation),
    ),
  )
  const attached = (await statusOf(gateway('one'))).listeners?.[0]?.attachedRoutes
  return list.items.length === count && good.length === count && attached === count
}

before(async () => {
  const backends = [await startBackend('10.99.3.1', 'a'), await startBackend('10.99.3.2', 'b')]
  for (const backend of backends) closers.push(() => backend.kill())
  await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const routes = Array.from({ length: routeCount }, (_, i) => route(`r${i}`, 'one'))
  const base = [gatewayClass(), gateway('one'), ...service('a', '10.99.3.1'), ...service('b', '10.99.3.2')]
  for (const object of [...base, ...routes]) await api.create(object)
  controller = startController()
  await until(async () => ((await statusOf(gateway('one'))).addresses?.length ?? 0) > 0, 'the Gateway has no address')
  address = (await statusOf(gateway('one'))).addresses![0]!.value
  await until(() => isRight(), 'statuses are not right')
})

after(async () => {
  await endController('SIGKILL')
  for (const close of closers) await close()
  await apiServer.kill()
  client.close()
})

/** Conditions of HTTPRoutes and Gateways that say of a generation what they had said before and taken back. */
async function watchForFlapping() {
  const told = new Map<string, string[]>()
  const stop = new AbortController()
  for (const plural of ['gateways', 'httproutes']) {
    const collection = `/apis/${v1}/namespaces/${namespace}/${plural}`
    const { metadata } = await client.request<RawObject>({ path: `${collection}?limit=1` })
    const watch = `${collection}?watch=1&resourceVersion=${metadata.resourceVersion}`
    void client
      .watch({ path: watch, signal: stop.signal }, (event) => {
        const { object } = event as { readonly object: RawObject }
        const { conditions = [], parents = [] } = (object.status ?? {}) as SeenStatus
        for (const one of [...conditions, ...parents.flatMap((parent) => parent.conditions)]) {
          const key = `${plural}/${object.metadata.name} ${one.type} of ${one.observedGeneration}`
          const history = told.get(key) ?? []
          const now = `${one.status} ${one.reason}`
          if (history.at(-1) !== now) told.set(key, [...history, now])
        }
      })
      .catch(() => {})
  }
  return () => {
    stop.abort()
    return [...told].filter(([, history]) => new Set(history).size < history.length)
  }
}

test('nothing happens: nothing is written for a minute', async () => {
  const counts = await Promise.all(
    ['GatewayClass', 'Gateway', 'HTTPRoute'].map((kind) =>
      api.countWrites(v1, kind, kind === 'GatewayClass' ? undefined : namespace),
    ),
  )
  await sleep(60_000)
  assert.deepEqual(
    counts.map((count) => count.stop().size),
    [0, 0, 0],
  )
})

test('killed at any moment, eight times, while routes change: the next one makes everything right, and nothing flaps', async () => {
  const stopWatching = await watchForFlapping()
  let changes = 0
  for (let round = 0; round < 8; round++) {
    const end = Date.now() + 200 + Math.random() * 2_000
    while (Date.now() < end) {
      // Each turn says the opposite of the last.
      const letter = (changes + Math.floor(changes / routeCount)) % 2 === 0 ? 'b' : 'a'
      await api.change(route(`r${changes++ % routeCount}`, 'one', { service: letter }))
    }
    await endController('SIGKILL')
    controller = startController()
  }
  // A dead leader keeps its Lease for 15 s.
  await until(() => isRight(), 'statuses did not become right')
  await until(async () => (await ask('r0.test')) === 200, 'no traffic')
  assert.deepEqual(stopWatching(), [])
})

test('an API server that freezes, or dies and starts again, is not missed by traffic', async () => {
  const load = startLoad(`http://${address}/`, 'r0.test', 8, 2)
  apiServer.freeze()
  await sleep(20_000)
  apiServer.thaw()
  await until(() => isRight(), 'statuses are not right after the freeze')
  await apiServer.kill()
  await sleep(5_000)
  apiServer.startAgain()
  await until(async () => {
    await api.create(route('after-death', 'one'))
    return true
  }, 'the API server does not come back')
  await until(async () => (await ask('after-death.test')) === 200, 'the new route is not served')
  await until(() => isRight(routeCount + 1), 'statuses are not right after the restart')
  await api.delete(route('after-death', 'one'))
  const report = await load.stop()
  assert.equal(countFailures(report), 0, JSON.stringify(report))
})

test('ten thousand Secrets of others: traffic unharmed, and the next route is served', async (t) => {
  const load = startLoad(`http://${address}/`, 'r0.test', 8, 2)
  const data = { password: Buffer.alloc(1_000, 'x').toString('base64') }
  const secrets = Array.from({ length: 10_000 }, (_, i) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `other-${i}`, namespace },
    data,
  }))
  await api.each(secrets, (secret) => api.create(secret))
  await api.create(route('beside-secrets', 'one'))
  const began = performance.now()
  await until(async () => (await ask('beside-secrets.test')) === 200, 'the new route is not served')
  t.diagnostic(`the next route is served after ${Math.round(performance.now() - began)} ms`)
  const report = await load.stop()
  assert.equal(countFailures(report), 0, JSON.stringify(report))
  assert.equal(controller.exitCode, null)
})
