import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createSecureServer, createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2'
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import type { Fields, RequestHead, ResponseHead } from '../message.ts'
import type { ClientConnection, ClientStream, ClientStreamHandler, StreamError } from '../stream.ts'
import { ca, wild } from '../tls/certificates.fixture.ts'
import { connectHttp2, type Http2ClientOptions } from './client.ts'
import { CODE, FLAG, FRAME, SETTING } from './codes.ts'
import { block, RawPeer, word } from './raw-peer.fixture.ts'
import { settingsPayload } from './settings.ts'

/** Records what a stream hears. */
class Listener implements ClientStreamHandler {
  head: ResponseHead | undefined
  informed: number[] = []
  chunks: Uint8Array[] = []
  trailers: Fields | null = null
  ended = false
  error: StreamError | undefined
  onChunk: (() => void) | undefined
  onRoom: (() => void) | undefined
  readonly over: Promise<void>
  #done!: () => void

  constructor() {
    this.over = new Promise((resolve) => {
      this.#done = resolve
    })
  }

  onInform(status: number): void {
    this.informed.push(status)
  }
  onResponse(head: ResponseHead): void {
    this.head = head
  }
  onData(chunk: Uint8Array): void {
    this.chunks.push(chunk)
    this.onChunk?.()
  }
  onEnd(trailers: Fields | null): void {
    this.trailers = trailers
    this.ended = true
    this.#done()
  }
  onReset(error: StreamError): void {
    this.error = error
    this.#done()
  }
  onWritable(): void {
    this.onRoom?.()
  }
  get length(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  }
  get text(): string {
    return Buffer.concat(this.chunks).toString()
  }
}

function head(method: string, path: string, more: Partial<Omit<RequestHead, 'acceptsTrailers'>> = {}): RequestHead {
  const fields: Fields = []
  const base = { method, scheme: 'http' as const, authority: 'a.test', path, fields, contentLength: -1 }
  return { ...base, acceptsTrailers: true, upgrade: '', expectContinue: false, ...more }
}

class Events {
  capacity = 0
  closed = false
  onCapacity(): void {
    this.capacity++
  }
  onClose(): void {
    this.closed = true
  }
}

async function listen(t: TestContext, server: Server | Http2Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => void server.close())
  return (server.address() as AddressInfo).port
}

async function dial(t: TestContext, port: number, events = new Events(), options: Partial<Http2ClientOptions> = {}) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  const connection = connectHttp2(socket, events, options)
  t.after(() => connection.destroy())
  return connection
}

function send(connection: ClientConnection, request: RequestHead, end = true): { stream: ClientStream; got: Listener } {
  const got = new Listener()
  return { stream: connection.open(request, end, got), got }
}

async function waitFor(what: () => boolean, ms = 60_000): Promise<void> {
  const deadline = performance.now() + ms
  while (!what()) {
    if (performance.now() > deadline) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Sends the body back; path /n/N answers with N octets. */
function answer(stream: ServerHttp2Stream, headers: Record<string, unknown>): void {
  const size = /^\/n\/(\d+)$/.exec(String(headers[':path']))
  stream.on('error', () => {})
  if (headers[':path'] === '/silent') return
  stream.respond(
    { ':status': 200, 'x-path': String(headers[':path']), 'x-te': String(headers.te) },
    { waitForTrailers: true },
  )
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '7' }))
  if (size) stream.end(Buffer.alloc(Number(size[1]), 'y'))
  else stream.pipe(stream)
}

