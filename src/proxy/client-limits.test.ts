import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import type { ClientSettings } from '#ir'
import { Secret } from '#kit/secret.ts'
import { listener, playPlane, route, snapshotOf } from './plane.fixture.ts'
import * as certificates from './tls/certificates.fixture.ts'

const closers: (() => void)[] = []
after(() => {
  for (const close of closers) close()
})

async function play(...args: Parameters<typeof playPlane>) {
  const played = await playPlane(...args)
  closers.push(() => played.plane.close())
  return played
}

/** A gateway without routes: its own answers are enough. */
async function open(client: Partial<ClientSettings>): Promise<number> {
  const { port } = await play(snapshotOf([listener(80, { client })], [], {}))
  return port(80)
}

function dial(port: number): Socket {
  const socket = connect({ port, host: '127.0.0.1' })
  closers.push(() => socket.destroy())
  return socket
}

const ask = 'GET / HTTP/1.1\r\nhost: a.test\r\n\r\n'

test('the last request that a connection may send is told so, by HTTP/1.1', async () => {
  const socket = dial(await open({ maxRequests: 2 }))
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
  })
  socket.write(ask + ask + ask)
  await once(socket, 'end')
  assert.equal(text.match(/HTTP\/1\.1 404/g)?.length, 2)
  assert.equal(text.match(/connection: close/gi)?.length, 1)
})

test('and by HTTP/2', async () => {
  const session = connectHttp2(`http://127.0.0.1:${await open({ maxRequests: 2 })}`)
  const leaving = once(session, 'goaway')
  const statuses = await Promise.all(
    [0, 1].map(async () => {
      const stream = session.request({ ':path': '/', ':authority': 'a.test' })
      stream.resume()
      const [fields] = await once(stream, 'response')
      return fields[':status']
    }),
  )
  assert.deepEqual(statuses, [404, 404])
  await leaving
  session.close()
})

test('a connection that is old takes no more requests', async () => {
  const session = connectHttp2(`http://127.0.0.1:${await open({ maxConnectionMs: 60 })}`)
  await once(session, 'goaway')
  session.close()
  const idle = dial(await open({ maxConnectionMs: 60, http1: { endsIdle: true } }))
  idle.write(ask)
  await once(idle.resume(), 'end')
  // Else the next answer is the last one.
  const socket = dial(await open({ maxConnectionMs: 60 }))
  for (let answer = ''; !/connection: close/i.test(answer); ) {
    socket.write(ask)
    answer = String((await once(socket, 'data'))[0])
    assert.match(answer, /^HTTP\/1\.1 404/)
  }
  await once(socket.resume(), 'end')
})

test('connections are counted for each port, and one too many waits before it is closed', async () => {
  const client = { maxConnections: 1, closeDelayMs: 80 }
  const { port } = await play(snapshotOf([listener(80, { client }), listener(81, { client })], [], {}))
  for (const one of [80, 81]) {
    const socket = dial(port(one))
    socket.write(ask)
    const [answer] = await once(socket, 'data')
    assert.match(String(answer), /^HTTP\/1\.1 404/)
  }
  const begin = performance.now()
  const extra = dial(port(80)).on('error', () => {})
  await once(extra.resume(), 'close')
  assert.ok(performance.now() - begin >= 75)
})

test('a request that does not come to its end is given up, an exchange that goes on as well', async () => {
  const silent = createServer((socket) => void closers.push(() => socket.destroy()))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  closers.push(() => silent.close())
  for (const [client, body, status] of [
    [{ requestTimeoutMs: 50 }, 'content-length: 9\r\n\r\nhalf', '408'],
    [{ maxStreamMs: 50 }, 'content-length: 9\r\n\r\nhalf', '408'],
    [{ maxStreamMs: 50 }, '\r\n', '504'],
  ] as const) {
    const backend = { a: [(silent.address() as AddressInfo).port] }
    const { port } = await play(snapshotOf([listener(80, { client })], [route('r')], backend))
    const socket = dial(port(80))
    socket.write(`POST / HTTP/1.1\r\nhost: a.test\r\n${body}`)
    const [answer] = await once(socket, 'data')
    assert.equal(String(answer).slice(9, 12), status)
  }
})

