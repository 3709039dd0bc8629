import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect as netConnect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as tlsConnect } from 'node:tls'
import { isDeepStrictEqual } from 'node:util'
import type { PlaneRefusal, SnapshotDelta } from '#ir'
import { cpuMs } from '../../test/cpu-time.ts'
import { Authority, renewAuthorities } from './authority.ts'
import { enrol } from './enrol.ts'
import {
  certificateOf,
  listenerOf,
  put,
  routeOf,
  startServer,
  type TestProxy,
  type TestServer,
  testProxy,
  until,
} from './feed.fixture.ts'
import { FeedConnection, FeedRefusal } from './feed-connection.ts'
import { protocolVersion, type Refusal } from './messages.ts'

async function serve(t: TestContext, options: Parameters<typeof startServer>[0] = {}): Promise<TestServer> {
  const it = await startServer(options)
  t.after(() => it.server.close())
  return it
}

async function connect(
  t: TestContext,
  it: TestServer,
  options: Parameters<typeof testProxy>[2] = {},
): Promise<TestProxy> {
  const proxy = testProxy(
    () => [it.server.port],
    () => it.authority.trust,
    options,
  )
  t.after(() => proxy.client.stop())
  await proxy.client.start()
  return proxy
}

const both = {
  listeners: put(listenerOf('a/one', ['a/c']), listenerOf('b/two', ['b/c'])),
  routes: put(routeOf('a/one', 'r1'), routeOf('b/two', 'r2')),
  certificates: put(certificateOf('a/c', 'KEY OF ONE'), certificateOf('b/c', 'KEY OF TWO')),
} satisfies Partial<SnapshotDelta>

const served = (it: TestServer, gateway = 'a/one') => {
  const report = it.reports.get(gateway)
  return report !== undefined && report.proxies > 0 && report.version >= it.server.versionOf(gateway)
}

test('a proxy enrols, gets its own part with its secrets, then each change, and what it serves is reported', async (t) => {
  const it = await serve(t)
  it.publish(both)
  const proxy = await connect(t, it)
  await until(
    () => served(it),
    () => `no report: ${proxy.log}`,
  )
  assert.deepEqual(proxy.snapshot.routes, [routeOf('a/one', 'r1')])
  assert.deepEqual(
    proxy.snapshot.certificates.map(({ privateKey }) => privateKey.reveal()),
    ['KEY OF ONE'],
  )
  assert.ok(!JSON.stringify(proxy.snapshot).includes('two'))

  it.publish({ routes: put(routeOf('a/one', 'r3'), routeOf('b/two', 'r4')) })
  await until(
    () => served(it) && proxy.snapshot.routes.length === 2,
    () => 'no second route',
  )
  assert.deepEqual(proxy.applied.at(-1)?.routes, put(routeOf('a/one', 'r3')))
  it.publish({ routes: { put: [], delete: [routeOf('a/one', 'r1').key] } })
  await until(
    () => proxy.snapshot.routes.length === 1,
    () => 'the route is still there',
  )
  assert.deepEqual(it.reviewed, ['token-one'])
})

test('changes of others cost a proxy nothing, and it is up to date all the same', async (t) => {
  const it = await serve(t)
  it.publish(both)
  const proxy = await connect(t, it)
  await until(
    () => served(it),
    () => 'no report',
  )
  const before = proxy.applied.length
  it.publish({ routes: put(routeOf('b/two', 'other')) })
  it.publish({ routes: put(routeOf('a/one', 'last')) })
  await until(
    () => served(it),
    () => 'not served',
  )
  assert.equal(proxy.applied.length, before + 1)
})

test('what a plane refuses comes with the acknowledgement, and goes with the next one', async (t) => {
  const it = await serve(t)
  it.publish(both)
  let refused: readonly PlaneRefusal[] = [{ resource: 'cluster c', message: 'no', backend: 'c' }]
  const proxy = await connect(t, it, { refused: () => refused })
  const said = () => JSON.stringify(it.reports.get('a/one'))
  await until(() => isDeepStrictEqual(it.reports.get('a/one')?.refused, refused), said)
  refused = []
  proxy.client.report([])
  await until(() => it.reports.get('a/one')?.refused === undefined, said)
})