for (const tls of [false, true]) {
  const name = tls ? 'TLS' : 'h2c'

  test(`${name}: node:http2 as backend: small, large, many at a time, trailers`, async (t) => {
    const server = tls ? createSecureServer({ cert: wild.chain, key: wild.key }) : createServer()
    server.on('stream', answer)
    const port = await listen(t, server)
    const socket = tls
      ? connectTls({ port, host: '127.0.0.1', ca, ALPNProtocols: ['h2'], checkServerIdentity: () => undefined })
      : connect(port, '127.0.0.1')
    await once(socket, tls ? 'secureConnect' : 'connect')
    const connection = connectHttp2(socket, new Events())
    t.after(() => connection.destroy())

    const small = send(connection, head('GET', '/small?x'))
    await small.got.over
    assert.equal(small.got.head?.status, 200)
    assert.deepEqual(small.got.head?.fields.slice(0, 4), ['x-path', '/small?x', 'x-te', 'trailers'])
    assert.deepEqual(small.got.trailers, ['x-sum', '7'])

    const large = send(connection, head('POST', '/large'), false)
    const piece = Buffer.alloc(100_003, 'abc')
    for (let i = 0; i < 100; i++) {
      if (!large.stream.write(piece)) {
        await new Promise<void>((resolve) => {
          large.got.onRoom = resolve
        })
      }
    }
    large.stream.end(['x-end', '1'])
    await large.got.over
    assert.equal(large.got.length, 100 * piece.length)
    assert.ok(Buffer.concat(large.got.chunks).subarray(-piece.length).equals(piece))

    const many = Array.from({ length: 100 }, (_, i) => {
      const one = send(connection, head('POST', `/${i}`, { contentLength: 2000 }), false)
      one.stream.write(Buffer.alloc(2000, String(i % 10)))
      one.stream.end(null)
      return one.got
    })
    await Promise.all(many.map((got) => got.over))
    many.forEach((got, i) => {
      assert.equal(got.text, String(i % 10).repeat(2000))
    })
    assert.equal(connection.active, 0)
  })
}

test('a paused stream holds back the backend and nobody else', async (t) => {
  let sent = 0
  const server = createServer()
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    if (headers[':path'] !== '/endless') return answer(stream, headers)
    stream.on('error', () => {})
    stream.respond({ ':status': 200 })
    const pour = () => {
      sent += 65_536
      if (sent < 10_000_000) stream.write(Buffer.alloc(65_536), pour)
      else stream.end(Buffer.alloc(65_536))
    }
    pour()
  })
  const connection = await dial(t, await listen(t, server))
  const slow = send(connection, head('GET', '/endless'))
  slow.stream.pause()
  await new Promise((resolve) => setTimeout(resolve, 150))
  assert.ok(sent < 1_000_000, `${sent} octets were taken`)
  assert.equal(slow.got.length, 0)
  const other = send(connection, head('GET', '/n/3000000'))
  await other.got.over
  assert.equal(other.got.length, 3_000_000)
  slow.stream.resume()
  await slow.got.over
  assert.deepEqual([slow.got.error, slow.got.length], [undefined, 153 * 65_536])
})

test('capacity follows the settings of the server', async (t) => {
  const server = createServer({ settings: { maxConcurrentStreams: 3 } })
  server.on('stream', answer)
  const events = new Events()
  const connection = await dial(t, await listen(t, server), events)
  assert.equal(connection.capacity, 100)
  await waitFor(() => connection.capacity === 3)
  const streams = [1, 2, 3].map(() => send(connection, head('POST', '/silent'), false).stream)
  assert.deepEqual([connection.capacity, connection.active], [0, 3])
  const before = events.capacity
  streams[0]!.reset('cancelled')
  assert.deepEqual([connection.capacity, connection.active, events.capacity], [1, 2, before + 1])
  connection.drain()
  assert.equal(connection.capacity, 0)
  assert.equal(events.closed, false)
  for (const stream of streams) stream.reset('cancelled')
  await waitFor(() => events.closed)
})

test('GOAWAY: streams above the last one may be sent again, those below go on', async (t) => {
  const { connection, peer, events } = await againstRaw(t)
  const first = send(connection, head('GET', '/1'))
  const second = send(connection, head('GET', '/2'))
  await peer.until(() => peer.find(FRAME.headers, 3))
  peer.send(FRAME.goAway, 0, 0, word(1, CODE.noError))
  await second.got.over
  assert.deepEqual([second.got.error?.code, second.got.error?.unprocessed], ['peer_closed', true])
  assert.equal(connection.capacity, 0)
  peer.headers(1, [':status', '200'], true)
  await first.got.over
  assert.equal(first.got.head?.status, 200)
  await waitFor(() => events.closed)
})

