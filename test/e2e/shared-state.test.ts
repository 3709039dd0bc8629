import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Backend } from '#ir'
import {
  ask,
  type HoldingBackend,
  healthPath,
  type SharedState,
  startHolding,
  startWorkers,
  until,
} from './shared-state.ts'

// Limits are counted in memory that the workers share. What a worker has taken of them must come back whatever becomes of it.

const limits: Partial<Backend> = { breaker: { maxRequests: 6, maxPending: 100, maxConnections: 100, maxRetries: 2 } }

/** All six places are free, and there is no seventh: the count is exactly what it was at the beginning. */
async function assertSixPlaces({ port }: SharedState, backend: HoldingBackend): Promise<void> {
  backend.release()
  const asking = Array.from({ length: 6 }, async () => {
    // The last of those before may be on their way still.
    let status = 503
    while (status === 503) status = await ask(port)
    return status
  })
  await until('six requests are in flight', () => backend.held.length === 6)
  for (let i = 0; i < 10; i++) assert.equal(await ask(port), 503)
  assert.equal(backend.held.length, 6)
  backend.release()
  assert.deepEqual(await Promise.all(asking), Array(6).fill(200))
}

async function start(t: TestContext): Promise<{ workers: SharedState; backend: HoldingBackend }> {
  const backend = await startHolding(t)
  return { workers: await startWorkers(t, [backend.port], limits), backend }
}

/** Asks on and on, more than there are places. */
function keepAsking({ port }: SharedState): () => Promise<void> {
  let over = false
  const clients = Array.from({ length: 12 }, async () => {
    while (!over) await ask(port)
  })
  return async () => {
    over = true
    await Promise.all(clients)
  }
}

test('workers that are killed under load leave no place taken', async (t) => {
  const { workers, backend } = await start(t)
  const stop = keepAsking(workers)
  for (let i = 0; i < 3; i++) {
    await until('the places are taken', () => backend.held.length >= 3)
    workers.fleet.kill(i % 2)
    await until('it has died', () => workers.deaths() > i)
    await until('it is replaced', () => workers.fleet.ready)
    backend.release()
  }
  const done = stop()
  const releasing = setInterval(() => backend.release(), 10)
  await done
  clearInterval(releasing)
  await assertSixPlaces(workers, backend)
})

test('connections that the backend resets leave no place taken', async (t) => {
  const { workers, backend } = await start(t)
  const stop = keepAsking(workers)
  for (let i = 0; i < 5; i++) {
    await until('some are in flight', () => backend.held.length >= 3)
    backend.reset()
  }
  const done = stop()
  const resetting = setInterval(() => backend.reset(), 10)
  await done
  clearInterval(resetting)
  await assertSixPlaces(workers, backend)
})

test('a policy that goes and comes back while requests are in flight counts from nothing', async (t) => {
  const { workers, backend } = await start(t)
  const stop = keepAsking(workers)
  for (const policy of [{}, limits, { breaker: { maxRequests: 3 } }, {}, limits]) {
    await until('some are in flight', () => backend.held.length >= 3)
    await workers.change(policy)
    backend.release()
  }
  const done = stop()
  const releasing = setInterval(() => backend.release(), 10)
  await done
  clearInterval(releasing)
  await assertSixPlaces(workers, backend)
})

test('clients that go away leave no place taken', async (t) => {
  const { workers, backend } = await start(t)
  for (let i = 0; i < 3; i++) {
    const gone = new AbortController()
    const asking = Array.from({ length: 6 }, () =>
      fetch(`http://127.0.0.1:${workers.port}/`, { signal: gone.signal }).catch(() => {}),
    )
    await until('six are in flight', () => backend.held.length === 6)
    gone.abort()
    await Promise.all(asking)
    await until('the backend hears of it', () => backend.held.length === 0)
  }
  await assertSixPlaces(workers, backend)
})

test('LeastRequest knows what the other worker has sent', async (t) => {
  const [busy, free] = [await startHolding(t, (url) => url === '/hold'), await startHolding(t, () => false)]
  const { port, change } = await startWorkers(t, [busy.port], { balance: { by: { kind: 'leastRequest' } } })
  const asking = Array.from({ length: 8 }, () => ask(port, '/hold'))
  await until('one endpoint has eight', () => busy.held.length === 8)
  await change({ balance: { by: { kind: 'leastRequest' } } }, [busy.port, free.port])
  const before = busy.asked
  // Each over a connection of its own, so that both workers choose.
  for (let i = 0; i < 40; i++) assert.equal(await ask(port), 200)
  assert.deepEqual([busy.asked - before, free.asked], [0, 40])
  busy.release()
  assert.deepEqual(await Promise.all(asking), Array(8).fill(200))
})