test('what a slow proxy misses comes as one step', async (t) => {
  const it = await serve(t)
  it.publish(both)
  const proxy = await connect(t, it)
  await until(
    () => served(it),
    () => 'no report',
  )
  const before = proxy.applied.length
  const gate = Promise.withResolvers<void>()
  proxy.hold = gate.promise
  for (let rule = 1; rule <= 50; rule++) {
    it.publish({ routes: put(routeOf('a/one', 'r1', { rule })) })
    if (rule === 1) await sleep(50)
  }
  assert.equal(served(it), false)
  gate.resolve()
  await until(
    () => served(it),
    () => 'never caught up',
  )
  assert.equal(proxy.snapshot.routes[0]?.rule, 50)
  assert.ok(proxy.applied.length <= before + 2, `${proxy.applied.length - before} steps`)
})

test('a proxy that comes with old configuration and does not get on is not overlooked', async (t) => {
  const it = await startServer()
  it.publish(both)
  let now = it
  const proxy = testProxy(
    () => [now.server.port],
    () => it.authority.trust,
  )
  t.after(() => proxy.client.stop())
  await proxy.client.start()
  await until(
    () => served(it),
    () => `no report: ${proxy.log}`,
  )
  await it.server.close()
  const gate = Promise.withResolvers<void>()
  proxy.hold = gate.promise
  now = await serve(t, { record: it.record, heartbeatMs: 100 })
  now.publish({ ...both, routes: put(routeOf('a/one', 'new')) })
  await until(
    () => now.reports.get('a/one')?.proxies === 1,
    () => 'nothing was said of it',
  )
  assert.equal(now.reports.get('a/one')?.version, 0)
  gate.resolve()
  await until(
    () => served(now),
    () => 'never served',
  )
})

test('a controller that starts anew with the same configuration sends nothing again', async (t) => {
  const it = await startServer()
  it.publish(both)
  let now = it
  const proxy = testProxy(
    () => [now.server.port],
    () => it.authority.trust,
  )
  t.after(() => proxy.client.stop())
  await proxy.client.start()
  await until(
    () => served(it),
    () => `no report: ${proxy.log}`,
  )
  await it.server.close()
  now = await serve(t, { record: it.record })
  now.publish(both)
  await until(
    () => served(now),
    () => `not found again: ${proxy.log}`,
  )
  assert.equal(proxy.applied.length, 1)
  // One list differs: the others don't travel, and of this one only what is new reaches the workers.
  now.publish({ routes: put(routeOf('a/one', 'r9')) })
  await until(
    () => proxy.snapshot.routes.length === 2,
    () => 'no change',
  )
  assert.equal(proxy.applied.length, 2)
})

test('a controller that starts anew with other configuration sends what differs', async (t) => {
  const it = await startServer()
  it.publish(both)
  let now = it
  const proxy = testProxy(
    () => [now.server.port],
    () => it.authority.trust,
  )
  t.after(() => proxy.client.stop())
  await proxy.client.start()
  await until(
    () => served(it),
    () => `no report: ${proxy.log}`,
  )
  await it.server.close()
  now = await serve(t, { record: it.record })
  now.publish({ ...both, routes: put(routeOf('a/one', 'new')), certificates: put(certificateOf('a/c', 'ANOTHER KEY')) })
  await until(
    () => served(now),
    () => `not found again: ${proxy.log}`,
  )
  const delta = proxy.applied.at(-1)!
  assert.deepEqual(delta.routes, { put: [routeOf('a/one', 'new')], delete: [routeOf('a/one', 'r1').key] })
  assert.deepEqual(
    delta.certificates.put.map(({ privateKey }) => privateKey.reveal()),
    ['ANOTHER KEY'],
  )
  assert.deepEqual(delta.listeners, { put: [], delete: [] })
})

