import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'
import { after, before, test } from 'node:test'
import type { ServerStream } from '../stream.ts'
import { ca, wild } from '../tls/certificates.fixture.ts'
import { CODE, FLAG, FRAME, MAX_STREAM_ID } from './codes.ts'
import { type EchoServer, startEcho } from './echo-server.fixture.ts'
import { get, RawPeer } from './raw-peer.fixture.ts'

interface Answer {
  readonly headers: Record<string, unknown>
  readonly body: Buffer
  readonly trailers: Record<string, unknown>
}

/** An answer that node:http2 has read whole. */
async function read(stream: ClientHttp2Stream): Promise<Answer> {
  const chunks: Buffer[] = []
  let headers: Record<string, unknown> = {}
  let trailers: Record<string, unknown> = {}
  stream.on('response', (got) => {
    headers = got
  })
  stream.on('trailers', (got) => {
    trailers = got
  })
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(stream, 'end')
  return { headers, body: Buffer.concat(chunks), trailers }
}

for (const tls of [false, true]) {
  const name = tls ? 'TLS' : 'h2c'
  let server: EchoServer
  let session: ClientHttp2Session
  before(async () => {
    server = await startEcho(tls ? { tls: { cert: wild.chain, key: wild.key } } : {})
    const url = `${tls ? 'https' : 'http'}://127.0.0.1:${server.port}`
    session = connect(url, tls ? { ca, checkServerIdentity: () => undefined } : {})
  })
  after(async () => {
    session.destroy()
    await server.close()
  })

  test(`${name}: a small request, its head and its answer`, async () => {
    const stream = session.request({ ':path': '/a?b', 'x-one': 'é', cookie: 'a=1; b=2' })
    stream.end()
    const answer = await read(stream)
    assert.equal(answer.headers[':status'], 200)
    assert.equal(answer.headers['x-path'], '/a?b')
    const { head } = server.seen[server.seen.length - 1]!
    assert.equal(head.scheme, tls ? 'https' : 'http')
    assert.equal(head.authority, `127.0.0.1:${server.port}`)
    assert.equal(head.contentLength, 0)
  })

  test(`${name}: 20 MB there and back at once, with trailers`, async () => {
    const stream = session.request({ ':method': 'POST', ':path': '/' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '7' }))
    const piece = randomBytes(100_003)
    const send = async () => {
      for (let i = 0; i < 200; i++) if (!stream.write(piece)) await once(stream, 'drain')
      stream.end()
    }
    const [answer] = await Promise.all([read(stream), send()])
    assert.equal(answer.body.length, 200 * piece.length)
    for (let i = 0; i < 200; i++)
      assert.ok(answer.body.subarray(i * piece.length, (i + 1) * piece.length).equals(piece))
    assert.equal(answer.trailers['x-sum'], '7')
  })

  test(`${name}: 300 requests, 100 at a time`, async () => {
    const one = async (i: number) => {
      const stream = session.request({ ':method': 'POST', ':path': `/${i}` })
      stream.end(`body ${i}`.repeat(1000))
      const answer = await read(stream)
      assert.equal(answer.headers['x-path'], `/${i}`)
      assert.equal(answer.body.toString(), `body ${i}`.repeat(1000))
    }
    for (let round = 0; round < 3; round++) {
      await Promise.all(Array.from({ length: 100 }, (_, i) => one(round * 100 + i)))
    }
  })

  test(`${name}: a client that gives up is told to the core`, async () => {
    const stream = session.request({ ':method': 'POST', ':path': '/silent' })
    stream.on('error', () => {})
    stream.write('x')
    await waitFor(() => server.seen[server.seen.length - 1]!.body === 1)
    stream.close(constants.NGHTTP2_CANCEL)
    await waitFor(() => server.seen[server.seen.length - 1]!.reset === 'peer_reset')
  })
}

