import assert from 'node:assert/strict'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { Fields } from '../message.ts'
import type { ServerStream, ServerStreamHandler, StreamError } from '../stream.ts'
import { serveHttp1 } from './server.ts'
import type { Http1ServerConnection, Http1ServerOptions } from './server-connection.ts'

const OPTIONS: Http1ServerOptions = {
  scheme: 'http',
  sni: '',
  headerTimeoutMs: 0,
  idleTimeoutMs: 0,
  maxHeaderBytes: 4096,
  maxHeaderCount: 50,
}

/** An accepted request and all that the codec has told about it. */
class Exchange implements ServerStreamHandler {
  readonly stream: ServerStream
  body = ''
  ended = false
  trailers: Fields | null = null
  error: StreamError | undefined
  writable = 0
  onBytes: ((chunk: Uint8Array) => void) | undefined

  constructor(stream: ServerStream) {
    this.stream = stream
  }

  onData(chunk: Uint8Array): void {
    if (this.onBytes) this.onBytes(chunk)
    else this.body += Buffer.from(chunk).toString('latin1')
  }

  onEnd(trailers: Fields | null): void {
    assert.ok(!this.ended)
    this.ended = true
    this.trailers = trailers
  }

  onReset(error: StreamError): void {
    assert.equal(this.error, undefined)
    this.error = error
  }

  onWritable(): void {
    this.writable++
  }
}

interface Setup {
  readonly exchanges: Exchange[]
  readonly client: Socket
  readonly connection: () => Http1ServerConnection
  /** All that the client has received. */
  received(): string
  send(text: string): void
  closed(): boolean
}

