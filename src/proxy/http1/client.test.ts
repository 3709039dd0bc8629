import assert from 'node:assert/strict'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { Fields, RequestHead, ResponseHead } from '../message.ts'
import type { ClientConnection, ClientStreamHandler, StreamError } from '../stream.ts'
import { connectHttp1 } from './client.ts'

const HEAD: RequestHead = {
  method: 'GET',
  scheme: 'http',
  authority: 'a.test',
  path: '/',
  fields: [],
  contentLength: 0,
  upgrade: '',
  expectContinue: false,
}

/** All that the codec tells about one request. */
class Answer implements ClientStreamHandler {
  informs: number[] = []
  head: ResponseHead | undefined
  end = false
  body = ''
  ended = false
  trailers: Fields | null = null
  error: StreamError | undefined
  writable = 0

  onInform(status: number): void {
    this.informs.push(status)
  }

  onResponse(head: ResponseHead, end: boolean): void {
    assert.equal(this.head, undefined)
    this.head = head
    this.end = end
  }

  onData(chunk: Uint8Array): void {
    this.body += Buffer.from(chunk).toString('latin1')
  }

  onEnd(trailers: Fields | null): void {
    assert.ok(!this.ended && this.error === undefined)
    this.ended = true
    this.trailers = trailers
  }

  onReset(error: StreamError): void {
    assert.ok(!this.ended && this.error === undefined)
    this.error = error
  }

  onWritable(): void {
    this.writable++
  }

  get over(): boolean {
    return this.ended || this.error !== undefined
  }
}

interface Setup {
  readonly connection: ClientConnection
  readonly backend: Socket
  readonly events: string[]
  received(): string
  open(change?: Partial<RequestHead>, end?: boolean): { answer: Answer; stream: ReturnType<ClientConnection['open']> }
}