test('REFUSED_STREAM may be sent again, other resets may not', async (t) => {
  const { connection, peer } = await againstRaw(t)
  const refused = send(connection, head('GET', '/1'))
  const broken = send(connection, head('GET', '/2'))
  await peer.until(() => peer.find(FRAME.headers, 3))
  peer.send(FRAME.rstStream, 0, 1, word(CODE.refusedStream))
  peer.send(FRAME.rstStream, 0, 3, word(CODE.internalError))
  await Promise.all([refused.got.over, broken.got.over])
  assert.deepEqual([refused.got.error?.code, refused.got.error?.unprocessed], ['peer_reset', true])
  assert.deepEqual([broken.got.error?.code, broken.got.error?.unprocessed], ['peer_reset', false])
})

/** A backend that says whatever the test wants. */
async function againstRaw(
  t: TestContext,
  settings: Buffer = Buffer.alloc(0),
  options: Partial<Http2ClientOptions> = {},
) {
  const server = createTcpServer()
  const port = await listen(t, server)
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const events = new Events()
  const connection = await dial(t, port, events, options)
  const [socket] = await accepted
  // The preface of the client stands before its frames.
  const peer = new RawPeer(socket, 24)
  t.after(() => socket.destroy())
  peer.send(FRAME.settings, 0, 0, settings)
  return { connection, peer, events }
}

test('malformed responses break their stream', async (t) => {
  const bad: Record<string, string[]> = {
    'no :status': ['x-a', 'b'],
    'status 20': [':status', '20'],
    'status 2000': [':status', '2000'],
    'status 600': [':status', '600'],
    'status 101': [':status', '101'],
    'status twice': [':status', '200', ':status', '200'],
    'pseudo-header of a request': [':status', '200', ':path', '/'],
    connection: [':status', '200', 'connection', 'close'],
    'transfer-encoding': [':status', '200', 'transfer-encoding', 'chunked'],
    'upper case': [':status', '200', 'X-A', 'b'],
    'value with CRLF': [':status', '200', 'x-a', 'b\r\nc: d'],
    'content-length without content': [':status', '200', 'content-length', '5'],
    'two content-lengths': [':status', '200', 'content-length', '0', 'content-length', '5'],
    'informational at the end': [':status', '103'],
  }
  const { connection, peer } = await againstRaw(t)
  let id = 1
  for (const [why, fields] of Object.entries(bad)) {
    const { got } = send(connection, head('GET', '/'))
    await peer.until(() => peer.find(FRAME.headers, id))
    peer.headers(id, fields, true)
    await got.over
    assert.equal(got.error?.code, 'protocol_error', why)
    assert.equal(got.head, undefined, why)
    id += 2
  }
  const cut = send(connection, head('GET', '/'))
  await peer.until(() => peer.find(FRAME.headers, id))
  peer.headers(id, [':status', '200', 'content-length', '5'], false)
  peer.send(FRAME.data, FLAG.endStream, id, Buffer.from('abc'))
  await cut.got.over
  assert.deepEqual([cut.got.error?.code, cut.got.ended], ['protocol_error', false])
})

test('informational responses, HEAD and 304 pass as they should', async (t) => {
  const { connection, peer } = await againstRaw(t)
  const one = send(connection, head('HEAD', '/'))
  await peer.until(() => peer.find(FRAME.headers, 1))
  peer.headers(1, [':status', '100'], false)
  peer.headers(1, [':status', '103', 'link', '</a>'], false)
  peer.headers(1, [':status', '200', 'content-length', '77'], true)
  await one.got.over
  assert.deepEqual(one.got.informed, [100, 103])
  assert.deepEqual([one.got.head?.status, one.got.head?.contentLength, one.got.ended], [200, 77, true])
})

