import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Snapshot } from '#ir'
import { runStages } from '../../scenario/run-stages.ts'
import { EnvoyPlane } from './envoy-plane.ts'
import { installEnvoy } from './install-envoy.ts'

/** Says its name for each message, for as long as the client likes. */
async function startBackend(t: TestContext, name: string): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}).on('data', () => socket.write(name)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

async function ask(socket: Socket): Promise<string> {
  socket.write('who?')
  return String((await once(socket, 'data', { signal: AbortSignal.timeout(10_000) }))[0])
}

async function askAnew(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  try {
    return await ask(socket)
  } finally {
    socket.destroy()
  }
}

/** Answers every datagram, until the test is over. */
async function startUdpBackend(t: TestContext): Promise<number> {
  const socket = createSocket('udp4').on('message', (_, { port, address }) => socket.send('a', port, address))
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  t.after(() => socket.close())
  return socket.address().port
}

/** The scenario's endpoints are those that `portOf` names. */
function moveEndpoints(snapshot: Snapshot, portOf: (service: string) => number | undefined): Snapshot {
  const nameOf = (key: string) => snapshot.backends.find((one) => one.key === key)?.origin.name ?? ''
  return {
    ...snapshot,
    endpoints: snapshot.endpoints.map((set) => ({
      ...set,
      endpoints: [{ kind: 'ip', address: '127.0.0.1', port: portOf(nameOf(set.backend)) ?? 1 }],
    })),
  }
}

const broken = { kind: 'broken', weight: 1, status: 500, why: 'gone' } as const

/** @returns '' when the connection is closed without a word */
function askOnce(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1', () => socket.write('who?')).on('error', () => {})
  return new Promise((resolve) => {
    socket.on('data', (bytes) => {
      resolve(String(bytes))
      socket.destroy()
    })
    socket.on('close', () => resolve(''))
  })
}

function moveStreams(snapshot: Snapshot, to: Snapshot['streams'][number]['to']): Snapshot {
  return { ...snapshot, streams: snapshot.streams.map((stream) => ({ ...stream, to })) }
}

test('a TCPRoute gets other backends and weights: open connections stay, and the listener hears nothing of it', async (t) => {
  const ports = new Map([
    ['a', await startBackend(t, 'a')],
    ['b', await startBackend(t, 'b')],
  ])
  const { snapshot: written } = runStages('test/scenarios/feature-tcp-route')
  const nameOf = (key: string) => written.backends.find((one) => one.key === key)?.origin.name ?? ''
  const snapshot = moveEndpoints(written, (name) => ports.get(name))
  const shares = written.streams.flatMap(({ to }) => to)
  const share = (name: string) => shares.find((one) => one.kind === 'backend' && nameOf(one.backend) === name)!
  const [a, b] = [
    { ...share('a'), weight: 1 },
    { ...share('b'), weight: 1 },
  ]

  const plane = await EnvoyPlane.start(await installEnvoy())
  t.after(() => plane.close())
  const changesOfListeners = async () =>
    (
      await plane.process.admin.get(
        '/stats?filter=^listener_manager.listener_(modified|added|removed|in_place_updated)',
      )
    ).trim()
  const port = (await plane.serve(moveStreams(snapshot, [a]))).portFor(9001)
  const open = connect(port, '127.0.0.1')
  t.after(() => open.destroy())
  assert.equal(await ask(open), 'a')
  const before = await changesOfListeners()
  assert.match(before, /listener_added: [1-9]/)

  await plane.serve(moveStreams(snapshot, [b]), false)
  for (const end = Date.now() + 10_000; (await askAnew(port)) !== 'b'; await sleep(5)) assert.ok(Date.now() < end)
  assert.equal(await ask(open), 'a', 'the open connection')

  await plane.serve(moveStreams(snapshot, [a, b]), false)
  const seen = new Set<string>()
  for (const end = Date.now() + 10_000; seen.size < 2; seen.add(await askAnew(port))) assert.ok(Date.now() < end)
  assert.equal(await ask(open), 'a', 'the open connection')
  assert.equal(await changesOfListeners(), before)
})

test('a broken share of a TCPRoute refuses its connections and keeps its weight', async (t) => {
  const port = await startBackend(t, 'a')
  const snapshot = moveEndpoints(runStages('test/scenarios/feature-tcp-route').snapshot, () => port)
  const plane = await EnvoyPlane.start(await installEnvoy())
  t.after(() => plane.close())
  const [sound] = snapshot.streams[0]!.to
  const served = await plane.serve(moveStreams(snapshot, [{ ...sound!, weight: 1 }, broken]))
  const seen = new Map<string, number>()
  for (let i = 0; i < 64; i++) {
    const answer = await askOnce(served.portFor(9001))
    seen.set(answer, (seen.get(answer) ?? 0) + 1)
  }
  assertHalves(seen.get('a') ?? 0, seen.get('') ?? 0)
})

for (const backends of [1, 2]) {
  test(`a broken share of a UDPRoute beside ${backends} backends swallows its sessions and keeps its weight`, async (t) => {
    const port = await startUdpBackend(t)
    const { snapshot: written } = runStages('test/scenarios/feature-udp-route')
    const split = written.streams.find(({ to }) => to.length === 2)!
    const snapshot = moveEndpoints(written, () => port)
    const plane = await EnvoyPlane.start(await installEnvoy())
    t.after(() => plane.close())
    const sound = split.to.slice(0, backends).map((one) => ({ ...one, weight: 1 }))
    const streams = [{ ...split, to: [...sound, { ...broken, weight: backends }] }]
    const served = await plane.serve({ ...snapshot, streams })
    const { port: listening } = snapshot.listeners.find(({ key }) => key === split.listener)!
    let answered = 0
    const clients = Array.from({ length: 64 }, () => createSocket('udp4').on('message', () => answered++))
    t.after(() => {
      for (const client of clients) client.close()
    })
    const swallowed = async () => {
      const text = await plane.process.admin.get('/stats?filter=headgate/nowhere.upstream_cx_none_healthy')
      return Number(/none_healthy: (\d+)/.exec(text)?.[1] ?? 0)
    }
    const before = await swallowed()
    for (const client of clients) client.send('who?', served.portFor(listening, 'udp'), '127.0.0.1')
    for (const end = Date.now() + 10_000; answered + (await swallowed()) - before < clients.length; await sleep(5))
      assert.ok(Date.now() < end, `${answered} answered, ${await swallowed()} swallowed`)
    assertHalves(answered, (await swallowed()) - before)
  })
}

/** Of 64 fair draws fewer than 8 are on one side once in ten thousand million times. */
function assertHalves(one: number, other: number): void {
  assert.equal(one + other, 64)
  assert.ok(Math.min(one, other) >= 8, `${one} and ${other}`)
}
