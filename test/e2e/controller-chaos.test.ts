import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startAnswering } from './answering-backend.ts'
import {
  type ClusterObject,
  classObject,
  type FakeCluster,
  gatewayObject,
  openFakeCluster,
  type RunningController,
  routeObject,
  serviceObjects,
  statusOf,
  until,
  untilAnswered,
  untilProgrammed,
  untilQuiet,
} from './fake-cluster.ts'
import { freePort } from './headgate-process.ts'
import { describeStatuses, findFlapping } from './status-history.ts'
import { startLoad } from './steady-load.ts'

/** What may befall a controller: its own death, and an API server that is slow, away, forgetful, or full of others' things. */

const lease: ClusterObject = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'headgate.dev-gateway-controller', namespace: 'default' },
}

/** A dead leader keeps its Lease for 15 s; tests that are about something else do not wait for that. */
function forgetLeader({ fake }: FakeCluster): void {
  if (fake.get(lease)) fake.delete(lease)
}

/** A cluster with a Gateway, eight routes and their Service; half of what a page of its lists holds. */
async function prepare(t: TestContext) {
  const cluster = await openFakeCluster(t)
  const port = await freePort()
  const gateway = gatewayObject('one', port)
  const routes = Array.from({ length: 8 }, (_, i) => routeObject('one', { name: `r${i}`, prefix: `/r${i}` }))
  const objects = [classObject(), gateway, ...routes]
  for (const object of [...objects, ...serviceObjects('s', await startAnswering(t, 's'))]) cluster.fake.put(object)
  return { ...cluster, port, gateway, routes, objects }
}

async function startServing(cluster: Awaited<ReturnType<typeof prepare>>) {
  const controller = cluster.start()
  const { fake, gateway, routes, port } = cluster
  const address = await untilProgrammed(fake, gateway)
  // All that there is to say has been said; then nothing else.
  const isTold = (route: ClusterObject) =>
    statusOf(fake, route).parents?.some(({ conditions }) =>
      conditions.some(({ observedGeneration }) => observedGeneration === route.metadata.generation),
    )
  await until(
    () => routes.every((route) => isTold(fake.get(route) ?? route)),
    () => `not all routes have a status:\n${controller.log()}`,
  )
  await untilQuiet(fake)
  return { controller, url: `http://${address}:${port}` }
}

function assertNeverFailed(answers: ReadonlyMap<string, number>, allowed: readonly string[]): void {
  const failed = [...answers].filter(([answer]) => !allowed.includes(answer))
  assert.deepEqual(failed, [], `beside ${allowed.map((one) => `${answers.get(one)} times "${one}"`).join(', ')}`)
}

test('killed in the middle of whatever it asks of the API server: the next one makes everything right, and nothing flaps', async (t) => {
  const calm = await prepare(t)
  await startServing(calm)
  const right = describeStatuses(calm.fake, calm.objects).replace(/"observedGeneration":\d+/g, '')

  const moments = [
    (request: string) => request === 'GET /apis/gateway.networking.k8s.io/v1',
    (request: string, from = 0) => request.endsWith('/httproutes') && from > 2,
    (request: string) => request.endsWith('/v1/endpointslices'),
    (request: string) => request.startsWith('PATCH') && request.includes('/gateways/') && request.endsWith('/status'),
    (request: string) => request.startsWith('PATCH') && request.includes('/httproutes/r3/status'),
    (request: string) => request.startsWith('PATCH') && request.includes('/httproutes/r7/status'),
    (request: string) => request.includes('/serviceaccounts'),
    (request: string) => /^(POST|PUT) .*\/leases/.test(request),
  ]
  const cluster = await prepare(t)
  const { fake } = cluster
  for (const [round, isMoment] of moments.entries()) {
    // Something to say each time.
    for (const name of ['r3', 'r7']) {
      const changed = routeObject('one', { name, prefix: `/${name}`, generation: round + 2 })
      fake.put({ ...changed, status: fake.get(changed)?.status })
    }
    const { gateway } = cluster
    fake.put({
      ...gateway,
      metadata: { ...gateway.metadata, generation: round + 2 },
      status: fake.get(gateway)?.status,
    })
    const controller = cluster.start()
    let isKilled = false
    fake.onRequest = (request, from) => {
      if (!isKilled && isMoment(request, from)) {
        isKilled = true
        // The request itself is still carried out: a write may land without its sender knowing.
        controller.child.kill('SIGKILL')
      }
      return undefined
    }
    const { child } = controller
    await until(
      () => child.exitCode !== null || child.signalCode !== null,
      () => `the moment never came: ${isMoment}\n${controller.log()}`,
    )
    fake.onRequest = () => undefined
    forgetLeader(cluster)
  }
  const { url } = await startServing(cluster)
  await untilAnswered(`${url}/r0`, (status) => status === 200)
  await untilQuiet(fake)
  assert.equal(describeStatuses(fake, cluster.objects).replace(/"observedGeneration":\d+/g, ''), right)
  assert.deepEqual(findFlapping(fake.statusWrites), [])
  for (let i = 0; i < 8; i++) assert.equal(await (await fetch(`${url}/r${i}`)).text(), 's')
})

