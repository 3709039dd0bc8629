import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { FLAG, FRAME } from '../../src/proxy/http2/codes.ts'
import { get, RawPeer } from '../../src/proxy/http2/raw-peer.fixture.ts'
import { gateways } from './gateways.ts'
import type { Gateway } from './minimal-gateway.ts'
import { type RecordingBackend, startRecordingBackend } from './recording-backend.ts'

// HTTP/2 in front, HTTP/1.1 behind: each request must reach the backend as exactly one unambiguous request, or not at all.

let backend: RecordingBackend
let gateway: Gateway
before(async () => {
  backend = await startRecordingBackend()
  gateway = await gateways['the embedded plane']!(backend.port)
})
after(async () => {
  await gateway.close()
  await backend.close()
})
beforeEach(() => backend.clear())

interface Case {
  readonly fields: string[]
  readonly body?: readonly string[]
  readonly trailers?: string[]
}

function head(method: string, path: string, ...more: string[]): string[] {
  return [':method', method, ':scheme', 'http', ':authority', 'a.test', ':path', path, ...more]
}

const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n'

/** What the backend must read, or nothing. */
const passes: Record<string, Case & { readonly body?: readonly string[]; readonly method: string }> = {
  'GET without content': { method: 'GET', fields: head('GET', '/') },
  'GET with content (nodejs/node #27880)': { method: 'GET', fields: head('GET', '/'), body: [smuggled] },
  'HEAD with content': { method: 'HEAD', fields: head('HEAD', '/'), body: [smuggled] },
  'DELETE with content': { method: 'DELETE', fields: head('DELETE', '/'), body: [smuggled] },
  'OPTIONS with content': { method: 'OPTIONS', fields: head('OPTIONS', '/'), body: [smuggled] },
  'GET with content and content-length': {
    method: 'GET',
    fields: head('GET', '/', 'content-length', String(smuggled.length)),
    body: [smuggled],
  },
  'POST without content-length': { method: 'POST', fields: head('POST', '/'), body: [smuggled, smuggled] },
  'POST with an empty body': { method: 'POST', fields: head('POST', '/'), body: [''] },
  'POST with no body': { method: 'POST', fields: head('POST', '/') },
  'POST with content-length 0': { method: 'POST', fields: head('POST', '/', 'content-length', '0') },
  'content that looks like chunks': { method: 'POST', fields: head('POST', '/'), body: ['0\r\n\r\n', smuggled] },
  'content in many frames, some empty': { method: 'POST', fields: head('POST', '/'), body: ['a', '', 'b', '', ''] },
  trailers: { method: 'POST', fields: head('POST', '/'), body: ['a'], trailers: ['x-sum', '1'] },
  'trailers that frame': {
    method: 'POST',
    fields: head('POST', '/'),
    body: ['a'],
    trailers: ['content-length', '0', 'host', 'b.test', 'te', 'trailers'],
  },
  'trailers behind content-length': {
    method: 'POST',
    fields: head('POST', '/', 'content-length', '1'),
    body: ['a'],
    trailers: ['x-sum', '1'],
  },
  'a method of its own': { method: 'PURGE', fields: head('PURGE', '/') },
  'cookies in crumbs': { method: 'GET', fields: get('/', 'cookie', 'a=1', 'cookie', 'b=2') },
  'expect: 100-continue': { method: 'POST', fields: head('POST', '/', 'expect', '100-continue'), body: ['a'] },
}

function play(peer: RawPeer, id: number, { fields, body, trailers }: Case): void {
  peer.headers(id, fields, body === undefined && trailers === undefined)
  body?.forEach((piece, i) => {
    const last = i === body.length - 1 && trailers === undefined
    peer.send(FRAME.data, last ? FLAG.endStream : 0, id, Buffer.from(piece))
  })
  if (trailers !== undefined) peer.headers(id, trailers, true)
}

for (const [name, one] of Object.entries(passes)) {
  test(`downgrade: ${name} is one request`, async () => {
    const peer = RawPeer.client(gateway.port)
    play(peer, 1, one)
    await peer.until(() => peer.frames.some((frame) => frame.id === 1 && frame.flags & FLAG.endStream))
    // The next request must get the next answer: nothing of the first may be left over.
    play(peer, 3, { fields: head('GET', '/next') })
    const answer = await peer.until(() => peer.find(FRAME.data, 3))
    assert.equal(answer.payload.toString(), 'saw GET /next')
    assert.deepEqual(backend.ambiguous, [])
    assert.deepEqual(
      backend.seen.map((seen) => [seen.method, seen.path, seen.host]),
      [
        [one.method, '/', 'a.test'],
        ['GET', '/next', 'a.test'],
      ],
    )
    assert.equal(backend.seen[0]!.body, (one.body ?? []).join(''))
    for (const line of backend.seen[0]!.trailers) assert.match(line, /^x-sum: 1$/i)
    peer.socket.destroy()
  })
}

