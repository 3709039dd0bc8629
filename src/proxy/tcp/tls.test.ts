import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer as createHttp } from 'node:http'
import { request } from 'node:https'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { type Certificate, type Listener, noChange, wholeDelta } from '#ir'
import { Secret } from '#kit/secret.ts'
import { forward, listener, playPlane, route } from '../plane.fixture.ts'
import * as certificates from '../tls/certificates.fixture.ts'
import { ask, collect, echo, stream, streamsOf, to } from './streams.fixture.ts'

const closers: (() => void)[] = []
after(() => {
  for (const close of closers) close()
})

const plain = await echo('plain')
closers.push(() => plain.server.close())

/** A backend that ends TLS itself, tells the name it was asked for, and echoes. */
const secure = createTlsServer({ cert: certificates.shop.chain, key: certificates.shop.key }, (socket) => {
  socket.on('error', () => {})
  socket.write(`secure ${socket.servername}:`)
  socket.pipe(socket)
})
await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
closers.push(() => secure.close())
const http = createHttp((incoming, response) => response.end(`http ${incoming.headers.host}`))
await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
closers.push(() => {
  http.close()
  http.closeAllConnections()
})

const wild: Certificate = {
  key: 'default/wild',
  chain: certificates.wild.chain,
  privateKey: new Secret(certificates.wild.key),
  names: ['*.test'],
}

function tls(name: string, hostname: string, mode: 'passthrough' | 'terminate', changes = {}): Listener {
  const keys = mode === 'terminate' ? [wild.key] : []
  const made = listener(443, { protocol: 'tls', hostname, tls: { mode, certificates: keys }, ...changes })
  return { ...made, key: `default/gw/${name}` }
}

const passes = tls('passes', '*.pass.test', 'passthrough')
const ends = tls('ends', 'ends.test', 'terminate')
const web: Listener = { ...tls('web', 'web.test', 'terminate'), protocol: 'https' }
const ports = {
  secure: [(secure.address() as AddressInfo).port],
  plain: [plain.port],
  http: [(http.address() as AddressInfo).port],
}
const streams = [
  stream('passes', { listener: passes.key, serverNames: ['*.pass.test'], to: to('secure') }),
  stream('precise', {
    listener: passes.key,
    serverNames: ['refused.pass.test'],
    to: [{ kind: 'broken', weight: 1, status: 500, why: 'gone' }],
  }),
  stream('ends', { listener: ends.key, serverNames: ['ends.test'], to: to('plain') }),
]
const mixed = streamsOf([passes, ends, web], streams, ports)
const snapshot = {
  ...mixed,
  certificates: [wild],
  routes: [route('web', { listener: web.key, action: forward('http') })],
  backends: mixed.backends.map((one) => (one.key === 'http' ? { ...one, protocol: 'http1' as const } : one)),
}

async function play(...args: Parameters<typeof playPlane>) {
  const played = await playPlane(...args)
  closers.push(() => played.plane.close())
  return { ...played, tls: played.port(443) }
}

function secured(port: number, servername: string, options = {}): TLSSocket {
  const place = { host: '127.0.0.1', port, allowHalfOpen: true }
  return connectTls({ ...place, ca: certificates.ca, rejectUnauthorized: false, servername, ...options })
}

/** What a TLS connection brings, or the code of its failure. */
function askTls(port: number, servername: string, text: string, options = {}): Promise<string> {
  return collect(secured(port, servername, options), text)
}

function getHttps(port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({
      host: '127.0.0.1',
      port,
      servername: host,
      headers: { host },
      rejectUnauthorized: false,
      agent: false,
    })
    sent.on('error', reject)
    sent.on('response', async (response) => {
      let body = ''
      for await (const chunk of response) body += chunk
      resolve(body)
    })
    sent.end()
  })
}

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end && !holds(); ) await sleep(10)
  assert.ok(holds())
}