async function setUp(t: TestContext): Promise<Setup> {
  let text = ''
  let backend: Socket | undefined
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    backend = socket
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  await new Promise((resolve) => socket.on('connect', resolve))
  await until(() => backend !== undefined)
  const events: string[] = []
  const connection = connectHttp1(socket, {
    onCapacity: () => events.push('capacity'),
    onClose: () => events.push('close'),
  })
  t.after(() => {
    connection.destroy()
    backend!.destroy()
    server.close()
  })
  return {
    connection,
    backend: backend!,
    events,
    received: () => text,
    open(change = {}, end = true) {
      const answer = new Answer()
      return { answer, stream: connection.open({ ...HEAD, fields: [], ...change }, end, answer) }
    },
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited++) {
    if (waited > 10_000) throw new Error(`waited in vain for ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

interface Good {
  readonly send: string
  readonly method?: string
  readonly status?: number
  readonly body?: string
  readonly length?: number
  readonly trailers?: Fields
  readonly informs?: number[]
  /** The backend ends its side. */
  readonly cut?: boolean
  readonly reusable: boolean
}

const good: Record<string, Good> = {
  'known length': { send: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', body: 'ok', length: 2, reusable: true },
  'no body': { send: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', length: 0, reusable: true },
  chunked: {
    send: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nok\r\n0\r\nT: u\r\n\r\n',
    body: 'ok',
    length: -1,
    trailers: ['t', 'u'],
    reusable: true,
  },
  'until close': { send: 'HTTP/1.1 200 OK\r\n\r\nok', body: 'ok', length: -1, cut: true, reusable: false },
  'until close, HTTP/1.0': { send: 'HTTP/1.0 200 OK\r\n\r\nok', body: 'ok', length: -1, cut: true, reusable: false },
  'HTTP/1.0': { send: 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok', body: 'ok', reusable: false },
  'HTTP/1.0, kept': {
    send: 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok',
    body: 'ok',
    reusable: true,
  },
  'Connection: close': { send: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n', reusable: false },
  HEAD: { send: 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n', method: 'HEAD', length: 9, reusable: true },
  '204': { send: 'HTTP/1.1 204 \r\n\r\n', status: 204, length: 0, reusable: true },
  '304': { send: 'HTTP/1.1 304 \r\nContent-Length: 9\r\n\r\n', status: 304, length: 9, reusable: true },
  informed: {
    send: 'HTTP/1.1 100 \r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
    informs: [100, 103],
    reusable: true,
  },
  'two answers': {
    send: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil',
    body: 'ok',
    reusable: false,
  },
  'a 204 with a body': { send: 'HTTP/1.1 204 \r\nContent-Length: 2\r\n\r\nok', status: 204, reusable: false },
  'a HEAD with a body': { send: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', method: 'HEAD', reusable: false },
}

for (const [name, it] of Object.entries(good)) {
  for (const bytewise of [false, true]) {
    test(`answer: ${name}${bytewise ? ', byte by byte' : ''}`, async (t) => {
      const { connection, backend, events, open } = await setUp(t)
      const { answer } = open({ method: it.method ?? 'GET' })
      assert.equal(connection.capacity, 0)
      assert.equal(connection.active, 1)
      if (bytewise) {
        backend.setNoDelay(true)
        for (const byte of it.send) {
          backend.write(byte)
          await new Promise((resolve) => setImmediate(resolve))
        }
      } else backend.write(it.send)
      if (it.cut) backend.end()
      await until(() => answer.over)
      assert.equal(answer.error, undefined)
      assert.equal(answer.head!.status, it.status ?? 200)
      assert.equal(answer.body, it.body ?? '')
      assert.deepEqual(answer.informs, it.informs ?? [])
      assert.deepEqual(answer.trailers, it.trailers ?? null)
      if (it.length !== undefined) assert.equal(answer.head!.contentLength, it.length)
      if (it.reusable) {
        assert.deepEqual(events, ['capacity'])
        assert.equal(connection.capacity, 1)
      } else {
        // Bytes behind the answer may come a moment later than its end.
        await until(() => events.includes('close'))
        assert.equal(connection.capacity, 0)
      }
    })
  }
}

const OK = 'HTTP/1.1 200 OK\r\n'
const bad: Record<string, [string, StreamError['code']]> = {
  'a cut head': ['HTTP/1.1 200 OK\r\nContent-', 'peer_closed'],
  'a cut body': [`${OK}Content-Length: 5\r\n\r\nabc`, 'peer_closed'],
  'a cut chunk': [`${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nabc`, 'peer_closed'],
  'chunks without an end': [`${OK}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`, 'peer_closed'],
  'an end of chunks without its line': [`${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n`, 'peer_closed'],
  'a malformed chunk': [`${OK}Transfer-Encoding: chunked\r\n\r\n3\r\nabcX`, 'protocol_error'],
  'a malformed chunk size': [`${OK}Transfer-Encoding: chunked\r\n\r\nx\r\n`, 'protocol_error'],
  'both framings': [`${OK}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n`, 'protocol_error'],
  'bare line feeds': ['HTTP/1.1 200 OK\nContent-Length: 0\n\n', 'protocol_error'],
  'no HTTP': ['SSH-2.0-x\r\n\r\n', 'protocol_error'],
  'an odd status': ['HTTP/1.1 2000 OK\r\n\r\n', 'protocol_error'],
  'a 101 that was not asked for': ['HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n', 'protocol_error'],
  'informs without an end': ['HTTP/1.1 103 x\r\n\r\n'.repeat(100), 'protocol_error'],
  'a huge head': [`${OK}X: ${'y'.repeat(100_000)}`, 'protocol_error'],
  nothing: ['', 'peer_closed'],
}

for (const [name, [send, code]] of Object.entries(bad)) {
  test(`bad answer: ${name}`, async (t) => {
    const { connection, backend, events, open } = await setUp(t)
    const { answer } = open()
    backend.end(send)
    await until(() => answer.over && events.includes('close'))
    assert.equal(answer.error?.code, code)
    assert.equal(answer.error?.unprocessed, false)
    assert.equal(answer.ended, false)
    assert.equal(connection.capacity, 0)
    assert.ok(!events.includes('capacity'))
  })
}

test('how requests are framed', async (t) => {
  const table: [Partial<RequestHead>, string[], Fields | null, string][] = [
    [{}, [], null, 'GET / HTTP/1.1\r\nhost: a.test\r\n\r\n'],
    [{ method: 'POST' }, [], null, 'POST / HTTP/1.1\r\nhost: a.test\r\ncontent-length: 0\r\n\r\n'],
    [{ contentLength: 3 }, ['a', 'bc'], null, 'GET / HTTP/1.1\r\nhost: a.test\r\ncontent-length: 3\r\n\r\nabc'],
    [
      { contentLength: -1, fields: ['x', 'y'] },
      ['a', '', 'bc'],
      ['t', 'u'],
      'GET / HTTP/1.1\r\nhost: a.test\r\nx: y\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\nt: u\r\n\r\n',
    ],
    [
      { contentLength: 1, method: 'PUT', expectContinue: true },
      ['a'],
      null,
      'PUT / HTTP/1.1\r\nhost: a.test\r\ncontent-length: 1\r\nexpect: 100-continue\r\n\r\na',
    ],
    [{ acceptsTrailers: true }, [], null, 'GET / HTTP/1.1\r\nhost: a.test\r\nte: trailers\r\nconnection: te\r\n\r\n'],
  ]
  const { backend, received, open } = await setUp(t)
  let before = 0
  for (const [change, chunks, trailers, expected] of table) {
    const { answer, stream } = open(change, chunks.length === 0)
    for (const chunk of chunks) stream.write(Buffer.from(chunk))
    if (chunks.length > 0) stream.end(trailers)
    await until(() => received().length - before >= expected.length)
    assert.equal(received().slice(before), expected)
    before += expected.length
    backend.write('HTTP/1.1 204 \r\n\r\n')
    await until(() => answer.ended)
  }
})

test('a body that does not fit its length never looks whole', async (t) => {
  for (const [chunks, length] of [
    [['abcd'], 3],
    [['ab'], 3],
    [['abc', 'd'], 3],
  ] as const) {
    const { received, events, open } = await setUp(t)
    const { answer, stream } = open({ contentLength: length }, false)
    for (const chunk of chunks) stream.write(Buffer.from(chunk))
    stream.end(null)
    assert.equal(answer.over, false)
    await until(() => answer.over && events.includes('close'))
    assert.equal(answer.error?.code, 'protocol_error')
    assert.doesNotMatch(received(), /abcd/)
  }
})

test('a request that would be split is not sent', async (t) => {
  for (const change of [{ fields: ['x', 'a\r\nb: c'] }, { path: '/ HTTP/1.1\r\nx: y' }, { method: 'GET /evil' }]) {
    const { connection, received, open } = await setUp(t)
    const { answer } = open(change)
    assert.equal(answer.over, false)
    await until(() => answer.over)
    assert.equal(answer.error?.code, 'protocol_error')
    assert.equal(received(), '')
    assert.equal(connection.capacity, 1)
  }
})

test('a used connection that closes before a byte of answer: unprocessed', async (t) => {
  for (const how of ['end', 'resetAndDestroy'] as const) {
    const { backend, open } = await setUp(t)
    const first = open()
    backend.write('HTTP/1.1 204 \r\n\r\n')
    await until(() => first.answer.ended)
    const { answer } = open({ method: 'POST' })
    await new Promise((resolve) => setTimeout(resolve, 10))
    backend[how]()
    await until(() => answer.over)
    // peer_closed in both cases: the owner must not take it for a refusal of this very request.
    assert.deepEqual([answer.error?.code, answer.error?.unprocessed], ['peer_closed', true])
  }
})

test('a new connection that is reset before a byte of answer: unread; one that closes may have been read', async (t) => {
  for (const [how, code, unread] of [
    ['end', 'peer_closed', false],
    ['resetAndDestroy', 'peer_reset', true],
  ] as const) {
    const { backend, open, received } = await setUp(t)
    const { answer } = open()
    await until(() => received() !== '')
    backend[how]()
    await until(() => answer.over)
    assert.deepEqual([answer.error?.code, answer.error?.unprocessed, answer.error?.unread], [code, false, unread])
  }
  const { backend, open } = await setUp(t)
  const { answer } = open()
  backend.write('HTTP/1.1 103 x\r\n\r\n')
  await until(() => answer.informs.length > 0)
  backend.resetAndDestroy()
  await until(() => answer.over)
  assert.equal(answer.error?.unread, false)
})

test('bytes on an idle connection close it', async (t) => {
  const { connection, backend, events } = await setUp(t)
  backend.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
  await until(() => events.includes('close'))
  assert.equal(connection.capacity, 0)
  const answer = new Answer()
  connection.open(HEAD, true, answer)
  assert.equal(answer.over, false)
  await until(() => answer.over)
  assert.equal(answer.error?.unprocessed, true)
})

test('an answer before the end of the request: complete, and the last on this connection', async (t) => {
  const { backend, events, open } = await setUp(t)
  const { answer, stream } = open({ contentLength: 1000 }, false)
  stream.write(Buffer.from('abc'))
  backend.write('HTTP/1.1 413 x\r\nContent-Length: 2\r\n\r\nno')
  await until(() => answer.ended && events.includes('close'))
  assert.equal(answer.body, 'no')
  stream.write(Buffer.from('more'))
  stream.end(null)
  assert.ok(!events.includes('capacity'))
})

test('a tunnel with half-close', async (t) => {
  const { backend, received, events, open } = await setUp(t)
  const { answer, stream } = open({ upgrade: 'echo' }, false)
  await until(() => received().endsWith('\r\n\r\n'))
  assert.match(received(), /connection: upgrade\r\nupgrade: echo\r\n/)
  backend.write('HTTP/1.1 101 x\r\nConnection: Upgrade\r\nUpgrade: Echo\r\nX: y\r\n\r\nearly')
  await until(() => answer.body === 'early')
  assert.deepEqual(answer.head, { status: 101, fields: ['x', 'y'], contentLength: 0, spelling: undefined })
  stream.write(Buffer.from('ping'))
  await until(() => received().endsWith('ping'))
  stream.end(null)
  await new Promise((resolve) => setTimeout(resolve, 10))
  backend.end('bye')
  await until(() => answer.ended && events.includes('close'))
  assert.equal(answer.body, 'earlybye')
  assert.equal(answer.error, undefined)
})

test('an upgrade that is refused leaves a good connection', async (t) => {
  const { connection, backend, open } = await setUp(t)
  const { answer } = open({ upgrade: 'echo' }, false)
  backend.write('HTTP/1.1 403 x\r\nContent-Length: 0\r\n\r\n')
  await until(() => answer.ended)
  assert.equal(connection.capacity, 1)
})

test('reset closes without a call; drain waits for the answer', async (t) => {
  const reset = await setUp(t)
  const given = reset.open()
  given.stream.reset('cancelled')
  await until(() => reset.events.includes('close'))
  assert.equal(given.answer.over, false)

  const drained = await setUp(t)
  const { answer } = drained.open()
  drained.connection.drain()
  drained.backend.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  await until(() => answer.ended && drained.events.includes('close'))
  assert.equal(answer.body, 'ok')
})

test('back-pressure both ways', async (t) => {
  const { backend, open } = await setUp(t)
  const { answer, stream } = open({ contentLength: -1 }, false)
  backend.pause()
  let written = 0
  while (stream.write(Buffer.alloc(65536))) if (++written > 1000) throw new Error('no back-pressure')
  assert.equal(answer.writable, 0)
  backend.resume()
  await until(() => answer.writable === 1)

  const down = await setUp(t)
  const { answer: slow, stream: reader } = down.open()
  reader.pause()
  down.backend.write('HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n')
  while (down.backend.write(Buffer.alloc(65536)));
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.ok(slow.body.length <= 131072)
  reader.resume()
  await until(() => slow.body.length > 131072)
})