async function setUp(
  t: TestContext,
  options: Partial<Http1ServerOptions> = {},
  onAccept?: (exchange: Exchange) => void,
): Promise<Setup> {
  const exchanges: Exchange[] = []
  let connection: Http1ServerConnection | undefined
  const server = createServer((socket) => {
    connection = serveHttp1(socket, { ...OPTIONS, ...options }, (stream) => {
      const exchange = new Exchange(stream)
      exchanges.push(exchange)
      onAccept?.(exchange)
      return exchange
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true })
  let text = ''
  let closed = false
  client.on('data', (bytes) => {
    text += bytes.toString('latin1')
  })
  client.on('end', () => {
    closed = true
  })
  client.on('error', () => {
    closed = true
  })
  await new Promise((resolve) => client.on('connect', resolve))
  t.after(() => {
    client.destroy()
    connection?.destroy()
    server.close()
  })
  return {
    exchanges,
    client,
    connection: () => connection!,
    received: () => text,
    send: (bytes) => void client.write(bytes, 'latin1'),
    closed: () => closed,
  }
}

async function until(condition: () => boolean, what = condition.toString()): Promise<void> {
  for (let waited = 0; !condition(); waited++) {
    if (waited > 10_000) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const POST = 'POST / HTTP/1.1\r\nHost: a\r\n'

function respond(exchange: Exchange, body: string, contentLength = body.length): void {
  exchange.stream.respond({ status: 200, fields: [], contentLength }, false)
  exchange.stream.write(Buffer.from(body))
  exchange.stream.end(null)
}

const framings: [string, string, (stream: ServerStream) => void, string][] = [
  ['known length', GET, (s) => answer(s, 200, 2, 'ok'), 'HTTP/1.1 200 OK\r\nx: y\r\ncontent-length: 2\r\n\r\nok'],
  [
    'unknown length',
    GET,
    (s) => answer(s, 200, -1, 'ok', ['t', 'u']),
    'HTTP/1.1 200 OK\r\nx: y\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nt: u\r\n\r\n',
  ],
  [
    'no body',
    GET,
    (s) => s.respond({ status: 404, fields: [], contentLength: -1 }, true),
    'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n',
  ],
  [
    'HEAD',
    'HEAD / HTTP/1.1\r\nHost: a\r\n\r\n',
    (s) => answer(s, 200, 2, 'ok'),
    'HTTP/1.1 200 OK\r\nx: y\r\ncontent-length: 2\r\n\r\n',
  ],
  ['204', GET, (s) => answer(s, 204, 2, 'ok'), 'HTTP/1.1 204 No Content\r\nx: y\r\n\r\n'],
  [
    '304',
    GET,
    (s) => s.respond({ status: 304, fields: [], contentLength: 9 }, true),
    'HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n',
  ],
  [
    'HTTP/1.0 with keep-alive',
    'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
    (s) => answer(s, 200, 2, 'ok'),
    'HTTP/1.1 200 OK\r\nx: y\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\nok',
  ],
]

function answer(
  stream: ServerStream,
  status: number,
  contentLength: number,
  body: string,
  trailers: Fields | null = null,
) {
  stream.respond({ status, fields: ['x', 'y'], contentLength }, false)
  stream.write(Buffer.from(body))
  stream.end(trailers)
}

for (const [name, request, act, expected] of framings) {
  test(`framing: ${name}, and the connection lives on`, async (t) => {
    const { exchanges, received, send } = await setUp(t)
    send(request)
    await until(() => exchanges.length === 1 && exchanges[0]!.ended)
    act(exchanges[0]!.stream)
    await until(() => received().length >= expected.length)
    send(GET)
    await until(() => exchanges.length === 2)
    assert.equal(received(), expected)
  })
}

test('a malformed HEAD is refused without content', async (t) => {
  const { send, received, closed } = await setUp(t)
  send('HEAD /a\\b HTTP/1.1\r\nHost: a\r\n\r\n')
  await until(closed)
  assert.match(received(), /^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*content-length: 25\r\n[\s\S]*\r\n\r\n$/)
})

test('HTTP/1.0 gets an unknown length until the close', async (t) => {
  const { exchanges, received, send, closed } = await setUp(t)
  send('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')
  await until(() => exchanges.length === 1)
  assert.equal(exchanges[0]!.stream.connection.protocol, 'http/1.0')
  exchanges[0]!.stream.inform(103, [])
  answer(exchanges[0]!.stream, 200, -1, 'ok')
  await until(closed)
  assert.equal(received(), 'HTTP/1.1 200 OK\r\nx: y\r\nconnection: close\r\n\r\nok')
})

test('pipelined requests wait for the answer before them', async (t) => {
  const { exchanges, received, send } = await setUp(t)
  send(`${POST}Content-Length: 3\r\n\r\nabc${GET}${GET}`)
  await until(() => exchanges.length === 1 && exchanges[0]!.ended)
  assert.equal(exchanges[0]!.body, 'abc')
  respond(exchanges[0]!, '1')
  assert.equal(exchanges.length, 2)
  respond(exchanges[1]!, '2')
  respond(exchanges[2]!, '3')
  await until(() => received().endsWith('3'))
  assert.deepEqual(received().match(/\d$|\d(?=HTTP)/g), ['1', '2', '3'])
})

test('an answer may come within accept', async (t) => {
  const { exchanges, received, send } = await setUp(t, {}, (exchange) => respond(exchange, 'x'))
  send(GET + GET + GET)
  await until(() => received().match(/200 OK/g)?.length === 3)
  assert.ok(exchanges.every((it) => it.ended))
})

test('every byte alone', async (t) => {
  const { exchanges, received, client } = await setUp(t)
  client.setNoDelay(true)
  for (const byte of `${POST}Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nt: u\r\n\r\n${GET}`) {
    client.write(byte)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await until(() => exchanges[0]?.ended === true)
  assert.equal(exchanges[0]!.body, 'abc')
  assert.deepEqual(exchanges[0]!.trailers, ['t', 'u'])
  respond(exchanges[0]!, 'x')
  await until(() => exchanges[1]?.ended === true)
  await until(() => received().includes('200 OK'))
})

test('100-continue is asked for and sent', async (t) => {
  const { exchanges, received, send } = await setUp(t)
  send(`${POST}Content-Length: 3\r\nExpect: 100-continue\r\n\r\n`)
  await until(() => exchanges.length === 1)
  assert.equal(exchanges[0]!.stream.head.expectContinue, true)
  exchanges[0]!.stream.inform(100, [])
  await until(() => received() === 'HTTP/1.1 100 Continue\r\n\r\n')
  send('abc')
  await until(() => exchanges[0]!.ended)
  respond(exchanges[0]!, 'x')
  await until(() => received().endsWith('content-length: 1\r\n\r\nx'))
})

test('an answer instead of 100 closes: nobody can tell whether the body comes', async (t) => {
  const { exchanges, received, send, closed } = await setUp(t)
  send(`${POST}Content-Length: 3\r\nExpect: 100-continue\r\n\r\n`)
  await until(() => exchanges.length === 1)
  exchanges[0]!.stream.respond({ status: 413, fields: [], contentLength: 0 }, true)
  await until(closed)
  assert.match(received(), /^HTTP\/1.1 413 .*\r\ncontent-length: 0\r\nconnection: close\r\n\r\n$/)
  assert.equal(exchanges[0]!.error, undefined)
})

test('an early answer: a small rest is read, a large one closes', async (t) => {
  const small = await setUp(t)
  small.send(`${POST}Content-Length: 1000\r\n\r\nabc`)
  await until(() => small.exchanges.length === 1)
  small.exchanges[0]!.stream.respond({ status: 403, fields: [], contentLength: 0 }, true)
  await until(() => small.received().includes('403'))
  small.send('x'.repeat(997) + GET)
  await until(() => small.exchanges.length === 2)
  assert.doesNotMatch(small.received(), /close/)

  const large = await setUp(t)
  large.send(`${POST}Content-Length: 1000000\r\n\r\nabc`)
  await until(() => large.exchanges.length === 1)
  large.exchanges[0]!.stream.respond({ status: 403, fields: [], contentLength: 0 }, true)
  await until(large.closed)
  assert.match(large.received(), /connection: close/)

  // With content it is over before the body just the same.
  const told = await setUp(t)
  told.send(`${POST}Content-Length: 1000000\r\n\r\nabc`)
  await until(() => told.exchanges.length === 1)
  respond(told.exchanges[0]!, 'too large')
  await until(told.closed)
  assert.match(told.received(), /connection: close\r\n\r\ntoo large$/)
})

test('a malformed body: 400 before the answer, a cut after it', async (t) => {
  const before = await setUp(t)
  before.send(`${POST}Transfer-Encoding: chunked\r\n\r\n3\r\nabcX`)
  await until(before.closed)
  assert.match(before.received(), /^HTTP\/1.1 400 /)
  assert.equal(before.exchanges[0]!.error?.code, 'protocol_error')
  assert.equal(before.exchanges[0]!.ended, false)

  const behind = await setUp(t, {}, (it) => it.stream.respond({ status: 200, fields: [], contentLength: -1 }, false))
  behind.send(`${POST}Transfer-Encoding: chunked\r\n\r\n3\r\nabc`)
  await until(() => behind.received().includes('200'))
  behind.send('X')
  await until(behind.closed)
  assert.doesNotMatch(behind.received(), /400|\r\n0\r\n/)
})

test('fields that would split the answer: 500', async (t) => {
  const { exchanges, received, send, closed } = await setUp(t)
  send(GET + GET)
  await until(() => exchanges.length === 1)
  exchanges[0]!.stream.respond({ status: 200, fields: ['location', '/\r\nset-cookie: x'], contentLength: 1 }, false)
  exchanges[0]!.stream.write(Buffer.from('x'))
  exchanges[0]!.stream.end(null)
  await until(closed)
  assert.match(received(), /^HTTP\/1.1 500 /)
  assert.doesNotMatch(received(), /set-cookie/)
  assert.equal(exchanges[0]!.error?.code, 'protocol_error')
  assert.equal(exchanges.length, 1)
})

test('a body longer or shorter than its length is cut', async (t) => {
  for (const [body, length] of [
    ['abcdef', 3],
    ['ab', 3],
  ] as const) {
    const { exchanges, received, send, closed } = await setUp(t)
    send(GET)
    await until(() => exchanges.length === 1)
    respond(exchanges[0]!, body, length)
    // Too late to mend it.
    exchanges[0]!.stream.write(Buffer.from('xyz'.slice(0, length)))
    exchanges[0]!.stream.end(null)
    await until(closed)
    assert.doesNotMatch(received(), /abcd|xyz/)
  }
})

test('a tunnel, early bytes and half-close included', async (t) => {
  const { exchanges, received, send, client, closed } = await setUp(t)
  send('GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: Echo\r\n\r\nearly')
  await until(() => exchanges.length === 1)
  const exchange = exchanges[0]!
  assert.equal(exchange.ended, false)
  exchange.stream.respond({ status: 101, fields: ['x', 'y'], contentLength: 0 }, false)
  await until(() => exchange.body === 'early')
  exchange.stream.write(Buffer.from('hello'))
  send('world')
  await until(() => exchange.body === 'earlyworld')
  client.end()
  await until(() => exchange.ended)
  assert.equal(closed(), false)
  exchange.stream.write(Buffer.from('!'))
  exchange.stream.end(null)
  await until(closed)
  assert.equal(
    received(),
    'HTTP/1.1 101 Switching Protocols\r\nx: y\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\nhello!',
  )
  assert.equal(exchange.error, undefined)
})

test('a refused upgrade: the request ends, and early bytes are no request', async (t) => {
  const { exchanges, send, received, closed } = await setUp(t)
  send(`GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n${GET}`)
  await until(() => exchanges.length === 1)
  respond(exchanges[0]!, 'no')
  await until(closed)
  assert.equal(exchanges[0]!.ended, true)
  assert.equal(exchanges.length, 1)
  assert.match(received(), /connection: close/)
})

test('a slow head gets 408, an idle connection is closed without a word', async (t) => {
  const slow = await setUp(t, { headerTimeoutMs: 100 })
  slow.send('GET / HTTP/1.1\r\nHost')
  const idle = await setUp(t, { idleTimeoutMs: 100 })
  const body = await setUp(t, { idleTimeoutMs: 100 })
  body.send(`${POST}Content-Length: 3\r\n\r\nab`)
  await until(() => slow.closed() && idle.closed() && body.closed())
  assert.match(slow.received(), /^HTTP\/1.1 408 /)
  assert.equal(idle.received(), '')
  assert.match(body.received(), /^HTTP\/1.1 408 /)
  assert.equal(body.exchanges[0]!.error?.code, 'timeout')
})

test('draining: idle closes at once, an exchange ends with Connection: close', async (t) => {
  const idle = await setUp(t)
  await until(() => idle.connection() !== undefined)
  idle.connection().drain()
  await until(idle.closed)

  const busy = await setUp(t)
  busy.send(GET + GET)
  await until(() => busy.exchanges.length === 1)
  let closes = 0
  busy.connection().onClose = () => closes++
  busy.connection().drain()
  respond(busy.exchanges[0]!, 'x')
  await until(busy.closed)
  busy.client.end()
  await until(() => closes === 1)
  assert.match(busy.received(), /connection: close\r\n\r\nx$/)
  assert.equal(busy.exchanges.length, 1)
})

test('a client that ended its side gets its answers; one that is gone is noticed', async (t) => {
  const half = await setUp(t)
  half.client.end(GET + GET)
  await until(() => half.exchanges.length === 1)
  await new Promise((resolve) => setTimeout(resolve, 20))
  respond(half.exchanges[0]!, '1')
  await until(() => half.exchanges.length === 2)
  respond(half.exchanges[1]!, '2')
  await until(half.closed)
  assert.match(half.received(), /\r\n\r\n1HTTP[\s\S]*connection: close\r\n\r\n2$/)

  const silent = await setUp(t)
  silent.client.end(GET)
  await until(() => silent.exchanges[0]?.error !== undefined, 'the exchange to be given up')
  assert.equal(silent.exchanges[0]!.error?.code, 'peer_closed')

  const gone = await setUp(t)
  gone.send(GET)
  await until(() => gone.exchanges.length === 1)
  gone.client.resetAndDestroy()
  await until(() => gone.exchanges[0]!.error !== undefined)
})

test('a slow reader holds the writer back, a paused reader the client', async (t) => {
  const { exchanges, client, send } = await setUp(t)
  send(GET)
  await until(() => exchanges.length === 1)
  const [exchange] = exchanges as [Exchange]
  client.pause()
  exchange.stream.respond({ status: 200, fields: [], contentLength: -1 }, false)
  let written = 0
  while (exchange.stream.write(Buffer.alloc(65536))) if (++written > 1000) throw new Error('no back-pressure')
  assert.equal(exchange.writable, 0)
  client.resume()
  await until(() => exchange.writable === 1)

  const up = await setUp(t)
  up.send(`${POST}Content-Length: 100000000\r\n\r\n`)
  await until(() => up.exchanges.length === 1)
  let bytes = 0
  up.exchanges[0]!.onBytes = (chunk) => {
    bytes += chunk.length
  }
  up.exchanges[0]!.stream.pause()
  while (up.client.write(Buffer.alloc(65536)));
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.ok(bytes <= 131072, `${bytes} bytes came through the pause`)
  up.exchanges[0]!.stream.resume()
  await until(() => bytes > 131072)
})

test('a client that pipelines and does not read is not served on', async (t) => {
  const { exchanges, client } = await setUp(t, {}, (exchange) => respond(exchange, 'x'.repeat(60_000)))
  client.pause()
  client.write(GET.repeat(2000))
  await new Promise((resolve) => setTimeout(resolve, 200))
  assert.ok(exchanges.length < 500, `${exchanges.length} answered`)
  client.resume()
  await until(() => exchanges.length === 2000)
})

test('bytes that were read before', async (t) => {
  const { exchanges, send } = await setUp(t, { first: Buffer.from('GET /first HTTP/1.1\r\nHo') })
  send('st: a\r\n\r\n')
  await until(() => exchanges.length === 1)
  assert.equal(exchanges[0]!.stream.head.path, '/first')
})

test('reset closes, and a body that ends with the connection looks cut', async (t) => {
  const { exchanges, client, send } = await setUp(t)
  let error = ''
  client.on('error', (it: NodeJS.ErrnoException) => {
    error = it.code ?? ''
  })
  send('GET / HTTP/1.0\r\n\r\n')
  await until(() => exchanges.length === 1)
  exchanges[0]!.stream.respond({ status: 200, fields: [], contentLength: -1 }, false)
  exchanges[0]!.stream.write(Buffer.from('half'))
  await new Promise((resolve) => setTimeout(resolve, 20))
  exchanges[0]!.stream.reset('internal')
  await until(() => error === 'ECONNRESET')
  assert.equal(exchanges[0]!.error, undefined)
})
