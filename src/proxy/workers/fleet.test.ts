import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { after, test } from 'node:test'
import { noChange, type Snapshot, wholeDelta } from '#ir'
import { freePort } from '../../../test/free-port.ts'
import { forward, listener, route, snapshotOf } from '../plane.fixture.ts'
import { echo, stream, streamsOf } from '../tcp/streams.fixture.ts'
import { WorkerFleet } from './fleet.ts'

/** Answers of /slow, given when a test says so. */
const held: (() => void)[] = []
const backend = createServer((request, response) => {
  if (request.url === '/slow') held.push(() => response.end('slow'))
  else response.end('fine')
})
await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
const a = (backend.address() as AddressInfo).port
after(() => {
  backend.close()
  backend.closeAllConnections()
})

function answerHeld(): void {
  for (const answer of held.splice(0)) answer()
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await holds()); await new Promise((resolve) => setTimeout(resolve, 5)))
    assert.ok(Date.now() < end, 'it did not come true within a minute')
}

async function withFleet(
  workers: number,
  use: (fleet: WorkerFleet, problems: string[]) => Promise<void>,
): Promise<void> {
  const problems: string[] = []
  const fleet = new WorkerFleet({
    entry: new URL('./fleet.fixture.ts', import.meta.url),
    workers,
    bind: ['127.0.0.1'],
    onLog: () => {},
    onProblem: (message) => problems.push(message),
  })
  try {
    await use(fleet, problems)
  } finally {
    await fleet.stop()
  }
}

function snapshotOn(port: number, changes: Parameters<typeof listener>[1] = {}): Snapshot {
  const key = `default/gw/${port}`
  return snapshotOf([listener(port, changes)], [route('r', { listener: key, action: forward('a') })], { a: [a] })
}

async function get(port: number, path = '/'): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } })
  return `${response.status} ${await response.text()}`
}

test('all workers serve what was applied, and count together', async () => {
  await withFleet(2, async (fleet) => {
    const port = await freePort()
    const snapshot = snapshotOn(port)
    assert.equal(fleet.ready, false)
    assert.deepEqual(await fleet.apply(wholeDelta(snapshot), snapshot), { version: 1, failed: [] })
    assert.equal(fleet.ready, true)
    for (let i = 0; i < 20; i++) assert.equal(await get(port), '200 fine')
    const counts = await fleet.counts()
    assert.deepEqual(
      Object.values(counts.routes).map(({ route, codes, requests }) => [route, codes, requests]),
      [['HTTPRoute/default/r', '2xx', 20]],
    )
  })
})

test('a worker that dies is replaced; the others serve on', async () => {
  await withFleet(2, async (fleet, problems) => {
    const port = await freePort()
    const snapshot = snapshotOn(port)
    await fleet.apply(wholeDelta(snapshot), snapshot)
    fleet.kill(0)
    const until = Date.now() + 60_000
    // A connection that the dying worker had already been given dies with it.
    while (problems.length === 0 && Date.now() < until) await get(port).catch(() => '')
    while (!fleet.ready && Date.now() < until) assert.equal(await get(port), '200 fine')
    assert.match(problems.join(), /worker 0 is gone/)
    assert.equal(fleet.ready, true)
    for (let i = 0; i < 20; i++) assert.equal(await get(port), '200 fine')
  })
})

test('clients are welcome when all workers have loaded, and stay so while changes are applied and one of two workers is replaced', async () => {
  await withFleet(2, async (fleet, problems) => {
    const port = await freePort()
    const snapshot = snapshotOn(port)
    assert.equal(fleet.serving, false)
    const first = fleet.apply(wholeDelta(snapshot), snapshot)
    assert.equal(fleet.serving, false)
    await first
    assert.equal(fleet.serving, true)
    const change = fleet.apply({ ...noChange, version: 2 }, snapshot)
    // The workers' answers come later than any microtask.
    for (let i = 0; fleet.ready && i < 100; i++) await Promise.resolve()
    assert.deepEqual([fleet.ready, fleet.serving], [false, true])
    await change
    fleet.kill(0)
    while (problems.length === 0) {
      assert.equal(fleet.serving, true)
      await new Promise(setImmediate)
    }
    assert.deepEqual([fleet.ready, fleet.serving], [false, true])
  })
})

test('a single worker that dies leaves nobody who serves', async () => {
  await withFleet(1, async (fleet, problems) => {
    const snapshot = snapshotOn(await freePort())
    await fleet.apply(wholeDelta(snapshot), snapshot)
    fleet.kill(0)
    while (problems.length === 0) await new Promise(setImmediate)
    assert.equal(fleet.serving, false)
    while (!fleet.serving) await new Promise(setImmediate)
    assert.equal(fleet.ready, true)
  })
})

test('a port that another program has is reported, and opened when it is free', async () => {
  await withFleet(2, async (fleet) => {
    const other = createTcpServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    const snapshot = snapshotOn(port)
    const first = await fleet.apply(wholeDelta(snapshot), snapshot)
    assert.deepEqual(first.failed, [
      { listener: `default/gw/${port}`, address: '127.0.0.1', why: 'another program listens there' },
    ])
    await new Promise((resolve) => other.close(resolve))
    assert.deepEqual((await fleet.apply({ ...noChange, version: 2 }, snapshot)).failed, [])
    assert.equal(await get(port), '200 fine')
  })
})