test('what goes out: pseudo-header first, content-length, te, and nothing of HTTP/1.1', async (t) => {
  const { connection, peer } = await againstRaw(t)
  const fields = [
    'x-a',
    'b',
    'connection',
    'close',
    'transfer-encoding',
    'chunked',
    'host',
    'b.test',
    'authorization',
    'x',
  ]
  send(connection, head('POST', '/p?q', { fields, contentLength: 0, expectContinue: true }))
  const got = await peer.until(() => peer.find(FRAME.headers, 1))
  assert.equal(got.flags, FLAG.endHeaders | FLAG.endStream)
  const pseudo = [':method', 'POST', ':scheme', 'http', ':authority', 'a.test', ':path', '/p?q']
  const rest = ['x-a', 'b', 'authorization', 'x', 'te', 'trailers', 'expect', '100-continue', 'content-length', '0']
  assert.deepEqual(got.fields, [...pseudo, ...rest])
})

test('a request that would split is never sent, and the connection stays in step', async (t) => {
  const { connection, peer } = await againstRaw(t)
  const bad = [
    head('GET', '/ HTTP/1.1\r\n'),
    head('GET', '/', { authority: 'a\r\nb' }),
    head('GET\r\n', '/'),
    head('GET', '/', { fields: ['x-a', 'b', 'x-b', 'c\r\nd'] }),
    head('GET', '/', { fields: [':path', '/other'] }),
  ]
  for (const request of bad) {
    const { got } = send(connection, request)
    const early: unknown = got.error
    assert.equal(early, undefined, 'told before open had returned')
    await got.over
    assert.deepEqual([got.error?.code, got.error?.unprocessed], ['protocol_error', false])
  }
  for (const id of [1, 3, 5]) {
    send(connection, head('GET', '/', { fields: ['x-a', 'b'] }))
    const got = await peer.until(() => peer.find(FRAME.headers, id))
    assert.deepEqual(got.fields.slice(8, 10), ['x-a', 'b'])
  }
  assert.equal(connection.active, 3)
})