test('after a step that failed half-way everything comes once more', async (t) => {
  const it = await serve(t)
  it.publish(both)
  const steps: SnapshotDelta[] = []
  const proxy = await connect(t, it, {
    async apply(delta) {
      steps.push(delta)
      if (steps.length === 2) throw new Error('a bug of ours')
      return []
    },
  })
  await until(
    () => served(it),
    () => 'no report',
  )
  it.publish({ routes: { put: [routeOf('a/one', 'r2')], delete: [routeOf('a/one', 'r1').key] } })
  await until(
    () => served(it),
    () => `never recovered: ${proxy.log}`,
  )
  assert.deepEqual(steps.at(-1)?.routes, { put: [routeOf('a/one', 'r2')], delete: [routeOf('a/one', 'r1').key] })
  assert.equal(steps.at(-1)?.listeners.put.length, 1)
})

test('of two replicas the one that leads feeds, and a proxy follows the lead', async (t) => {
  const record = await renewAuthorities(undefined)
  const [first, second] = [await serve(t, { record }), await serve(t, { record })]
  for (const it of [first, second]) it.publish(both)
  second.server.lead(false)
  const proxy = testProxy(
    () => [first.server.port, second.server.port],
    () => first.authority.trust,
  )
  t.after(() => proxy.client.stop())
  await proxy.client.start()
  await until(
    () => served(first),
    () => `no report: ${proxy.log}`,
  )
  first.server.lead(false)
  second.server.lead(true)
  await until(
    () => served(second),
    () => `did not follow: ${proxy.log}`,
  )
  await until(
    () => first.reports.get('a/one')?.proxies === 0,
    () => 'the first still counts it',
  )
  assert.equal(proxy.applied.length, 1)
})

test('a proxy goes along when another authority begins to sign, though its file is old', async (t) => {
  const dayMs = 86_400_000
  const now = Date.now()
  const old = await renewAuthorities(undefined, now - 300 * dayMs)
  const record = await renewAuthorities(old, now - 8 * dayMs)
  const first = await startServer({ record, authority: new Authority(record, now - 4 * dayMs) })
  first.publish(both)
  let it = first
  const proxy = testProxy(
    () => [it.server.port],
    () => old.authorities[0]!.certificate,
  )
  t.after(() => proxy.client.stop())
  await proxy.client.start()
  await until(
    () => served(first),
    () => `no report: ${proxy.log}`,
  )
  await first.server.close()
  it = await serve(t, { record })
  it.publish(both)
  await until(
    () => served(it),
    () => `it lost trust: ${proxy.log}`,
  )
  assert.equal(it.reviewed.length, 0, 'the certificate of the old authority is still good')
})

test('before the cluster has been read proxies are sent away', async (t) => {
  const it = await serve(t)
  const proxy = await connect(t, it)
  await until(
    () => proxy.log.some((line) => line.includes('not been read yet')),
    () => proxy.log.join('\n'),
  )
  it.publish(both)
  await until(
    () => served(it),
    () => `no report: ${proxy.log}`,
  )
})

const never = new AbortController().signal

async function refusal(work: Promise<unknown>): Promise<Refusal> {
  const error = await work.then(
    () => assert.fail('it was let in'),
    (error: unknown) => error,
  )
  assert.ok(error instanceof FeedRefusal, String(error))
  return error.reason
}

async function hello(it: TestServer, identity?: { readonly certificate: string; readonly privateKey: string }) {
  const address = { host: '127.0.0.1', port: it.server.port }
  const connection = await FeedConnection.open({ address, trust: it.authority.trust, identity, signal: never })
  connection.send({ kind: 'hello', protocol: 1 })
  return connection.next(60_000).finally(() => connection.close())
}

test('strangers get nothing: by token, by certificate, without one, by a Gateway that is gone', async (t) => {
  const it = await serve(t)
  it.publish(both)
  const address = { host: '127.0.0.1', port: it.server.port }
  const { trust } = it.authority
  assert.equal(await refusal(enrol({ address, trust, signal: never }, 'stolen', 'p')), 'denied')
  assert.equal(await refusal(hello(it)), 'denied')

  // Another authority may sign what it likes.
  const other = await serve(t)
  other.publish(both)
  const otherAddress = { host: '127.0.0.1', port: other.server.port }
  const foreign = await enrol({ address: otherAddress, trust: other.authority.trust, signal: never }, 'token-one', 'p')
  assert.equal(await refusal(hello(it, foreign)), 'denied')
  // And nobody else can play the controller.
  await assert.rejects(
    enrol({ address, trust: other.authority.trust, signal: never }, 'token-one', 'p'),
    /self-signed|verify|issuer/,
  )

  const own = await enrol({ address, trust, signal: never }, 'token-one', 'p')
  assert.equal((await hello(it, own)).kind, 'welcome')
  it.uids.set('a/one', 'made anew')
  assert.equal(await refusal(hello(it, own)), 'denied')
})