test('row 38: passthrough, terminate and HTTPS share one port, told apart by the server name', async () => {
  const { tls: port, observer } = await play(snapshot)
  assert.equal(await askTls(port, 'a.pass.test', 'x'), 'secure a.pass.test:x')
  assert.equal(await askTls(port, 'ends.test', 'x'), 'plain:x')
  assert.equal(await getHttps(port, 'web.test'), 'http web.test')
  const socket = secured(port, 'a.pass.test')
  await once(socket, 'secureConnect')
  assert.equal(socket.getPeerCertificate().subject.CN, 'shop', 'the backend’s own certificate')
  socket.destroy()
  const ending = secured(port, 'ends.test')
  await once(ending, 'secureConnect')
  assert.equal(ending.getPeerCertificate().subject.CN, 'wild')
  ending.destroy()
  await until(() => observer.counts.connections === 0)
})

test('row 39: a server name without a route, without a listener, or none at all: the connection is closed', async () => {
  const { tls: port } = await play(snapshot)
  assert.equal(await askTls(port, 'pass.test', 'x'), 'ECONNRESET')
  assert.equal(await askTls(port, 'other.org', 'x'), 'ECONNRESET')
  assert.equal(await askTls(port, '', 'x'), 'ECONNRESET')
  assert.equal(
    await askTls(port, 'refused.pass.test', 'x'),
    'ECONNRESET',
    'the more specific route, although it is broken',
  )
})

test('a route for any name takes connections without one; the most specific name wins', async () => {
  const any = tls('any', '', 'passthrough')
  const routes = [
    stream('any', { listener: any.key, serverNames: [''], to: to('secure') }),
    stream('wide', { listener: any.key, serverNames: ['*.test'], to: to('plain') }),
    stream('long', { listener: any.key, serverNames: ['*.long.test'], to: to('secure') }),
  ]
  const { tls: port } = await play(streamsOf([any], routes, ports))
  assert.equal(await askTls(port, '', 'x'), 'secure false:x')
  assert.equal(await askTls(port, 'a.b.long.test', 'x'), 'secure a.b.long.test:x')
  // Plain text from a backend that does not speak TLS is not what a TLS client can read.
  assert.notEqual(await askTls(port, 'long.test', 'x'), 'secure long.test:x')
})

test('terminate speaks no ALPN, and megabytes go through both ways', async () => {
  const { tls: port } = await play(snapshot)
  const socket = secured(port, 'ends.test', { ALPNProtocols: ['h2', 'http/1.1'] })
  await once(socket, 'secureConnect')
  assert.equal(socket.alpnProtocol, false)
  let got = 0
  socket.on('data', (chunk: Buffer) => {
    got += chunk.length
  })
  socket.end(Buffer.alloc(5_000_000))
  await once(socket, 'close')
  assert.equal(got, 5_000_006)
})

/** A relay that hands on what a client sends in pieces of a few bytes. */
async function pieces(port: number, size: number): Promise<number> {
  const relay = createTcpServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    upstream.setNoDelay(true)
    for (const socket of [client, upstream]) socket.on('error', () => {})
    upstream.pipe(client)
    upstream.on('close', () => client.destroy())
    client.once('data', async (first: Buffer) => {
      client.pause()
      for (let at = 0; at < first.length; at += size) {
        upstream.write(first.subarray(at, at + size))
        await sleep(1)
      }
      client.pipe(upstream)
    })
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  closers.push(() => relay.close())
  return (relay.address() as AddressInfo).port
}

test('a ClientHello in many segments', async () => {
  const { tls: port } = await play(snapshot)
  const relay = await pieces(port, 19)
  const ended = await Promise.all(['a.pass.test', 'ends.test'].map((name) => askTls(relay, name, 'x')))
  assert.deepEqual(ended, ['secure a.pass.test:x', 'plain:x'])
  assert.equal(await getHttps(relay, 'web.test'), 'http web.test')
})

test('what is no ClientHello, and a client that never sends one, are closed', async () => {
  const impatient = tls('passes', '*.pass.test', 'passthrough', { client: { headerTimeoutMs: 100 } })
  const { tls: port, observer } = await play(streamsOf([impatient], streams.slice(0, 1), ports))
  assert.equal(await ask(port, 'GET / HTTP/1.1\r\n\r\n'), 'ECONNRESET')
  const silent: Socket = connect(port, '127.0.0.1')
  const begin = performance.now()
  await once(silent.resume(), 'close')
  assert.ok(performance.now() - begin >= 95)
  await until(() => observer.counts.connections === 0)
})

