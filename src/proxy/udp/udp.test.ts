import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { noChange } from '#ir'
import { freePort } from '../../../test/free-port.ts'
import { listener, playPlane } from '../plane.fixture.ts'
import { stream, streamsOf, to } from '../tcp/streams.fixture.ts'
import { answerDns } from './dns-answer.fixture.ts'

const closers: (() => void)[] = []
after(() => {
  for (const close of closers) close()
})

async function serveUdp(answer: (data: Buffer, from: number) => Buffer | string): Promise<number> {
  const socket = createSocket('udp4')
  socket.on('message', (data, from) => socket.send(answer(data, from.port), from.port, from.address))
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  closers.push(() => socket.close())
  return socket.address().port
}

function client(): Socket {
  const socket = createSocket('udp4')
  closers.push(() => socket.close())
  return socket
}

/** Undefined: no answer. */
async function ask(socket: Socket, port: number, text: string, ms = 60_000): Promise<string | undefined> {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), ms)
  socket.send(text, port, '127.0.0.1')
  try {
    const [data] = (await once(socket, 'message', { signal: controller.signal })) as [Buffer]
    return data.toString()
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}

const udp = listener(9000, { protocol: 'udp' })
const name = (of: string) => serveUdp((data, from) => `${of} ${from} ${data}`)
const a = await name('a')
const b = await name('b')

async function play(...args: Parameters<typeof playPlane>) {
  const played = await playPlane(...args)
  closers.push(() => played.plane.close())
  return { ...played, udp: played.plane.boundPort(9000, 'udp')! }
}

test('the datagrams of a client are one session with one endpoint, from one port', async () => {
  const { udp: port, observer } = await play(streamsOf([udp], [stream('r')], { a: [a, b] }, 'udp'))
  const one = client()
  const first = await ask(one, port, '1')
  const second = await ask(one, port, '2')
  assert.match(first ?? '', /^[ab] \d+ 1$/)
  assert.equal(second, first?.replace(/1$/, '2'))
  assert.equal(observer.counts.connections, 1)
  const other = await ask(client(), port, '3')
  assert.notEqual(other?.split(' ')[1], first?.split(' ')[1])
  assert.equal(observer.counts.connections, 2)
})

test('answers come from the listener’s address and port, several to one question too', async () => {
  const { udp: port } = await play(streamsOf([udp], [stream('r')], { a: [a] }, 'udp'))
  const one = client()
  one.send('x', port, '127.0.0.1')
  const [, from] = await once(one, 'message')
  assert.deepEqual([from.address, from.port], ['127.0.0.1', port])
})

test('a burst before the endpoint is reached arrives in order, empty and large datagrams whole', async () => {
  const got: number[] = []
  const sink = await serveUdp((data) => {
    got.push(data.length)
    return data
  })
  const { udp: port } = await play(streamsOf([udp], [stream('r')], { a: [sink] }, 'udp'))
  const one = client()
  const lengths = [1, 0, 1_400, 60_000, 2]
  let answers = 0
  one.on('message', () => answers++)
  for (const length of lengths) one.send(Buffer.alloc(length), port, '127.0.0.1')
  for (const end = Date.now() + 60_000; Date.now() < end && answers < lengths.length; ) await sleep(10)
  assert.deepEqual(got, lengths)
})

test('row 9: a broken share swallows its sessions and keeps its weight', async () => {
  let at = 0
  const shares = [...to('a'), { kind: 'broken' as const, weight: 1, status: 500, why: 'gone' }]
  const snapshot = streamsOf([udp], [stream('r', { to: shares })], { a: [a] }, 'udp')
  const { udp: port } = await play(snapshot, {}, { random: () => (at++ % 2) / 2 })
  at = 0
  assert.match((await ask(client(), port, 'x')) ?? '', /^a /)
  const unlucky = client()
  assert.equal(await ask(unlucky, port, 'x', 100), undefined)
  assert.equal(await ask(unlucky, port, 'x', 100), undefined)
  assert.match((await ask(client(), port, 'x')) ?? '', /^a /)
})

test('without a route nothing is kept, and a route that comes later serves the next datagram', async () => {
  const { plane, udp: port, observer } = await play(streamsOf([udp], [], { a: [a] }, 'udp'))
  const one = client()
  assert.equal(await ask(one, port, 'x', 100), undefined)
  assert.equal(observer.counts.connections, 0)
  await plane.apply({ ...noChange, version: 2, streams: { put: [stream('r')], delete: [] } })
  assert.match((await ask(one, port, 'x')) ?? '', /^a /)
})

test('an endpoint that is not there is passed over, and nothing is lost', async () => {
  const gone = await freePort()
  const { udp: port, observer } = await play(streamsOf([udp], [stream('r')], { a: [gone, a] }, 'udp'))
  const answers: (string | undefined)[] = []
  for (let i = 0; i < 5; i++) answers.push(await ask(client(), port, 'x'))
  assert.ok(
    answers.every((answer) => answer?.startsWith('a ')),
    String(answers),
  )
  assert.deepEqual(observer.counts.failures, {})
  const nobody = await play(streamsOf([udp], [stream('r')], { a: [gone] }, 'udp'))
  assert.equal(await ask(client(), nobody.udp, 'x', 100), undefined)
  assert.deepEqual(nobody.observer.counts.failures, { connect_failed: 1 })
})

test('a session that falls silent is forgotten', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { udp: port, observer } = await play(streamsOf([udp], [stream('r')], { a: [a] }, 'udp'))
  const one = client()
  one.send('x', port, '127.0.0.1')
  await once(one, 'message')
  t.mock.timers.tick(59_000)
  assert.equal(observer.counts.connections, 1)
  t.mock.timers.tick(60_001)
  assert.equal(observer.counts.connections, 0)
  const [count] = Object.values(observer.counts.routes)
  assert.deepEqual([count?.route, count?.codes, count?.requests, count?.bytesIn], ['TCPRoute/default/r', 'udp', 1, 1])
})

test('draining hears no new clients, and ends when the others pause', async () => {
  const { plane, udp: port } = await play(streamsOf([udp], [stream('r')], { a: [a] }, 'udp'))
  const one = client()
  await ask(one, port, '1')
  const draining = plane.drain()
  assert.match((await ask(one, port, '2')) ?? '', / 2$/)
  assert.equal(await ask(client(), port, '3', 100), undefined)
  // Sessions are kept for a minute; the drain does not wait for that.
  const begin = performance.now()
  await draining
  assert.ok(performance.now() - begin < 30_000)
})

test('a DNS client that we have not written resolves through the gateway', async () => {
  const server = await serveUdp((query) => answerDns(query, '192.0.2.53'))
  const { udp: port } = await play(streamsOf([udp], [stream('r')], { a: [server] }, 'udp'))
  const resolver = new Resolver({ timeout: 2_000, tries: 1 })
  resolver.setServers([`127.0.0.1:${port}`])
  const names = ['a.test', 'b.example.com', 'c.test', 'd.test']
  const answers = await Promise.all(names.map((one) => resolver.resolve4(one)))
  assert.deepEqual(
    answers,
    names.map(() => ['192.0.2.53']),
  )
})
