import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { connect as connectHttp2, createSecureServer as createSecureHttp2 } from 'node:http2'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { type Backend, type Certificate, type Listener, noChange } from '#ir'
import { Secret } from '#kit/secret.ts'
import { listener, playPlane, route, snapshotOf } from '../plane.fixture.ts'
import * as certificates from './certificates.fixture.ts'

const backend = createServer((incoming, response) =>
  response.end(`${incoming.headers.host} ${incoming.headers['x-forwarded-proto']}`),
)
await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
const a = (backend.address() as AddressInfo).port
const closers: (() => void)[] = []
after(() => {
  backend.close()
  backend.closeAllConnections()
  for (const close of closers) close()
})

function certificate(
  key: string,
  { chain, key: privateKey }: { chain: string; key: string },
  names: string[],
): Certificate {
  return { key, chain, privateKey: new Secret(privateKey), names }
}

const wild = certificate('default/wild', certificates.wild, ['*.test'])
const shop = certificate('default/shop', certificates.shop, ['shop.test'])

function https(name: string, hostname: string, keys: string[]): Listener {
  return {
    ...listener(443, { protocol: 'https', hostname, tls: { mode: 'terminate', certificates: keys } }),
    key: `default/gw/${name}`,
  }
}

const listeners = [https('any', '', [wild.key]), https('shop', 'shop.test', [shop.key])]
const snapshot = {
  ...snapshotOf(
    listeners,
    [route('any', { listener: 'default/gw/any' }), route('shop', { listener: 'default/gw/shop' })],
    { a: [a] },
  ),
  certificates: [wild, shop],
}

async function play(...args: Parameters<typeof playPlane>) {
  const played = await playPlane(...args)
  closers.push(() => played.plane.close())
  return played
}

function get(port: number, sni: string, host = sni): Promise<{ status: number; body: string; names: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        port,
        host: '127.0.0.1',
        servername: sni,
        headers: { host },
        ca: certificates.ca,
        checkServerIdentity: () => undefined,
        agent: false,
      },
      (response) => {
        const names = (response.socket as TLSSocket).getPeerCertificate().subjectaltname ?? ''
        let body = ''
        response.on('data', (chunk: Buffer) => {
          body += chunk
        })
        response.on('end', () => resolve({ status: response.statusCode!, body, names }))
      },
    )
    outgoing.on('error', reject)
    outgoing.end()
  })
}

test('the server name chooses the certificate, and the listener', async () => {
  const { port } = await play(snapshot)
  assert.deepEqual(await get(port(443), 'shop.test'), { status: 200, body: 'shop.test https', names: 'DNS:shop.test' })
  assert.deepEqual(await get(port(443), 'other.test'), { status: 200, body: 'other.test https', names: 'DNS:*.test' })
  assert.equal(
    (await get(port(443), '', 'other.test')).names,
    'DNS:*.test',
    'without a name: the listener for any host',
  )
})

test('a host of another listener than the server name chose is misdirected: 421', async () => {
  const { port } = await play(snapshot)
  assert.equal((await get(port(443), 'shop.test', 'other.test')).status, 421)
  assert.equal((await get(port(443), 'other.test', 'shop.test')).status, 421)
})

test('a name that no listener serves gets no handshake', async () => {
  const { port } = await play({ ...snapshot, listeners: [listeners[1]!] })
  await assert.rejects(get(port(443), 'other.test'))
  assert.equal((await get(port(443), 'shop.test')).status, 200)
})

test('a changed certificate is used by the next handshake, and no open connection notices', async () => {
  const { plane, port } = await play(snapshot)
  const session = connectHttp2(`https://shop.test:${port(443)}`, {
    createConnection: () =>
      connectTls({
        port: port(443),
        host: '127.0.0.1',
        servername: 'shop.test',
        ca: certificates.ca,
        ALPNProtocols: ['h2'],
      }),
  })
  closers.push(() => session.destroy())
  const ask = () =>
    new Promise<number>((resolve, reject) => {
      const stream = session.request({ ':path': '/' })
      stream.on('response', (headers) => resolve(headers[':status']!))
      stream.on('error', reject)
      stream.resume()
    })
  assert.equal(await ask(), 200)
  const renewed = certificate(shop.key, certificates.wild, ['*.test'])
  await plane.apply({ ...noChange, version: 2, certificates: { put: [renewed], delete: [] } })
  assert.equal(await ask(), 200)
  assert.equal((await get(port(443), 'shop.test')).names, 'DNS:*.test')
})