test('a limit of requests is exact though a worker that counts is killed', async (t) => {
  const backend = await startHolding(t, () => false)
  const rule = {
    name: 'default/p/rule-0',
    shared: true,
    conditions: [],
    keys: [],
    unit: 'year',
    cost: 1,
    shadow: false,
  }
  const node = { kind: 'rateLimit', local: [{ ...rule, requests: 250 }], global: [] }
  const { port, fleet, deaths } = await startWorkers(t, [backend.port], {}, [node])
  const counts = new Map<number, number>()
  let sent = 0
  const clients = Array.from({ length: 8 }, async () => {
    while (sent < 500) {
      sent++
      const status = await ask(port)
      counts.set(status, (counts.get(status) ?? 0) + 1)
    }
  })
  await until('requests have come', () => sent > 100)
  fleet.kill(0)
  await until('it has died', () => deaths() > 0)
  await until('it is replaced', () => fleet.ready)
  await Promise.all(clients)
  // What a dying worker had let in is used up, answered or not; nothing more gets to the backend, and nothing is left.
  const lost = counts.get(0) ?? 0
  assert.ok(backend.asked <= 250, `${backend.asked} of 250`)
  assert.ok((counts.get(200) ?? 0) >= 250 - lost, `${counts.get(200)} and ${lost} lost`)
  for (let i = 0; i < 10; i++) assert.equal(await ask(port), 429)
})

test('keys of a hash stay where they are as endpoints come and go', async (t) => {
  const backends = await Promise.all(Array.from({ length: 5 }, () => startHolding(t, () => false)))
  const ports = backends.map(({ port }) => port)
  const by = { kind: 'consistentHash', key: [{ kind: 'header', name: 'x-user' }], tableSize: 65_537 } as const
  const { port, change } = await startWorkers(t, ports, { balance: { by } })
  const users = Array.from({ length: 60 }, (_, i) => `user-${i}`)
  const whereAll = async () => {
    const where = new Map<string, number>()
    for (const user of users) {
      const before = backends.map(({ asked }) => asked)
      assert.equal(await ask(port, '/', { 'x-user': user }), 200)
      where.set(
        user,
        backends.findIndex(({ asked }, i) => asked > before[i]!),
      )
    }
    return where
  }
  const all = await whereAll()
  assert.deepEqual(await whereAll(), all, 'both workers choose alike')
  await change({ balance: { by } }, ports.slice(0, 4))
  const four = await whereAll()
  const moved = users.filter((user) => all.get(user) !== 4 && all.get(user) !== four.get(user))
  // Maglev moves a few of the others, too; modulo would move four fifths of them.
  assert.ok(moved.length <= users.length / 10, `${moved.length} of ${users.length} moved`)
  await change({ balance: { by } }, ports)
  assert.deepEqual(await whereAll(), all, 'and they come back')
})

test('what one worker hears of health counts for both; when most are ill all are asked again, unless that is off', async (t) => {
  const backends = await Promise.all(Array.from({ length: 3 }, () => startHolding(t, () => false)))
  const health: Backend['health'] = {
    ask: { kind: 'http', path: healthPath, method: 'GET', healthy: [{ from: 200, to: 200 }], retriable: [] },
    timeoutMs: 30_000,
    intervalMs: 50,
    initialJitterMs: 0,
    unhealthyThreshold: 1,
    healthyThreshold: 1,
  }
  const ports = backends.map(({ port }) => port)
  const { port, change } = await startWorkers(t, ports, { health })
  /** Who is asked by twenty requests, each over a connection of its own: either worker may have it. */
  const whoIsAsked = async () => {
    const before = backends.map(({ asked }) => asked)
    for (let i = 0; i < 20; i++) assert.equal(await ask(port), 200)
    return backends.map(({ asked }, i) => asked > before[i]!).join()
  }
  assert.equal(await whoIsAsked(), 'true,true,true')
  backends[0]!.healthy = false
  await until('the ill one is left alone', async () => (await whoIsAsked()) === 'false,true,true')
  backends[1]!.healthy = false
  await until('there is panic', async () => (await whoIsAsked()) === 'true,true,true')
  await change({ health, panicPercent: 0 })
  await until('the last one has it all', async () => (await whoIsAsked()) === 'false,false,true')
  backends[0]!.healthy = true
  await until('who is well comes back', async () => (await whoIsAsked()) === 'true,false,true')
})
