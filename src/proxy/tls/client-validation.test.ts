import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { connect, type SecureVersion, type TLSSocket } from 'node:tls'
import { type Certificate, type ListenerTls, noChange } from '#ir'
import { Secret } from '#kit/secret.ts'
import { listener, playPlane, route, snapshotOf } from '../plane.fixture.ts'
import * as certificates from './certificates.fixture.ts'

let served = 0
const backend = createServer((_incoming, response) => {
  served++
  response.end('ok')
})
await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
const closers: (() => void)[] = []
after(() => {
  backend.close()
  backend.closeAllConnections()
  for (const close of closers) close()
})

const wild: Certificate = {
  key: 'default/wild',
  chain: certificates.wild.chain,
  privateKey: new Secret(certificates.wild.key),
  names: ['*.test'],
}
const strict: Partial<ListenerTls> = { clientValidation: { trust: certificates.clientCa, mode: 'strict' } }
const insecure: Partial<ListenerTls> = { clientValidation: { trust: certificates.clientCa, mode: 'insecure' } }
const strange: Partial<ListenerTls> = { clientValidation: { trust: certificates.strangerCa, mode: 'strict' } }

function https(hostname: string, tls: Partial<ListenerTls> = {}, port = 443) {
  return {
    ...listener(port, { protocol: 'https', hostname, tls: { mode: 'terminate', certificates: [wild.key], ...tls } }),
    key: `default/gw/${port}/${hostname}`,
  }
}

async function play(...listeners: readonly ReturnType<typeof https>[]) {
  const routes = listeners.map(({ key }) => route(key, { listener: key }))
  const snapshot = snapshotOf(listeners, routes, { a: [(backend.address() as AddressInfo).port] })
  const ticketKeys = Buffer.alloc(48, 7)
  const played = await playPlane({ ...snapshot, certificates: [wild] }, {}, { ticketKeys })
  closers.push(() => played.plane.close())
  return { ...played, ask: (sni: string, how: How = {}) => ask(played.port(how.listener ?? 443), sni, how) }
}

interface How {
  readonly listener?: number
  readonly host?: string
  readonly shows?: { readonly chain: string; readonly key: string }
  readonly version?: SecureVersion
  readonly session?: Buffer | undefined
  readonly ciphers?: string
}

interface Answer {
  /** 0: none, the connection failed. */
  readonly status: number
  readonly reused: boolean
  readonly session: Buffer | undefined
}

function ask(port: number, sni: string, { host = sni, shows, version, session, ciphers }: How): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = connect({
      port,
      host: '127.0.0.1',
      ...(sni !== '' && { servername: sni }),
      rejectUnauthorized: false,
      ...(shows && { cert: shows.chain, key: shows.key }),
      ...(version && { minVersion: version, maxVersion: version }),
      ...(session && { session }),
      ...(ciphers !== undefined && { ciphers }),
    })
    let text = ''
    let last: Buffer | undefined
    let reused = false
    socket.on('session', (next: Buffer) => {
      last = next
    })
    socket.on('secureConnect', () => {
      reused = socket.isSessionReused()
      socket.write(`GET / HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`)
    })
    socket.on('data', (chunk: Buffer) => {
      text += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve({ status: Number(text.slice(9, 12)), reused, session: last }))
  })
}

const versions = ['TLSv1.2', 'TLSv1.3'] as const
const { client, stranger, expired, wrongPurpose } = certificates