const evil = '\r\n\r\nGET /smuggled HTTP/1.1\r\nhost: a.test\r\n\r\n'
/** None of it may reach the backend. */
const dies: Record<string, Case> = {
  'CRLF in a value': { fields: get('/', 'x-a', `b${evil}`) },
  'LF in a value': { fields: get('/', 'x-a', 'b\ntransfer-encoding: chunked'), body: ['0\r\n\r\n'] },
  'CRLF in a name': { fields: get('/', 'x-a: b\r\ntransfer-encoding', 'chunked'), body: ['0\r\n\r\n'] },
  'colon in a name': { fields: get('/', 'transfer-encoding: chunked\r\nx', 'y'), body: ['0\r\n\r\n'] },
  'CRLF in :path': { fields: head('GET', `/ HTTP/1.1${evil}`) },
  'space in :path': { fields: head('GET', '/ HTTP/1.1') },
  'CRLF in :method': { fields: head(`GET / HTTP/1.1${evil}`, '/') },
  'space in :method': { fields: head('GET /smuggled', '/') },
  'CRLF in :authority': { fields: [':method', 'GET', ':scheme', 'http', ':authority', `a.test${evil}`, ':path', '/'] },
  'CRLF in :scheme': { fields: [':method', 'GET', ':scheme', `http${evil}`, ':authority', 'a.test', ':path', '/'] },
  'transfer-encoding': { fields: head('POST', '/', 'transfer-encoding', 'chunked'), body: [`0\r\n\r\n${smuggled}`] },
  'transfer-encoding with a space': { fields: head('POST', '/', 'transfer-encoding ', 'chunked'), body: ['0\r\n\r\n'] },
  'transfer-encoding in upper case': { fields: head('POST', '/', 'Transfer-Encoding', 'chunked'), body: ['0\r\n\r\n'] },
  'transfer-encoding in trailers': {
    fields: head('POST', '/', 'content-length', '7'),
    body: ['abc'],
    trailers: ['transfer-encoding', 'chunked'],
  },
  'content-length shorter than content': { fields: head('POST', '/', 'content-length', '1'), body: [`a${smuggled}`] },
  'two content-lengths': { fields: head('POST', '/', 'content-length', '5', 'content-length', '0'), body: ['abcde'] },
  'content-length with a sign': { fields: head('POST', '/', 'content-length', '+5'), body: ['abcde'] },
  'two hosts': { fields: get('/', 'host', 'a.test', 'host', 'b.test') },
  'host that differs': { fields: get('/', 'host', 'b.test') },
  upgrade: { fields: get('/', 'connection', 'upgrade', 'upgrade', 'echo') },
  'upgrade to h2c': { fields: get('/', 'upgrade', 'h2c') },
  CONNECT: { fields: [':method', 'CONNECT', ':authority', 'a.test:80'], body: [smuggled] },
  'HTTP/1.1 preface as a method': { fields: head('PRI * HTTP/2.0\r\n\r\nSM', '/') },
}

for (const [name, one] of Object.entries(dies)) {
  test(`downgrade: ${name} does not pass`, async () => {
    const peer = RawPeer.client(gateway.port)
    play(peer, 1, one)
    await peer.until(() => peer.find(FRAME.rstStream, 1) ?? peer.find(FRAME.headers, 1))
    play(peer, 3, { fields: head('GET', '/next') })
    const answer = await peer.until(() => peer.find(FRAME.data, 3))
    assert.equal(answer.payload.toString(), 'saw GET /next')
    assert.deepEqual(
      backend.seen.map((seen) => seen.path),
      ['/next'],
    )
    peer.socket.destroy()
  })
}

test('downgrade: content cut short by the client is cut for the backend too', async () => {
  const peer = RawPeer.client(gateway.port)
  peer.headers(1, head('POST', '/', 'content-length', '50'), false)
  peer.send(FRAME.data, FLAG.endStream, 1, Buffer.from('abc'))
  await peer.until(() => peer.find(FRAME.rstStream, 1))
  play(peer, 3, { fields: head('GET', '/next') })
  assert.equal((await peer.until(() => peer.find(FRAME.data, 3))).payload.toString(), 'saw GET /next')
  assert.deepEqual(
    backend.seen.map((seen) => seen.path),
    ['/next'],
  )
  peer.socket.destroy()
})

test('downgrade: content behind content-length 0 does not pass', async () => {
  const peer = RawPeer.client(gateway.port)
  play(peer, 1, { fields: head('POST', '/', 'content-length', '0'), body: [smuggled] })
  await peer.until(() => peer.find(FRAME.rstStream, 1))
  play(peer, 3, { fields: head('GET', '/next') })
  assert.equal((await peer.until(() => peer.find(FRAME.data, 3))).payload.toString(), 'saw GET /next')
  // The head alone is complete, so it may have gone on its way.
  assert.deepEqual(backend.ambiguous, [])
  for (const seen of backend.seen) assert.deepEqual([seen.body, seen.path === '/smuggled'], ['', false])
  peer.socket.destroy()
})

test('downgrade: an extended CONNECT becomes an upgrade, and a tunnel', async () => {
  const peer = RawPeer.client(gateway.port)
  const connect = [':method', 'CONNECT', ':protocol', 'echo', ':scheme', 'http', ':authority', 'a.test', ':path', '/ws']
  peer.headers(1, connect, false)
  const answer = await peer.until(() => peer.find(FRAME.headers, 1))
  assert.equal(answer.fields[1], '200')
  peer.send(FRAME.data, 0, 1, Buffer.from(smuggled))
  const echoed = await peer.until(() => peer.find(FRAME.data, 1))
  assert.equal(echoed.payload.toString(), smuggled)
  assert.deepEqual(
    backend.seen.map((seen) => [seen.method, seen.path]),
    [['GET', '/ws']],
  )
  peer.socket.destroy()
})