test('an address whose enrolments are denied again and again is not asked about any more', async (t) => {
  const it = await serve(t)
  it.publish(both)
  const address = { host: '127.0.0.1', port: it.server.port }
  const { trust } = it.authority
  const own = await enrol({ address, trust, signal: never }, 'token-one', 'p')
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1_000
  let times = 0
  // On a busy machine more often: as many as may be asked about come back while it goes on.
  for (; times < 60 || (times < 40 + seconds() && seconds() < 60); times++)
    assert.equal(await refusal(enrol({ address, trust, signal: never }, 'stolen', 'p')), 'denied')
  // Thirty at once, and one for each second that this takes; and our own.
  assert.ok(it.reviewed.length <= 32 + seconds(), `${it.reviewed.length} questions in ${seconds()} s`)
  // Who has a certificate is not held for it.
  assert.equal((await hello(it, own)).kind, 'welcome')
})

test('an address can not take all places of those who have not said who they are', async (t) => {
  const it = await serve(t, { introductionMs: 100_000 })
  it.publish(both)
  const address = { host: '127.0.0.1', port: it.server.port }
  let [open, closed] = [0, 0]
  const silent = Array.from({ length: 300 }, () => {
    const socket = tlsConnect({ ...address, rejectUnauthorized: false }, () => open++)
    socket.on('error', () => {})
    socket.on('close', () => closed++)
    return socket
  })
  t.after(() => {
    for (const socket of silent) socket.destroy()
  })
  await until(
    () => open === 300 && closed >= 44,
    () => `${open} opened, ${closed} closed`,
  )
  assert.equal(closed, 44)
  // From elsewhere there is room: who talks nonsense there is answered.
  const socket = netConnect({ ...address, localAddress: '127.0.0.2' })
  const other = tlsConnect({ socket, rejectUnauthorized: false })
  t.after(() => other.destroy())
  other.write('GET / HTTP/1.1\r\n\r\n')
  const [answer] = (await once(other, 'data')) as [Buffer]
  assert.match(answer.toString(), /protocol/)
})

test('while nobody leads a replica stands in, sends away after a while, and keeps its proxies when it comes to lead', async (t) => {
  const it = await serve(t, { standInMs: 300 })
  it.publish(both)
  const proxy = await connect(t, it)
  await until(
    () => served(it),
    () => `no report: ${proxy.log}`,
  )
  it.server.lead(false)
  it.publish({ routes: put(routeOf('a/one', 'meanwhile')) })
  await until(
    () => proxy.snapshot.routes.some(({ key }) => key.includes('meanwhile')),
    () => `not fed: ${proxy.log}`,
  )
  await until(
    () => proxy.log.some((line) => line.includes('only stood in')),
    () => `not sent away: ${proxy.log}`,
  )
  it.server.lead(true)
  it.publish({ routes: put(routeOf('a/one', 'after')) })
  await until(
    () => served(it) && proxy.snapshot.routes.some(({ key }) => key.includes('after')),
    () => `not fed: ${proxy.log}`,
  )
  // Who does not say that nobody leads is sent on, with a certificate that is good at all replicas.
  it.server.lead(false)
  const { trust } = it.authority
  const address = { host: '127.0.0.1', port: it.server.port }
  const identity = await enrol({ address, trust, signal: never }, 'token-one', 'p')
  const connection = await FeedConnection.open({ address, trust, identity, signal: never })
  t.after(() => connection.close())
  connection.send({ kind: 'hello', protocol: protocolVersion })
  assert.equal(await refusal(connection.next(10_000)), 'not leader')
})

test('a new proxy is enrolled and fed while nobody leads', async (t) => {
  const it = await serve(t)
  it.server.lead(false)
  it.publish(both)
  const proxy = await connect(t, it)
  await until(
    () => proxy.snapshot.routes.length > 0,
    () => `not fed: ${proxy.log}`,
  )
})

