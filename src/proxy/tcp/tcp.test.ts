import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { noChange } from '#ir'
import { freePort } from '../../../test/free-port.ts'
import { listener, playPlane } from '../plane.fixture.ts'
import { SharedSlots, slotName } from '../shared/slots.ts'
import { ask, echo, serveTcp, stream, streamsOf, to } from './streams.fixture.ts'

const a = await echo('a')
const b = await echo('b')
const closedPort = await freePort()
const tcp = listener(9000, { protocol: 'tcp' })
const closers: (() => void)[] = [() => a.server.close(), () => b.server.close()]
after(() => {
  for (const close of closers) close()
})

async function play(...args: Parameters<typeof playPlane>) {
  const played = await playPlane(...args)
  closers.push(() => played.plane.close())
  return { ...played, tcp: played.port(9000) }
}

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end && !holds(); ) await sleep(10)
  assert.ok(holds())
}

test('bytes go both ways, and the end of one side is passed on while the other goes on', async () => {
  const { tcp: port, observer } = await play(streamsOf([tcp], [stream('r')], { a: [a.port] }))
  assert.equal(await ask(port, 'hello'), 'a:hello')
  await until(() => observer.counts.connections === 0)
  assert.equal(observer.counts.connectionsTotal, 1)
  assert.deepEqual(Object.values(observer.counts.routes), [
    { route: 'TCPRoute/default/r', gateway: 'default/gw', codes: 'tcp', requests: 1, bytesIn: 5, bytesOut: 7 },
  ])
  assert.equal(observer.counts.latencySumMs, 0)
})

test('megabytes in both directions arrive whole, however slowly one reads', async () => {
  const { tcp: port } = await play(streamsOf([tcp], [stream('r')], { a: [a.port] }))
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const size = 20_000_000
  let got = 0
  client.on('data', (chunk: Buffer) => {
    got += chunk.length
    if (got % 7 === 0) {
      client.pause()
      setTimeout(() => client.resume(), 1)
    }
  })
  client.end(Buffer.alloc(size, 'x'))
  await once(client, 'close')
  assert.equal(got, size + 2)
})

test('a client that does not read makes the backend wait: memory stays flat', async () => {
  let sent = 0
  const flood = await serveTcp((socket) => {
    const chunk = Buffer.alloc(65_536)
    const push = () => {
      while (socket.writable && socket.write(chunk)) sent += chunk.length
    }
    socket.on('drain', push)
    push()
  })
  closers.push(() => flood.server.close())
  const { tcp: port } = await play(streamsOf([tcp], [stream('r')], { a: [flood.port] }))
  const client = connect({ port, host: '127.0.0.1' })
  client.on('error', () => {})
  client.pause()
  await once(client, 'connect')
  let before = -1
  // Quiet at last: the kernel’s buffers are full and nobody else takes the rest.
  for (const end = Date.now() + 60_000; before !== sent; await sleep(300)) {
    assert.ok(Date.now() < end, `${sent} bytes were taken, and more are`)
    before = sent
  }
  client.destroy()
})

test('an endpoint that refuses is passed over; when all refuse, so do we', async () => {
  const { tcp: port } = await play(streamsOf([tcp], [stream('r')], { a: [closedPort, a.port] }))
  for (let i = 0; i < 6; i++) assert.equal(await ask(port, 'x'), 'a:x')
  const none = await play(streamsOf([tcp], [stream('r')], { a: [closedPort] }))
  assert.equal(await ask(none.tcp, 'x'), 'ECONNRESET')
  await until(() => none.observer.counts.connections === 0)
  assert.deepEqual(none.observer.counts.failures, { connect_failed: 1 })
})

test('row 9: a broken share is refused and keeps its weight', async () => {
  let at = 0
  const shares = [...to('a'), { kind: 'broken' as const, weight: 1, status: 500, why: 'gone' }]
  const { tcp: port } = await play(
    streamsOf([tcp], [stream('r', { to: shares })], { a: [a.port] }),
    {},
    {
      random: () => (at++ % 4) / 4,
    },
  )
  const answers: string[] = []
  // The pool has asked for the first number.
  at = 0
  for (let i = 0; i < 4; i++) answers.push(await ask(port, 'x'))
  assert.deepEqual(answers, ['a:x', 'a:x', 'ECONNRESET', 'ECONNRESET'])
})