test('a step that meets a bug is refused, and what was served before is served on', async () => {
  await withFleet(2, async (fleet) => {
    const port = await freePort()
    const snapshot = snapshotOn(port)
    await fleet.apply(wholeDelta(snapshot), snapshot)
    // As the compiler would never let it through: a route without anything to send to.
    const { to: _, ...broken } = stream('bad', { listener: `default/gw/${port}` })
    const streams = { put: [broken as typeof broken & { to: never }], delete: [] }
    await assert.rejects(fleet.apply({ ...noChange, version: 2, streams }, snapshot))
    assert.equal(fleet.ready, true)
    assert.equal(await get(port), '200 fine')
    assert.deepEqual((await fleet.apply({ ...noChange, version: 3 }, snapshot)).failed, [])
  })
})

test('the drain waits for open requests', async () => {
  await withFleet(1, async (fleet) => {
    const port = await freePort()
    const snapshot = snapshotOn(port)
    await fleet.apply(wholeDelta(snapshot), snapshot)
    const slow = get(port, '/slow')
    await until(() => held.length === 1)
    const drained = fleet.drain(60_000)
    await until(() =>
      get(port).then(
        () => false,
        () => true,
      ),
    )
    answerHeld()
    await drained
    assert.equal(await slow, '200 slow')
    await assert.rejects(get(port))
  })
})

test('the drain lets a tunnel go on, and cuts it when its time is over', async () => {
  const backend = await echo('a')
  const port = await freePort()
  const tcp = listener(port, { protocol: 'tcp' })
  const snapshot = streamsOf([tcp], [stream('r', { listener: tcp.key })], { a: [backend.port] })
  await withFleet(1, async (fleet) => {
    await fleet.apply(wholeDelta(snapshot), snapshot)
    const client = connect(port, '127.0.0.1')
    client.on('error', () => {})
    await once(client, 'data')
    const closed = new Promise((resolve) => client.on('close', resolve))
    const drained = fleet.drain(2_000)
    await new Promise((resolve) => setTimeout(resolve, 100))
    client.write('still here')
    assert.equal(String((await once(client, 'data'))[0]), 'still here')
    await Promise.all([drained, closed])
  })
  backend.server.close()
})

test('connections beyond the limit are closed, counted over all workers', async () => {
  await withFleet(2, async (fleet) => {
    const port = await freePort()
    const snapshot = snapshotOn(port, { client: { maxConnections: 3 } })
    await fleet.apply(wholeDelta(snapshot), snapshot)
    let closed = 0
    const asking = Array.from({ length: 8 }, () => get(port, '/slow'))
    for (const one of asking) one.catch(() => closed++)
    await until(() => held.length + closed === 8)
    answerHeld()
    const answers = await Promise.allSettled(asking)
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 3)
    // A place is free once its worker has seen the end of the connection, which may come after the client's answer.
    const end = Date.now() + 60_000
    let answer = ''
    while (answer === '' && Date.now() < end) answer = await get(port).catch(() => '')
    assert.equal(answer, '200 fine')
  })
})

/** A backend that tells from which port it was asked: each session has one of its own. */
async function withUdp(use: (fleet: WorkerFleet, port: number, snapshot: Snapshot) => Promise<void>): Promise<void> {
  const origin = createSocket('udp4')
  origin.on('message', (_data, from) => origin.send(String(from.port), from.port, from.address))
  await new Promise<void>((resolve) => origin.bind(0, '127.0.0.1', resolve))
  const port = await freePort()
  const listeners = [listener(port, { protocol: 'udp' })]
  const routes = [stream('r', { listener: listeners[0]!.key })]
  const snapshot = streamsOf(listeners, routes, { a: [origin.address().port] }, 'udp')
  try {
    await withFleet(3, (fleet) => use(fleet, port, snapshot))
  } finally {
    origin.close()
  }
}

test('workers share a UDP port, and a session stays at one of them', async () => {
  await withUdp(async (fleet, port, snapshot) => {
    assert.deepEqual((await fleet.apply(wholeDelta(snapshot), snapshot)).failed, [])
    for (let i = 0; i < 12; i++) {
      const client = createSocket('udp4')
      const answers = new Set<string>()
      for (let j = 0; j < 5; j++) {
        client.send('x', port, '127.0.0.1')
        answers.add(String((await once(client, 'message'))[0]))
      }
      client.close()
      assert.equal(answers.size, 1, 'another worker would have asked from another port')
    }
    const { connectionsTotal } = await fleet.counts()
    assert.equal(connectionsTotal, 12)
  })
})

test('a UDP port that another program has is reported; TCP has numbers of its own', async () => {
  await withUdp(async (fleet, port, snapshot) => {
    const other = createSocket('udp4')
    await new Promise<void>((resolve) => other.bind(port, '127.0.0.1', resolve))
    const first = await fleet.apply(wholeDelta(snapshot), snapshot)
    assert.deepEqual(
      first.failed.map(({ why }) => why),
      ['another program listens there'],
    )
    await new Promise<void>((resolve) => other.close(resolve))
    const tcp = createTcpServer()
    await new Promise<void>((resolve) => tcp.listen(port, '127.0.0.1', resolve))
    assert.deepEqual((await fleet.apply({ ...noChange, version: 2 }, snapshot)).failed, [])
    await new Promise((resolve) => tcp.close(resolve))
  })
})