for (const version of versions) {
  test(`${version}: only a valid certificate gets a request through`, async () => {
    const plane = await play(https('strict.test', strict))
    assert.equal((await plane.ask('strict.test', { version, shows: client })).status, 200)
    served = 0
    assert.equal((await plane.ask('strict.test', { version })).status, 0, 'none')
    for (const [name, shows] of Object.entries({ stranger, expired, wrongPurpose }))
      assert.equal((await plane.ask('strict.test', { version, shows })).status, 0, name)
    assert.equal(served, 0, 'what the backend saw')
  })

  test(`${version}: AllowInsecureFallback asks for a certificate and takes any, or none`, async () => {
    const plane = await play(https('lax.test', insecure))
    for (const shows of [client, stranger, expired]) {
      assert.equal((await plane.ask('lax.test', { version, shows })).status, 200)
    }
    assert.equal((await plane.ask('lax.test', { version })).status, 200)
  })

  test(`${version}: each listener of a port has its own rule`, async () => {
    const plane = await play(https('open.test'), https('strict.test', strict), https('strange.test', strange))
    assert.equal((await plane.ask('open.test', { version })).status, 200)
    assert.equal((await plane.ask('strict.test', { version })).status, 0)
    assert.equal((await plane.ask('strict.test', { version, shows: client })).status, 200)
    assert.equal((await plane.ask('strict.test', { version, shows: stranger })).status, 0)
    assert.equal((await plane.ask('strange.test', { version, shows: stranger })).status, 200)
    assert.equal((await plane.ask('open.test', { version, host: 'strict.test' })).status, 421)
  })

  test(`${version}: a session begun without a certificate opens no listener that asks for one`, async () => {
    const plane = await play(
      https('open.test'),
      https('lax.test', insecure, 444),
      https('strict.test', strict),
      https('', strict, 445),
    )
    const { session } = await plane.ask('open.test', { version })
    assert.ok(session, 'the open listener hands out sessions')
    assert.equal((await plane.ask('open.test', { version, session })).reused, true)
    served = 0
    assert.equal((await plane.ask('strict.test', { version, session })).status, 0)
    assert.equal((await plane.ask('open.test', { version, session, listener: 445 })).status, 0)
    assert.equal((await plane.ask('', { version, session, listener: 445, host: 'open.test' })).status, 0)
    const lax = await plane.ask('lax.test', { version, listener: 444 })
    assert.equal(lax.status, 200)
    assert.equal((await plane.ask('strict.test', { version, session: lax.session })).status, 0)
    assert.equal(served, 1)
  })

  test(`${version}: an admission ends with the rule that gave it`, async () => {
    const plane = await play(https('strict.test', strict))
    const { session } = await plane.ask('strict.test', { version, shows: client })
    assert.equal((await plane.ask('strict.test', { version, shows: client, session })).reused, false)
    assert.equal((await plane.ask('strict.test', { version, session })).status, 0)
    const stricter = https('strict.test', strange)
    await plane.plane.apply({ ...noChange, version: 2, listeners: { put: [stricter], delete: [] } })
    assert.equal((await plane.ask('strict.test', { version, shows: client, session })).status, 0)
    assert.equal((await plane.ask('strict.test', { version, shows: client })).status, 0)
    assert.equal((await plane.ask('strict.test', { version, shows: stranger })).status, 200)
  })
}

test('a connection that came in by an older rule must come again', async () => {
  const { plane, port } = await play(https('strict.test'))
  const session = connectHttp2(`https://strict.test:${port(443)}`, {
    createConnection: () =>
      connect({
        port: port(443),
        host: '127.0.0.1',
        servername: 'strict.test',
        rejectUnauthorized: false,
        ALPNProtocols: ['h2'],
      }) as TLSSocket,
  })
  closers.push(() => session.destroy())
  const status = () =>
    new Promise<number>((resolve, reject) => {
      const stream = session.request({ ':path': '/' })
      stream.on('response', (headers) => resolve(headers[':status']!))
      stream.on('error', reject)
      stream.resume()
    })
  assert.equal(await status(), 200)
  await plane.apply({ ...noChange, version: 2, listeners: { put: [https('strict.test', strict)], delete: [] } })
  assert.equal(await status(), 421)
})

test('without a server name the rule of the listener for any host holds, and only for listeners with the same', async () => {
  const plane = await play(https(''), https('strict.test', strict), https('free.test'))
  assert.equal((await plane.ask('', { host: 'other.test' })).status, 200)
  assert.equal((await plane.ask('', { host: 'free.test' })).status, 200)
  assert.equal((await plane.ask('', { host: 'strict.test' })).status, 421)
})

test('the least version of TLS and the ciphers are those of the listener', async () => {
  const narrow: Partial<ListenerTls> = { minVersion: 'TLSv1.3', ciphers: 'TLS_AES_256_GCM_SHA384' }
  const plane = await play(https('new.test', narrow), https('old.test'))
  assert.equal((await plane.ask('old.test', { version: 'TLSv1.2' })).status, 200)
  assert.equal((await plane.ask('new.test', { version: 'TLSv1.2' })).status, 0)
  assert.equal((await plane.ask('new.test', { version: 'TLSv1.3' })).status, 200)
  const others = { version: 'TLSv1.3', ciphers: 'TLS_CHACHA20_POLY1305_SHA256' } as const
  assert.equal((await plane.ask('old.test', others)).status, 200)
  assert.equal((await plane.ask('new.test', others)).status, 0)
})