test('an API server that is away for a while, by refusing or by silence, is not missed by traffic', async (t) => {
  const cluster = await prepare(t)
  const { fake } = cluster
  const { controller, url } = await startServing(cluster)
  const load = startLoad(t, `${url}/r0`)
  for (const away of ['gone', 'silent'] as const) {
    const before = fake.statusWrites.length
    fake.isAway = away
    fake.silently(() => fake.put(routeObject('one', { name: 'r1', prefix: `/${away}`, generation: 2 })))
    await sleep(1_500)
    await load.more(50)
    assert.equal(fake.statusWrites.length, before)
    fake.isAway = false
    fake.cutWatches()
    await untilAnswered(`${url}/${away}`, (status) => status === 200)
    await untilQuiet(fake)
  }
  assertNeverFailed(await load.stop(), ['200 s'])
  assert.deepEqual(findFlapping(fake.statusWrites), [])
  assert.equal(controller.child.exitCode, null)
})

test('a list that breaks off, is refused or is slow never looks like a cluster without routes', async (t) => {
  const cluster = await prepare(t)
  const { fake, objects } = cluster
  const { url } = await startServing(cluster)
  const load = startLoad(t, `${url}/r7`)
  const before = fake.statusWrites.length
  const isRoutes = (request: string) => request.endsWith('/httproutes')
  const faults = [
    (request: string, from = 0) => (isRoutes(request) && from >= 4 ? 500 : undefined),
    (request: string, from = 0) => (isRoutes(request) && from >= 2 ? 410 : undefined),
    (request: string) => (isRoutes(request) ? 429 : undefined),
  ]
  for (const fault of faults) {
    let hits = 0
    fake.onRequest = (request, from) => {
      const status = fault(request, from)
      if (status !== undefined) hits++
      return status
    }
    fake.silently(() => {
      for (const object of objects) fake.put({ ...object, status: fake.get(object)?.status })
      fake.forget()
    })
    await until(
      () => hits >= 1,
      () => 'the list was not asked for again',
    )
    fake.onRequest = () => undefined
    await load.more(20)
  }
  // Now the list comes, and it is slow.
  const gate = Promise.withResolvers<void>()
  fake.held.set('/apis/gateway.networking.k8s.io/v1/httproutes', gate.promise)
  fake.silently(() => {
    fake.put(routeObject('one', { name: 'late', prefix: '/late' }))
    fake.forget()
  })
  await sleep(500)
  await load.more(20)
  fake.held.clear()
  gate.resolve()
  await untilAnswered(`${url}/late`, (status) => status === 200)
  assertNeverFailed(await load.stop(), ['200 s'])
  await untilQuiet(fake)
  const others = fake.statusWrites
    .slice(before)
    .filter(({ metadata }) => metadata.name !== 'late' && metadata.name !== 'one')
  assert.deepEqual(others, [], 'routes that did not change got new statuses')
  assert.match(describeStatuses(fake, objects), /"attachedRoutes":9/)
})

test('a controller that starts while a list is held up touches no status', async (t) => {
  const cluster = await prepare(t)
  const { fake } = cluster
  const { controller, url } = await startServing(cluster)
  await controller.end()
  const before = fake.statusWrites.length
  const gate = Promise.withResolvers<void>()
  fake.held.set('/apis/discovery.k8s.io/v1/endpointslices', gate.promise)
  cluster.start()
  await until(
    () => fake.requests.filter((one) => one.endsWith('/endpointslices')).length >= 2,
    () => 'slices are not listed',
  )
  await sleep(500)
  assert.equal(fake.statusWrites.length, before)
  gate.resolve()
  await untilAnswered(`${url}/r0`, (status) => status === 200)
  await untilQuiet(fake)
  assert.equal(fake.statusWrites.length, before, 'and finds them right when the list has come')
})