async function waitFor(what: () => boolean, ms = 60_000): Promise<void> {
  const deadline = performance.now() + ms
  while (!what()) {
    if (performance.now() > deadline) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test('a sender is held back while the core pauses, and goes on when it resumes', async (t) => {
  let stream: ServerStream | undefined
  let got = 0
  const server = await startEcho({}, (opened) => {
    stream = opened
    stream.pause()
    return {
      onData: (chunk) => {
        got += chunk.length
      },
      onEnd: () => {
        opened.respond({ status: 204, fields: [], contentLength: -1 }, true)
      },
      onReset: () => {},
      onWritable: () => {},
    }
  })
  t.after(() => server.close())
  const session = connect(`http://127.0.0.1:${server.port}`)
  t.after(() => session.destroy())
  const request = session.request({ ':method': 'POST' })
  let sent = 0
  const piece = Buffer.alloc(65_536)
  const send = async () => {
    for (let i = 0; i < 80; i++) {
      if (!request.write(piece)) await once(request, 'drain')
      sent += piece.length
    }
    request.end()
  }
  const answer = read(request)
  const sending = send()
  await new Promise((resolve) => setTimeout(resolve, 200))
  assert.equal(got, 0)
  assert.ok(sent < 1_000_000, `${sent} octets were taken`)
  stream!.resume()
  await sending
  assert.equal((await answer).headers[':status'], 204)
  assert.equal(got, 80 * piece.length)
})

test('one stalled stream does not hold up the others of its connection', async (t) => {
  const server = await startEcho()
  t.after(() => server.close())
  const peer = RawPeer.client(server.port)
  t.after(() => peer.socket.destroy())
  peer.headers(1, get('/bytes/1000000'), true)
  await peer.until(() => bytesOf(peer, 1) === 65_535)
  peer.send(FRAME.windowUpdate, 0, 0, Buffer.from([0, 1, 0, 0]))
  peer.headers(3, get('/bytes/1000'), true)
  await peer.until(() => bytesOf(peer, 3) === 1000)
  assert.equal(bytesOf(peer, 1), 65_535)
  peer.send(FRAME.windowUpdate, 0, 1, Buffer.from([0, 0, 1, 0]))
  await peer.until(() => bytesOf(peer, 1) === 65_535 + 256)
})

function bytesOf(peer: RawPeer, id: number): number {
  return peer.frames.reduce((sum, f) => (f.type === FRAME.data && f.id === id ? sum + f.payload.length : sum), 0)
}

test('informational responses, HEAD and 304 keep their content-length, the last DATA carries END_STREAM', async (t) => {
  const server = await startEcho({}, (stream) => {
    stream.inform(103, ['link', '</a.css>'])
    if (stream.head.method === 'HEAD') stream.respond({ status: 200, fields: [], contentLength: 77 }, true)
    else {
      stream.respond({ status: 200, fields: [], contentLength: 4 }, false)
      stream.write(Buffer.from('body'))
      stream.end(null)
    }
    return { onData() {}, onEnd() {}, onReset() {}, onWritable() {} }
  })
  t.after(() => server.close())
  const peer = RawPeer.client(server.port)
  t.after(() => peer.socket.destroy())
  peer.headers(1, get(), true)
  peer.headers(3, [':method', 'HEAD', ...get().slice(2)], true)
  await peer.until(() => peer.frames.filter((f) => f.type === FRAME.headers).length === 4)
  const about = (id: number) =>
    peer.frames.filter((f) => f.id === id).map((f) => [f.type, f.flags & 1, f.fields.join(' ')])
  assert.deepEqual(about(1), [
    [FRAME.headers, 0, ':status 103 link </a.css>'],
    [FRAME.headers, 0, ':status 200 content-length 4'],
    [FRAME.data, FLAG.endStream, ''],
  ])
  assert.deepEqual(about(3)[1], [FRAME.headers, FLAG.endStream, ':status 200 content-length 77'])
})

test('an answer with a field that would split it resets the stream and tells the core', async (t) => {
  const errors: string[] = []
  const server = await startEcho({}, (stream) => {
    const bad = stream.head.path === '/bad'
    stream.respond({ status: 200, fields: ['x-a', bad ? 'a\r\nset-cookie: b' : 'fine'], contentLength: -1 }, true)
    return { onData() {}, onEnd() {}, onWritable() {}, onReset: (error) => errors.push(error.code) }
  })
  t.after(() => server.close())
  const peer = RawPeer.client(server.port)
  t.after(() => peer.socket.destroy())
  peer.headers(1, get('/good'), true)
  peer.headers(3, get('/bad'), true)
  peer.headers(5, get('/good'), true)
  assert.equal(await peer.fate(3), CODE.internalError)
  const answer = await peer.until(() => peer.find(FRAME.headers, 5))
  assert.deepEqual(answer.fields, [':status', '200', 'x-a', 'fine'])
  assert.deepEqual(errors, ['protocol_error'])
})

test('a head larger than a frame goes out in CONTINUATION frames', async (t) => {
  const fields = Array.from({ length: 100 }, (_, i) => [`x-${i}`, 'v'.repeat(500)]).flat()
  const server = await startEcho({}, (stream) => {
    stream.respond({ status: 200, fields, contentLength: 0 }, true)
    return { onData() {}, onEnd() {}, onReset() {}, onWritable() {} }
  })
  t.after(() => server.close())
  const session = connect(`http://127.0.0.1:${server.port}`, { settings: { maxHeaderListSize: 1e6 } })
  t.after(() => session.destroy())
  const answer = await read(session.request({}).end())
  assert.equal(answer.headers['x-99'], 'v'.repeat(500))
})

test('drain: first nothing is refused, then the last stream is named, and those in flight end', async (t) => {
  let finish = () => {}
  const server = await startEcho({}, (stream) => {
    const end = () => stream.respond({ status: 200, fields: [], contentLength: 0 }, true)
    if (stream.head.path === '/wait') finish = end
    else end()
    return { onData() {}, onEnd() {}, onReset() {}, onWritable() {} }
  })
  t.after(() => server.close())
  const peer = RawPeer.client(server.port)
  t.after(() => peer.socket.destroy())
  peer.headers(1, get('/wait'), true)
  await peer.until(() => server.seen.length === 1)
  const [connection] = server.connections
  connection!.drain()
  const ping = await peer.until(() => peer.find(FRAME.ping, 0))
  assert.equal(peer.find(FRAME.goAway, 0)?.payload.readUInt32BE(0), MAX_STREAM_ID)
  // Crosses the GOAWAY: still served.
  peer.headers(3, get('/late'), true)
  await peer.until(() => peer.find(FRAME.headers, 3))
  peer.send(FRAME.ping, FLAG.ack, 0, ping.payload)
  const last = await peer.until(() => peer.frames.filter((f) => f.type === FRAME.goAway)[1])
  assert.deepEqual([last.payload.readUInt32BE(0), last.payload.readUInt32BE(4)], [3, CODE.noError])
  assert.equal(peer.closed, false)
  finish()
  await peer.until(() => peer.find(FRAME.headers, 1))
  await peer.until(() => peer.closed)
  await waitFor(() => server.connections.size === 0)
})

test('an answer that is complete before its request: the client is told to stop, later', async (t) => {
  const server = await startEcho({}, (stream) => {
    stream.respond({ status: 413, fields: [], contentLength: 0 }, true)
    return { onData() {}, onEnd() {}, onReset() {}, onWritable() {} }
  })
  t.after(() => server.close())
  const peer = RawPeer.client(server.port)
  t.after(() => peer.socket.destroy())
  peer.headers(1, get(), false)
  await peer.until(() => peer.find(FRAME.headers, 1))
  assert.equal(await peer.fate(1), CODE.noError)
  peer.send(FRAME.data, 0, 1, Buffer.from('under way'))
  peer.headers(3, get(), true)
  await peer.until(() => peer.find(FRAME.headers, 3))
})

test('timeouts: no preface, half a header block, no stream', async (t) => {
  const server = await startEcho({ headerTimeoutMs: 300, idleTimeoutMs: 900 })
  t.after(() => server.close())
  const silent = RawPeer.client(server.port)
  const half = RawPeer.client(server.port)
  half.send(FRAME.headers, 0, 1, Buffer.from([0x82]))
  const busy = RawPeer.client(server.port)
  busy.headers(1, get('/silent'), true)
  await half.until(() => half.closed)
  assert.equal(half.find(FRAME.goAway, 0)?.payload.readUInt32BE(4), CODE.enhanceYourCalm)
  assert.equal(silent.closed, false)
  await silent.until(() => silent.closed)
  assert.equal(silent.find(FRAME.goAway, 0)?.payload.readUInt32BE(4), CODE.noError)
  assert.equal(busy.closed, false)
  busy.socket.destroy()
  await waitFor(() => server.seen[0]!.reset === 'peer_closed')
})

test('octets that were read before are part of the connection; something else than HTTP/2 is refused', async (t) => {
  const server = await startEcho({ first: Buffer.from('PRI * HTTP/2.0\r\n') })
  t.after(() => server.close())
  const { connect: dial } = await import('node:net')
  const peer = new RawPeer(dial(server.port, '127.0.0.1'))
  peer.socket.write('\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0')
  peer.headers(1, get(), true)
  await peer.until(() => peer.find(FRAME.headers, 1))
  const other = new RawPeer(dial(server.port, '127.0.0.1'))
  other.socket.write('GET / HTTP/1.1\r\n')
  await other.until(() => other.closed)
  assert.equal(other.find(FRAME.goAway, 0)?.payload.readUInt32BE(4), CODE.protocolError)
  peer.socket.destroy()
})