test('backends over TLS: the name and the issuer are checked', async () => {
  const secure = createTlsServer({ cert: certificates.backend.chain, key: certificates.backend.key }, (socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'))
  })
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
  closers.push(() => secure.close())
  const plain = snapshotOf([listener(80)], [route('r')], { a: [(secure.address() as AddressInfo).port] })
  const status = async (tls: Backend['tls']) => {
    const { port } = await play({ ...plain, backends: [{ ...plain.backends[0]!, ...(tls ? { tls } : {}) }] })
    return (await fetch(`http://127.0.0.1:${port(80)}/`)).status
  }
  const trust = { kind: 'bundle', pem: certificates.ca } as const
  assert.equal(await status({ hostname: 'backend.test', trust, subjectAltNames: [] }), 200)
  assert.equal(await status({ hostname: 'elsewhere.test', trust, subjectAltNames: [] }), 502)
  assert.equal(
    await status({
      hostname: 'elsewhere.test',
      trust,
      subjectAltNames: [{ kind: 'uri', value: 'spiffe://test/backend' }],
    }),
    200,
  )
  assert.equal(
    await status({ hostname: 'backend.test', trust, subjectAltNames: [{ kind: 'dns', value: 'other.test' }] }),
    502,
  )
  assert.equal(await status({ hostname: 'backend.test', trust: { kind: 'system' }, subjectAltNames: [] }), 502)
  assert.equal(
    await status({ hostname: 'backend.test', trust: { kind: 'nobody', why: 'no CA' }, subjectAltNames: [] }),
    502,
    'what cannot be understood trusts nobody',
  )
  const clientCertificate = { chain: 'no PEM', privateKey: new Secret('no PEM') }
  assert.equal(await status({ hostname: 'backend.test', trust, subjectAltNames: [], clientCertificate }), 502)
})

test('a name in a name is none', async () => {
  const { injector, clientCa } = certificates
  const liar = createTlsServer({ cert: injector.chain, key: injector.key }, (socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'))
  })
  await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve))
  closers.push(() => liar.close())
  const plain = snapshotOf([listener(80)], [route('r')], { a: [(liar.address() as AddressInfo).port] })
  const tls: Backend['tls'] = {
    hostname: 'backend.test',
    trust: { kind: 'bundle', pem: clientCa },
    subjectAltNames: [{ kind: 'uri', value: 'spiffe://test/backend' }],
  }
  const { port } = await play({ ...plain, backends: [{ ...plain.backends[0]!, tls }] })
  assert.equal((await fetch(`http://127.0.0.1:${port(80)}/`)).status, 502)
})

test('backends see the certificate of the gateway, and HTTP/2 by ALPN', async () => {
  const { backend: own, clientCa, gateway } = certificates
  const seen: string[] = []
  const server = createSecureHttp2(
    { cert: own.chain, key: own.key, ca: clientCa, requestCert: true },
    (_, response) => {
      const socket = response.stream.session?.socket as TLSSocket
      seen.push(
        `${socket.servername} ${socket.alpnProtocol} ${socket.authorized && socket.getPeerCertificate().subject.CN}`,
      )
      response.end('ok')
    },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  const plain = snapshotOf([listener(80)], [route('r')], { a: [(server.address() as AddressInfo).port] })
  const tls: Backend['tls'] = {
    hostname: 'backend.test',
    trust: { kind: 'bundle', pem: certificates.ca },
    subjectAltNames: [],
    clientCertificate: { chain: gateway.chain, privateKey: new Secret(gateway.key) },
  }
  const { port } = await play({ ...plain, backends: [{ ...plain.backends[0]!, protocol: 'h2c', tls }] })
  assert.equal((await fetch(`http://127.0.0.1:${port(80)}/`)).status, 200)
  assert.deepEqual(seen, ['backend.test h2 gateway'])
})

test('the name itself beats a wildcard of the same length, and one certificate of a type of key is enough', async () => {
  const twin = certificate('default/twin', certificates.shop, ['shop.test', '*.a.test'])
  const other = certificate('default/other', certificates.wild, ['shop.test', '*op.test', 'b.a.test'])
  const { port } = await play({
    ...snapshot,
    listeners: [https('any', '', [other.key, twin.key])],
    certificates: [other, twin],
  })
  assert.equal((await get(port(443), 'shop.test')).names, 'DNS:*.test', 'the first of two that fit alike')
  assert.equal((await get(port(443), 'b.a.test')).names, 'DNS:*.test', 'as long as *.a.test')
  assert.equal((await get(port(443), 'c.a.test')).names, 'DNS:shop.test')
})