test('TLS: versions, groups and how long a handshake may take', async () => {
  const { chain, key } = certificates.wild
  const tls = { mode: 'terminate', certificates: ['default/wild'], maxVersion: 'TLSv1.2', curves: ['P-384'] } as const
  const secure = listener(443, { protocol: 'https', tls, client: { handshakeTimeoutMs: 60 } })
  const certificate = { key: 'default/wild', chain, privateKey: new Secret(key), names: ['*.test'] }
  const { port } = await play({ ...snapshotOf([secure], [], {}), certificates: [certificate] })
  const shake = { port: port(443), host: '127.0.0.1', servername: 'a.test', rejectUnauthorized: false }
  const socket = connectTls(shake)
  closers.push(() => socket.destroy())
  await once(socket, 'secureConnect')
  assert.equal(socket.getProtocol(), 'TLSv1.2')
  const info = socket.getEphemeralKeyInfo()
  assert.equal(info && 'name' in info && info.name, 'secp384r1')
  for (const refused of [{ minVersion: 'TLSv1.3' }, { ecdhCurve: 'P-256' }] as const)
    await assert.rejects(once(connectTls({ ...shake, ...refused }), 'secureConnect'))
  const quiet = dial(port(443))
  await once(quiet.resume(), 'close')
})

test('listeners that server names tell apart count apart, and the handshake of one too many does not begin', async () => {
  const { chain, key } = certificates.wild
  const tls = { mode: 'terminate', certificates: ['default/wild'] } as const
  const https = (hostname: string, client: Partial<ClientSettings>) => ({
    ...listener(443, { protocol: 'https', hostname, tls, client }),
    key: `default/gw/${hostname}`,
  })
  const listeners = [https('a.test', { maxListenerConnections: 1 }), https('b.test', {})]
  const certificate = { key: 'default/wild', chain, privateKey: new Secret(key), names: ['*.test'] }
  const { port } = await play({ ...snapshotOf(listeners, [], {}), certificates: [certificate] })
  const shake = (servername: string) => {
    const socket = connectTls({ port: port(443), host: '127.0.0.1', servername, rejectUnauthorized: false })
    closers.push(() => socket.destroy())
    return socket.on('error', () => {})
  }
  const first = shake('a.test')
  await once(first, 'secureConnect')
  for (const name of ['b.test', 'b.test']) await once(shake(name), 'secureConnect')
  const extra = shake('a.test')
  let isSecure = false
  extra.once('secureConnect', () => {
    isSecure = true
  })
  await new Promise((resolve) => extra.once('close', resolve))
  assert.equal(isSecure, false)
  first.destroy()
  // The place is free as soon as the plane has heard of it.
  for (let again: Socket | undefined; !again; ) {
    const socket = shake('a.test')
    again = await new Promise((resolve) => {
      socket.once('secureConnect', () => resolve(socket))
      socket.once('close', () => resolve(undefined))
    })
  }
})

test('who says a byte now and then has no more time for the beginning than others', async () => {
  const tls = { mode: 'terminate', certificates: [] } as const
  const secure = listener(443, {
    protocol: 'https',
    tls,
    client: { inspectionTimeoutMs: 60, maxListenerConnections: 9 },
  })
  const { port } = await play(snapshotOf([secure], [], {}))
  const socket = dial(port(443)).on('error', () => {})
  const drip = setInterval(() => socket.write('\0'), 5)
  socket.write('\x16\x03\x01\x3f\xff\x01\x00\x3f\xfb', 'latin1')
  await new Promise((resolve) => socket.resume().once('close', resolve))
  clearInterval(drip)
})

test('a client of HTTP/2 is asked now and then, and gone when it does not answer', async () => {
  const port = await open({ http2: { ping: { intervalMs: 50, jitterPercent: 0, timeoutMs: 5_000 } } })
  const session = connectHttp2(`http://127.0.0.1:${port}`)
  for (let i = 0; i < 3; i++) await once(session, 'ping')
  const stream = session.request({ ':path': '/', ':authority': 'a.test' })
  const [fields] = await once(stream.resume(), 'response')
  assert.equal(fields[':status'], 404)
  session.close()
  const silent = dial(await open({ http2: { ping: { intervalMs: 50, jitterPercent: 0, timeoutMs: 50 } } }))
  silent.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1')
  await new Promise((resolve) =>
    silent
      .on('error', () => {})
      .resume()
      .once('close', resolve),
  )
})
