import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startAnswering } from './answering-backend.ts'
import { type BrokenRoute, brokenRoutes, goodCount, goodRoute, sharedGateway } from './broken-routes.ts'
import {
  type ClusterObject,
  classObject,
  openFakeCluster,
  serviceObjects,
  statusOf,
  until,
  untilAnswered,
  untilProgrammed,
  untilQuiet,
} from './fake-cluster.ts'
import { freePort, startHeadgate } from './headgate-process.ts'
import { startLoad } from './steady-load.ts'

/** A hundred good routes beside ten broken ones of ten kinds: mistakes stay with those who made them. */

/** What both ways of running do alike. */
interface Place {
  readonly url: string
  put(object: ClusterObject): void
  /** What is said about a broken route now. */
  complaint(object: ClusterObject): string
}

async function play(t: TestContext, { url, put, complaint }: Place, routes: readonly BrokenRoute[]): Promise<void> {
  for (let i = 0; i < goodCount; i++) await untilAnswered(`${url}/good-${i}`, (status) => status === 200)
  for (const { name, broken, says } of routes) {
    await until(
      () => says.test(complaint(broken)),
      () => `${name} is not told ${says}: ${complaint(broken)}`,
    )
    const answer = await fetch(`${url}/${name}`)
    assert.notEqual(answer.status, 200, `${name} is served although it is broken`)
  }

  const loads = [startLoad(t, `${url}/good-0`), startLoad(t, `${url}/good-50`, { fresh: true })]
  // The good ones stay changeable…
  for (let i = 0; i < goodCount; i += 7) {
    put(goodRoute(i, 'other', 2))
    await untilAnswered(`${url}/good-${i}`, (_, text) => text === 'other')
  }
  // …and mending takes effect one by one, without a restart, while the others are still broken.
  for (const [at, { name, mended }] of routes.entries()) {
    put(mended)
    await untilAnswered(`${url}/${name}`, (status, text) => status === 200 && text === 's')
    const next = routes[at + 1]
    if (next) assert.notEqual((await fetch(`${url}/${next.name}`)).status, 200)
  }
  for (const load of loads) {
    await load.more(20)
    const answers = await load.stop()
    assert.deepEqual(
      [...answers.keys()].filter((answer) => !/^200 (s|other)$/.test(answer)),
      [],
    )
  }
  for (let i = 0; i < goodCount; i++) assert.equal((await fetch(`${url}/good-${i}`)).status, 200)
}

test('in a cluster whose CRDs let every mistake through', async (t) => {
  const { fake, start } = await openFakeCluster(t)
  const port = await freePort()
  const gateway = sharedGateway(port)
  const broken = brokenRoutes.filter(({ isRefused }) => !isRefused)
  assert.ok(broken.length >= 10)
  const routes = Array.from({ length: goodCount }, (_, i) => goodRoute(i))
  const services = [
    ...serviceObjects('s', await startAnswering(t, 's')),
    ...serviceObjects('other', await startAnswering(t, 'other')),
  ]
  for (const object of [classObject(), gateway, ...services, ...routes, ...broken.map((one) => one.broken)])
    fake.put(object)
  const controller = start()
  const url = `http://${await untilProgrammed(fake, gateway)}:${port}`
  const told = (object: ClusterObject) =>
    (statusOf(fake, object).parents ?? [])
      .flatMap(({ conditions }) => conditions)
      .filter(({ status, type }) => (status === 'False') === (type !== 'PartiallyInvalid'))
      .map(({ type, reason, message }) => `${type} ${reason} ${message}`)
      .join('; ')
  const put = (object: ClusterObject) => void fake.put({ ...object, status: fake.get(object)?.status })
  await play(t, { url, put, complaint: told }, broken)
  await untilQuiet(fake)
  for (const { name, mended } of broken)
    assert.equal(told(mended), '', `${name} is mended, and its status does not say so`)
  assert.equal(controller.child.exitCode, null)
  assert.doesNotMatch(controller.log(), /TypeError|RangeError/)
})

test('in a folder', async (t) => {
  const ports = { s: await startAnswering(t, 's'), other: await startAnswering(t, 'other') }
  const text = (...objects: readonly ClusterObject[]) => objects.map((one) => JSON.stringify(one)).join('\n---\n')
  const services = Object.entries(ports).flatMap(([name, port]) => serviceObjects(name, port))
  const headgate = await startHeadgate((port) => ({
    'base.yaml': text(sharedGateway(port), ...services),
    ...Object.fromEntries(Array.from({ length: goodCount }, (_, i) => [`good-${i}.yaml`, text(goodRoute(i))])),
    ...Object.fromEntries(brokenRoutes.map(({ name, broken }) => [`${name}.yaml`, text(broken)])),
  }))
  t.after(() => headgate.stop())
  await play(
    t,
    {
      url: `http://127.0.0.1:${headgate.port}`,
      put: (object) => headgate.write(`${object.metadata.name}.yaml`, text(object)),
      complaint: ({ metadata: { name } }) =>
        headgate
          .log()
          .split('\n')
          .filter((line) => line.includes(`${name}.yaml`) || line.includes(`a/${name} `))
          .join('\n'),
    },
    brokenRoutes,
  )
  assert.doesNotMatch(headgate.log(), /TypeError|RangeError/)
})