test('ten thousand Secrets of others, and a storm of changes of them, are nobody here', async (t) => {
  const cluster = await prepare(t)
  const { fake } = cluster
  fake.pageSize = 500
  const secret = (i: number, data: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: { name: `s${i}`, namespace: `n${i % 100}` },
    data: { password: Buffer.from(data.repeat(100)).toString('base64') },
  })
  for (let i = 0; i < 10_000; i++) fake.put(secret(i, 'before'))
  const { controller, url } = await startServing(cluster)
  const load = startLoad(t, `${url}/r0`, { clients: 2 })
  const memory = () =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${controller.child.pid}/status`, 'utf8'))?.[1]) / 1_024
  const calm = memory()
  const before = fake.statusWrites.length
  for (let i = 0; i < 10_000; i++) {
    fake.put(secret(i, 'after'))
    if (i === 5_000) fake.put(routeObject('one', { name: 'r0', prefix: '/r0', generation: 2 }))
    if (i === 5_000) fake.put(routeObject('one', { name: 'new', prefix: '/new' }))
    if (i % 500 === 0) await sleep(1)
  }
  await untilAnswered(`${url}/new`, (status) => status === 200)
  assertNeverFailed(await load.stop(), ['200 s'])
  await untilQuiet(fake)
  assert.ok(memory() - calm < 100, `${Math.round(memory() - calm)} MB for Secrets that nobody asked for`)
  assert.ok(fake.statusWrites.length - before < 10)
  assert.deepEqual(
    fake.requests.filter((one) => /\/secrets\/./.test(one)),
    [],
    'none of them was read',
  )
})

test('CRDs that vanish take their routes along, and bring them back; a server that only forgets to serve them does not', async (t) => {
  const cluster = await prepare(t)
  const { fake } = cluster
  const crd = (plural: string): ClusterObject => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.gateway.networking.k8s.io`,
      annotations: { 'gateway.networking.k8s.io/bundle-version': 'v1.6.1' },
    },
  })
  const crds = ['gatewayclasses', 'gateways', 'httproutes'].map(crd)
  for (const one of crds) fake.put(one)
  const { controller, url } = await startServing(cluster)
  const load = startLoad(t, `${url}/r0`)
  // The API server restarts, and its CRDs are not served yet.
  fake.hasCrds = false
  fake.forget()
  fake.cutWatches()
  await sleep(1_500)
  await load.more(20)
  fake.hasCrds = true
  fake.put(routeObject('one', { name: 'again', prefix: '/again' }))
  await untilAnswered(`${url}/again`, (status) => status === 200)
  assertNeverFailed(await load.stop(), ['200 s'])

  const answers = startLoad(t, `${url}/r0`, { clients: 8 })
  fake.hasCrds = false
  for (const one of crds) fake.delete(one)
  while ((await fetch(`${url}/r0`).catch(() => undefined))?.status === 200) await sleep(20)
  fake.hasCrds = true
  for (const one of crds) fake.put(one)
  await untilAnswered(`${url}/r0`, (status) => status === 200)
  await answers.stop()
  assert.doesNotMatch(controller.log(), /Error/)
})

test('controllers of two names share a route, each with its own words', async (t) => {
  const cluster = await prepare(t)
  const { fake, port } = cluster
  fake.put(classObject('other', 'example.com/other'))
  const theirs = gatewayObject('theirs', port, { gatewayClassName: 'other' })
  fake.put(theirs)
  const shared = routeObject('one', { name: 'shared', prefix: '/shared', parents: ['one', 'theirs'] })
  fake.put(shared)
  const { url } = await startServing(cluster)
  cluster.start({ controllerName: 'example.com/other', pool: '127.89.0.0/24' })
  const other = await untilProgrammed(fake, theirs)
  await untilQuiet(fake)
  const entries = () =>
    statusOf(fake, shared)
      .parents?.map((one) => `${one.controllerName} ${one.parentRef.name}`)
      .sort()
  assert.deepEqual(entries(), ['example.com/other theirs', 'headgate.dev/gateway-controller one'])
  for (let generation = 2; generation < 6; generation++) {
    fake.put({
      ...routeObject('one', { name: 'shared', prefix: `/shared${generation}`, generation, parents: ['one', 'theirs'] }),
      status: fake.get(shared)?.status,
    })
    for (const base of [url, `http://${other}:${port}`])
      await untilAnswered(`${base}/shared${generation}`, (status) => status === 200)
  }
  await untilQuiet(fake)
  assert.deepEqual(entries(), ['example.com/other theirs', 'headgate.dev/gateway-controller one'])
  assert.deepEqual(findFlapping(fake.statusWrites), [])
  const before = fake.statusWrites.length
  await sleep(1_500)
  assert.equal(fake.statusWrites.length, before, 'they write against each other')
})

test('a clock that jumps a day ahead, and back, changes nothing', async (t) => {
  const cluster = await prepare(t)
  const { fake } = cluster
  const node = ['--import', new URL('./clock-jump.ts', import.meta.url).href]
  const controller: RunningController = cluster.start({ node })
  const url = `http://${await untilProgrammed(fake, cluster.gateway)}:${cluster.port}`
  await untilQuiet(fake)
  const before = fake.statusWrites.length
  const load = startLoad(t, `${url}/r0`)
  for (const jump of ['ahead', 'back']) {
    controller.child.kill('SIGUSR2')
    await controller.logged(new RegExp(`clock jumps ${jump}`))
    await load.more(50)
    await sleep(300)
  }
  assertNeverFailed(await load.stop(), ['200 s'])
  assert.equal(fake.statusWrites.length, before)
  fake.put(routeObject('one', { name: 'new', prefix: '/new' }))
  await untilAnswered(`${url}/new`, (status) => status === 200)
  assert.doesNotMatch(controller.log(), /not leading/)
})