test('an upgrade is an extended CONNECT, once the server has said that it has it', async (t) => {
  const { connection, peer } = await againstRaw(t, settingsPayload([[SETTING.enableConnectProtocol, 1]]))
  // The key and its answer are those of RFC 6455 1.3; HTTP/2 has neither.
  const fields = ['sec-websocket-key', 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version', '13']
  const { stream, got } = send(connection, head('GET', '/chat', { upgrade: 'websocket', contentLength: 0, fields }))
  const request = await peer.until(() => peer.find(FRAME.headers, 1))
  assert.deepEqual(request.fields.slice(0, 4), [':method', 'CONNECT', ':protocol', 'websocket'])
  assert.equal(request.flags & FLAG.endStream, 0)
  assert.ok(request.fields.includes('sec-websocket-version') && !request.fields.includes('sec-websocket-key'))
  peer.headers(1, [':status', '200'], false)
  await waitFor(() => got.head !== undefined)
  assert.equal(got.head?.status, 101)
  assert.deepEqual(got.head?.fields, ['sec-websocket-accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='])
  stream.write(Buffer.from('ping'))
  await peer.until(() => peer.find(FRAME.data, 1))
  peer.send(FRAME.data, FLAG.endStream, 1, Buffer.from('pong'))
  await got.over
  assert.equal(got.text, 'pong')

  const plain = await againstRaw(t)
  const refused = send(plain.connection, head('GET', '/chat', { upgrade: 'websocket' }))
  await refused.got.over
  assert.deepEqual([refused.got.error?.code, refused.got.error?.unprocessed], ['protocol_error', false])
  assert.equal(plain.peer.find(FRAME.headers, 1), undefined)
})

test('a backend that is not HTTP/2, pushes, floods, or falls silent loses its connection', async (t) => {
  const wild = [
    (peer: RawPeer) => peer.socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
    (peer: RawPeer) =>
      peer.send(FRAME.pushPromise, FLAG.endHeaders, 1, Buffer.concat([word(2), block([':method', 'GET'])])),
    (peer: RawPeer) => {
      for (let i = 0; i < 20_000; i++) peer.send(FRAME.ping, 0, 0, Buffer.alloc(8))
    },
    (peer: RawPeer) => peer.headers(2, [':status', '200'], true),
    (peer: RawPeer) => peer.headers(7, [':status', '200'], true),
    (peer: RawPeer) => peer.send(FRAME.data, 0, 9, Buffer.from('x')),
  ]
  for (const act of wild) {
    const { connection, peer, events } = await againstRaw(t)
    const { got } = send(connection, head('GET', '/'))
    await peer.until(() => peer.find(FRAME.headers, 1))
    act(peer)
    await got.over
    assert.equal(got.error?.code, 'protocol_error', String(act))
    assert.equal(connection.capacity, 0)
    peer.socket.destroy()
    await waitFor(() => events.closed)
  }
  const silent = await againstRaw(t, Buffer.alloc(0), { ping: { intervalMs: 150, timeoutMs: 150, jitterPercent: 0 } })
  const { got } = send(silent.connection, head('GET', '/'))
  await silent.peer.until(() => silent.peer.find(FRAME.ping, 0))
  await got.over
  assert.equal(got.error?.code, 'peer_closed')
})

test('pings go out from time to time, and before a request after a rest', async (t) => {
  const pings = (peer: RawPeer) => peer.frames.filter(({ type, flags }) => type === FRAME.ping && flags === 0)
  const regular = await againstRaw(t, Buffer.alloc(0), {
    ping: { intervalMs: 100, timeoutMs: 60_000, jitterPercent: 0 },
  })
  for (let i = 1; i <= 2; i++) {
    await regular.peer.until((peer) => pings(peer).length === i, 60_000)
    regular.peer.send(FRAME.ping, FLAG.ack, 0, pings(regular.peer).at(-1)!.payload)
  }
  assert.equal(regular.events.closed, false)

  const rested = await againstRaw(t, Buffer.alloc(0), { ping: { afterIdleMs: 5, timeoutMs: 60_000, jitterPercent: 0 } })
  const first = send(rested.connection, head('GET', '/'))
  await rested.peer.until(() => rested.peer.find(FRAME.headers, 1), 60_000)
  rested.peer.headers(1, [':status', '204'], true)
  await first.got.over
  for (const { payload } of pings(rested.peer)) rested.peer.send(FRAME.ping, FLAG.ack, 0, payload)
  await sleep(20)
  send(rested.connection, head('GET', '/'))
  await rested.peer.until((peer) => pings(peer).length > 0, 60_000)
})

test('opening on a closed connection fails later, and as unprocessed', async (t) => {
  const { connection } = await againstRaw(t)
  connection.destroy()
  const { got } = send(connection, head('GET', '/'))
  const early: unknown = got.error
  assert.equal(early, undefined)
  await got.over
  assert.equal(got.error?.unprocessed, true)
})

test('a whole response stands when the server then resets the stream', async (t) => {
  const { connection, peer } = await againstRaw(t)
  const { stream, got } = send(connection, head('POST', '/'), false)
  stream.pause()
  await peer.until(() => peer.find(FRAME.headers, 1))
  peer.headers(1, [':status', '413'], false)
  peer.send(FRAME.data, FLAG.endStream, 1, Buffer.from('too large'))
  peer.send(FRAME.rstStream, 0, 1, word(CODE.noError))
  await new Promise((resolve) => setTimeout(resolve, 30))
  assert.equal(got.error, undefined)
  stream.resume()
  await got.over
  assert.deepEqual([got.text, got.ended, connection.active], ['too large', true, 0])
})