test('a proxy with the token of another Gateway serves nothing of it', async (t) => {
  const it = await serve(t)
  it.publish(both)
  const proxy = await connect(t, it, { token: () => 'token-two' })
  await until(
    () => proxy.log.some((line) => line.includes('the token is one of Gateway b/two, and this is a proxy of a/one')),
    () => proxy.log.join('\n'),
  )
  assert.deepEqual(proxy.applied, [])
})

test('the proxies of a Gateway that is gone are parted with', async (t) => {
  const it = await serve(t)
  it.publish(both)
  const proxy = await connect(t, it)
  await until(
    () => served(it),
    () => 'no report',
  )
  it.uids.delete('a/one')
  it.server.recheck()
  await until(
    () => it.reports.get('a/one')?.proxies === 0,
    () => 'still connected',
  )
  await until(
    () => proxy.log.some((line) => line.includes('a/one is gone')),
    () => proxy.log.join('\n'),
  )
})

test('who says nothing, or something else, is cut off', async (t) => {
  const it = await serve(t, { heartbeatMs: 50 })
  it.publish(both)
  const address = { host: '127.0.0.1', port: it.server.port }
  const { trust } = it.authority
  const identity = await enrol({ address, trust, signal: never }, 'token-one', 'p')
  const silent = await FeedConnection.open({ address, trust, identity, signal: never })
  silent.send({ kind: 'hello', protocol: 1 })
  const closed = new Promise<void>((resolve) => silent.socket.once('close', () => resolve()))
  await closed
  const old = await FeedConnection.open({ address, trust, identity, signal: never })
  old.send({ kind: 'hello', protocol: 99 })
  assert.equal(await refusal(old.next(60_000)), 'protocol')
  const rude = await FeedConnection.open({ address, trust, identity, signal: never })
  rude.socket.write('GET / HTTP/1.1\r\n\r\n')
  assert.equal(await refusal(rude.next(60_000)), 'protocol')
})

test('a proxy that starts without a controller serves its last good copy, and then only what has changed', async (t) => {
  const { LastGood } = await import('./last-good.ts')
  const folder = mkdtempSync(path.join(tmpdir(), 'headgate-feed-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const lastGood = () => new LastGood({ folder, keyFile: path.join(folder, 'key'), gateway: 'a/one', onLog: () => {} })
  const it = await serve(t)
  it.publish(both)
  const first = await connect(t, it, { lastGood: lastGood() })
  await until(
    () => served(it),
    () => `no report: ${first.log}`,
  )
  await first.client.stop()

  let ports: readonly number[] = []
  const second = testProxy(
    () => ports,
    () => it.authority.trust,
    { lastGood: lastGood() },
  )
  t.after(() => second.client.stop())
  await second.client.start()
  assert.deepEqual(second.snapshot, first.snapshot)
  assert.equal(second.snapshot.certificates[0]?.privateKey.reveal(), 'KEY OF ONE')
  it.publish({ routes: put(routeOf('a/one', 'r5')) })
  ports = [it.server.port]
  await until(
    () => served(it) && second.snapshot.routes.length === 2,
    () => `no change: ${second.log}`,
  )
  assert.deepEqual(
    second.applied.map(({ routes }) => routes.put.length),
    [1, 1],
  )
})

test('forty thousand routes arrive whole, and the loop is never held for long', async (t) => {
  const it = await serve(t)
  const routes = Array.from({ length: 40_000 }, (_, i) => routeOf('a/one', `r${String(i).padStart(5, '0')}`))
  it.publish({ ...both, routes: put(...routes) })
  let longest = 0
  let last = cpuMs()
  const watch = setInterval(() => {
    longest = Math.max(longest, cpuMs() - last)
    last = cpuMs()
  }, 1)
  const proxy = await connect(t, it, { apply: async () => [] })
  await until(
    () => served(it),
    () => `no report: ${proxy.log}`,
  )
  clearInterval(watch)
  // Both ends are in this process, and the proxy's end is allowed to sort and compare.
  assert.ok(longest < 2_000, `${longest} ms`)
})