test('weights decide for whole connections; weight 0 gets none', async () => {
  const shares = [
    { kind: 'backend' as const, backend: 'a', weight: 3, filters: [] },
    { kind: 'backend' as const, backend: 'b', weight: 0, filters: [] },
  ]
  const both = { a: [a.port], b: [b.port] }
  const { tcp: port } = await play(streamsOf([tcp], [stream('r', { to: shares })], both))
  for (let i = 0; i < 20; i++) assert.equal(await ask(port, ''), 'a:')
})

test('the oldest route has the port; without a route connections are refused', async () => {
  const old = stream('z', { createdAt: '2026-01-01T00:00:00Z', to: to('b') })
  const young = stream('a', { createdAt: '2026-01-02T00:00:00Z' })
  const { plane, tcp: port } = await play(streamsOf([tcp], [young, old], { a: [a.port], b: [b.port] }))
  assert.equal(await ask(port, ''), 'b:')
  await plane.apply({ ...noChange, version: 2, streams: { put: [], delete: [old.key] } })
  assert.equal(await ask(port, ''), 'a:')
  await plane.apply({ ...noChange, version: 3, streams: { put: [], delete: [young.key] } })
  assert.equal(await ask(port, ''), 'ECONNRESET')
})

test('a backend that breaks off breaks the client off', async () => {
  const rude = await serveTcp((socket) => {
    socket.write('begin')
    setTimeout(() => socket.resetAndDestroy(), 20)
  })
  closers.push(() => rude.server.close())
  const { tcp: port } = await play(streamsOf([tcp], [stream('r')], { a: [rude.port] }))
  const client = connect({ port, host: '127.0.0.1' })
  client.resume()
  const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException]
  assert.equal(error.code, 'ECONNRESET')
})

test('a client that breaks off breaks the backend off, also while the backend is being reached', async () => {
  const seen: Socket[] = []
  const silent = await serveTcp((socket) => seen.push(socket))
  closers.push(() => silent.server.close())
  const { tcp: port, observer } = await play(streamsOf([tcp], [stream('r')], { a: [silent.port] }))
  const client = connect({ port, host: '127.0.0.1' })
  await until(() => seen.length === 1)
  client.resetAndDestroy()
  await until(() => seen[0]!.destroyed || seen[0]!.readableEnded || observer.counts.connections === 0)
  const hasty = connect({ port, host: '127.0.0.1' })
  await once(hasty, 'connect')
  hasty.resetAndDestroy()
  await until(() => observer.counts.connections === 0)
})

test('a silent tunnel is cut after the idle timeout', async () => {
  const idle = listener(9000, { protocol: 'tcp', client: { streamIdleTimeoutMs: 100 } })
  const { tcp: port, observer } = await play(streamsOf([idle], [stream('r')], { a: [a.port] }))
  const client = connect({ port, host: '127.0.0.1' })
  client.on('error', () => {})
  client.resume()
  const begin = performance.now()
  await new Promise((resolve) => client.on('close', resolve))
  assert.ok(performance.now() - begin >= 95)
  await until(() => observer.counts.connections === 0)
  assert.deepEqual(observer.counts.failures, { timeout: 1 })
})

test('no more connections than the Gateway allows', async () => {
  const slots = SharedSlots.alone()
  const one = listener(9000, { protocol: 'tcp', client: { maxConnections: 1 } })
  const { tcp: port } = await play(streamsOf([one], [stream('r')], { a: [a.port] }), {}, { slots })
  const first = connect({ port, host: '127.0.0.1' })
  await once(first, 'data')
  assert.equal(await ask(port, 'x'), 'ECONNRESET')
  first.destroy()
  await until(() => slots.of(slotName.gateway('default/gw', 9000)).get('connections') === 0)
  assert.equal(await ask(port, 'x'), 'a:x')
})

test('draining takes no new connections and lets tunnels go on to their end', async () => {
  const { plane, tcp: port } = await play(streamsOf([tcp], [stream('r')], { a: [a.port] }))
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  await once(client, 'data')
  let drained = false
  const draining = plane.drain().then(() => {
    drained = true
  })
  await sleep(50)
  assert.equal(drained, false)
  assert.equal(await ask(port, ''), 'ECONNREFUSED')
  client.write('still')
  const [still] = (await once(client, 'data')) as [Buffer]
  assert.equal(still.toString(), 'still')
  client.end()
  await draining
})
