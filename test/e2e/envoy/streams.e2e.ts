import assert from 'node:assert/strict'
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
  const snapshot: Snapshot = {
    ...written,
    endpoints: written.endpoints.map((set) => ({
      ...set,
      endpoints: [{ kind: 'ip', address: '127.0.0.1', port: ports.get(nameOf(set.backend)) ?? 1 }],
    })),
  }
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