test('a connection whose hello was in time may be silent for longer', async () => {
  const client = { headerTimeoutMs: 3_000 }
  const change = (one: Listener): Listener => ({ ...one, client: { ...one.client, ...client } })
  const { tls: port } = await play({ ...snapshot, listeners: snapshot.listeners.map(change) })
  const tunnels = ['a.pass.test', 'ends.test'].map(async (name) => {
    const socket = secured(port, name)
    socket.on('error', () => {})
    await once(socket, 'data')
    await sleep(3_200)
    socket.write('late')
    assert.equal(String((await once(socket, 'data'))[0]), 'late', name)
    socket.destroy()
  })
  const alive = connectTls({ host: '127.0.0.1', port, servername: 'web.test', rejectUnauthorized: false })
  await once(alive, 'secureConnect')
  const get = 'GET / HTTP/1.1\r\nhost: web.test\r\n\r\n'
  alive.write(get)
  assert.match(String((await once(alive, 'data'))[0]), /^HTTP\/1.1 200/)
  await sleep(3_200)
  alive.write(get)
  assert.match(String((await once(alive, 'data'))[0]), /^HTTP\/1.1 200/, 'kept alive over TLS')
  alive.destroy()
  await Promise.all(tunnels)
})

test('a TLS listener may come to a port of HTTPS listeners, and leave it', async () => {
  const only = { ...snapshot, listeners: [web], streams: [] }
  const { plane, tls: port } = await play(only)
  assert.equal(await getHttps(port, 'web.test'), 'http web.test')
  await plane.apply({ ...wholeDelta(snapshot), version: 2 })
  assert.equal(await askTls(port, 'a.pass.test', 'x'), 'secure a.pass.test:x')
  assert.equal(await getHttps(port, 'web.test'), 'http web.test')
  await plane.apply({
    ...noChange,
    version: 3,
    listeners: { put: [], delete: [passes.key, ends.key] },
    streams: { put: [], delete: streams.map(({ key }) => key) },
  })
  assert.equal(await getHttps(port, 'web.test'), 'http web.test')
  assert.notEqual(await askTls(port, 'a.pass.test', 'x'), 'secure a.pass.test:x')
})

test('a backend behind TLS of its own is dialled with TLS after terminate, and not after passthrough', async () => {
  const trust = { kind: 'bundle' as const, pem: certificates.ca }
  const backends = snapshot.backends.map((one) =>
    one.key === 'secure' ? { ...one, tls: { hostname: 'shop.test', trust, subjectAltNames: [] } } : one,
  )
  const again = streams.map((one) => (one.key.includes('/ends/') ? { ...one, to: to('secure') } : one))
  const { tls: port } = await play({ ...snapshot, backends, streams: again })
  assert.equal(await askTls(port, 'ends.test', 'x'), 'secure shop.test:x')
  assert.equal(await askTls(port, 'a.pass.test', 'x'), 'secure a.pass.test:x')
})

const openssl = spawnSync('openssl', ['version']).status === 0
for (const [what, name, args, expected] of [
  ['passthrough', 'a.pass.test', [], /secure a\.pass\.test:hello/],
  ['terminate', 'ends.test', [], /plain:hello/],
  ['terminate with TLS 1.2', 'ends.test', ['-tls1_2'], /plain:hello/],
  ['records of 512 bytes', 'a.pass.test', ['-max_send_frag', '512'], /secure a\.pass\.test:hello/],
] as const) {
  test(`openssl s_client: ${what}`, { skip: openssl ? false : 'openssl is not installed' }, async () => {
    const { tls: port } = await play(snapshot)
    const client = spawn('openssl', [
      's_client',
      '-connect',
      `127.0.0.1:${port}`,
      '-servername',
      name,
      '-quiet',
      ...args,
    ])
    let text = ''
    client.stdout.on('data', (chunk: Buffer) => {
      text += chunk
      if (expected.test(text)) client.kill()
    })
    client.stdin.write('hello')
    const timer = setTimeout(() => client.kill(), 60_000)
    await once(client, 'exit')
    clearTimeout(timer)
    assert.match(text, expected)
  })
}
