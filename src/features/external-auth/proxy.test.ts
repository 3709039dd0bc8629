import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { BackendKey } from '#ir'
import type { ClientStreamHandler, FilterHooks, Plane, Reply, RequestContext, RequestHead, ResponseHead } from '#proxy'
import type { ExternalAuthNode, GrpcAuth, HttpAuth } from './ir.ts'
import { MessageWriter } from './protobuf.ts'
import { externalAuth } from './proxy.ts'

interface Call {
  readonly backend: BackendKey
  readonly head: RequestHead
  readonly end: boolean
  readonly handler: ClientStreamHandler
  readonly written: Buffer[]
  reset?: string
}

/** A plane without sockets: calls are kept, time is moved by hand. */
class FakePlane implements Plane {
  readonly buckets = { take: () => assert.fail('nothing is counted here') }
  readonly calls: Call[] = []
  readonly timers: { readonly ms: number; readonly then: () => void }[] = []

  call(backend: BackendKey, head: RequestHead, end: boolean, handler: ClientStreamHandler) {
    const call: Call = { backend, head, end, handler, written: [] }
    this.calls.push(call)
    return {
      write: (chunk: Uint8Array) => call.written.push(Buffer.from(chunk)) > 0,
      end: () => void call.written.push(Buffer.from('|')),
      reset: (reason: string) => {
        call.reset = reason
      },
      pause() {},
      resume() {},
    }
  }

  random() {
    return 0
  }

  after(ms: number, then: () => void) {
    const timer = { ms, then }
    this.timers.push(timer)
    return () => void this.timers.splice(this.timers.indexOf(timer), 1)
  }
}

const http: HttpAuth = {
  kind: 'http',
  pathPrefix: '/check',
  allowedHeaders: ['cookie'],
  allowedResponseHeaders: ['x-user'],
}
const grpc: GrpcAuth = { kind: 'grpc', allowedHeaders: [] }

function request(change: Partial<RequestHead> & { bufferedBody?: Uint8Array | undefined } = {}): RequestContext {
  const { bufferedBody, ...head } = change
  return {
    head: {
      method: 'POST',
      scheme: 'http',
      authority: 'shop.test',
      path: '/cart?a=1',
      fields: [
        'authorization',
        'Bearer t',
        'cookie',
        'c=1',
        'x-user',
        'admin',
        'content-type',
        'text/plain',
        'x-other',
        '1',
      ],
      contentLength: 4,
      upgrade: '',
      expectContinue: true,
      ...head,
    },
    original: { authority: 'shop.test', path: '/cart?a=1', method: 'POST' },
    connection: {
      remoteAddress: '10.0.0.9',
      remotePort: 4711,
      localAddress: '10.0.0.1',
      localPort: 443,
      tls: true,
      sni: 'shop.test',
      protocol: 'h2',
    },
    client: { scheme: 'https', address: '192.0.2.7' },
    bufferedBody,
    state: {},
  } as unknown as RequestContext
}

class Guarded {
  readonly plane = new FakePlane()
  readonly hooks: FilterHooks
  readonly context: RequestContext
  readonly reply: Promise<Reply | undefined>

  constructor(node: Partial<ExternalAuthNode>, context = request()) {
    const whole: ExternalAuthNode = {
      kind: 'externalAuth',
      backend: 'svc/auth',
      protocol: http,
      maxBodyBytes: 0,
      timeoutMs: 5_000,
      ...node,
    }
    this.hooks = externalAuth.compile(whole, this.plane)
    this.context = context
    this.reply = Promise.resolve(this.hooks.onRequest!(context))
  }

  get call(): Call {
    return this.plane.calls[0]!
  }

  answer(status: number, fields: string[] = [], body: Uint8Array | string = '', trailers: string[] | null = null) {
    const { handler } = this.call
    handler.onResponse({ status, fields, contentLength: -1 }, false)
    if (body.length > 0) handler.onData(Buffer.from(body))
    handler.onEnd(trailers)
    return this.reply
  }

  answerCheck(message: MessageWriter, trailers = ['grpc-status', '0']) {
    const bytes = message.finish()
    const frame = Buffer.concat([Buffer.alloc(5), bytes])
    frame.writeUInt32BE(bytes.length, 1)
    return this.answer(200, ['content-type', 'application/grpc'], frame, trailers)
  }
}

const option = (name: string, value: string) =>
  new MessageWriter().message(1, new MessageWriter().text(1, name).text(2, value))
const status = (code: number) => new MessageWriter().message(1, new MessageWriter().integer(1, code))

test('HTTP: the authoriser gets method, prefixed path, Host, Authorization and what is listed, and no body', () => {
  const { call } = new Guarded({})
  assert.equal(call.backend, 'svc/auth')
  assert.deepEqual(call.head, {
    method: 'POST',
    scheme: 'http',
    authority: 'shop.test',
    path: '/check/cart?a=1',
    fields: ['authorization', 'Bearer t', 'cookie', 'c=1'],
    contentLength: 0,
    upgrade: '',
    expectContinue: false,
  })
  assert.equal(call.end, true)
})

test('HTTP 200: listed fields reach the backend, and only from the authoriser', async () => {
  const guarded = new Guarded({})
  const reply = await guarded.answer(200, [
    'x-user',
    'jane',
    'x-user',
    'doe',
    'x-secret',
    '1',
    'content-type',
    'text/html',
  ])
  assert.equal(reply, undefined)
  assert.deepEqual(guarded.context.head.fields, [
    ...['authorization', 'Bearer t', 'cookie', 'c=1', 'content-type', 'text/plain', 'x-other', '1'],
    ...['x-user', 'jane', 'x-user', 'doe'],
  ])
})

test('a client can not pre-set a field of the list, even when the authoriser says nothing', async () => {
  const guarded = new Guarded({})
  await guarded.answer(200)
  assert.equal(guarded.context.head.fields.includes('x-user'), false)
})

test('HTTP 200 without a list: every field but those about the answer itself', async () => {
  const guarded = new Guarded({ protocol: { ...http, allowedResponseHeaders: [] } })
  const told = ['x-user', 'jane', 'x-new', 'a', 'x-new', 'b', 'content-type', 'text/html', 'host', 'evil.test']
  await guarded.answer(200, told)
  assert.deepEqual(guarded.context.head.fields, [
    ...['authorization', 'Bearer t', 'cookie', 'c=1', 'x-user', 'jane', 'content-type', 'text/plain', 'x-other', '1'],
    ...['x-new', 'a', 'x-new', 'b'],
  ])
})

test('HTTP 200 lets pass with its head; its body is read for the connection only', async () => {
  const guarded = new Guarded({})
  guarded.call.handler.onResponse({ status: 200, fields: [], contentLength: -1 }, false)
  assert.equal(await guarded.reply, undefined)
  guarded.hooks.onDone!(guarded.context)
  assert.equal(guarded.call.reset, undefined)
  for (let i = 0; i < 5; i++) guarded.call.handler.onData(Buffer.alloc(65_536))
  assert.equal(guarded.call.reset, 'cancelled')
  assert.equal(guarded.plane.timers.length, 0)
})

test('HTTP: any other answer goes to the client', async () => {
  const fields = ['www-authenticate', 'Basic', 'set-cookie', 'a=1', 'set-cookie', 'b=2']
  const reply = await new Guarded({}).answer(401, fields, 'who are you?')
  assert.deepEqual(
    { ...reply, body: String(reply?.body) },
    { status: 401, fields, body: 'who are you?', why: 'externalAuth: the authoriser answered 401' },
  )
  assert.equal((await new Guarded({}).answer(302, ['location', '/login']))?.status, 302)
  assert.equal((await new Guarded({}).answer(503))?.status, 403, 'an error is no answer')
})

test('a refusal never looks like a success', async () => {
  for (const code of [201, 204, 206]) assert.equal((await new Guarded({}).answer(code))?.status, 403, String(code))
})

test('fails closed: no connection, too late, too large', async () => {
  const dead = new Guarded({})
  dead.call.handler.onReset({ code: 'connect_failed', message: '', unprocessed: true })
  assert.equal((await dead.reply)?.status, 403)
  assert.equal(dead.plane.timers.length, 0)

  const late = new Guarded({})
  assert.equal(late.plane.timers[0]!.ms, 5_000)
  late.plane.timers[0]!.then()
  assert.equal((await late.reply)?.status, 403)
  assert.equal(late.call.reset, 'timeout')

  const large = new Guarded({})
  large.call.handler.onResponse({ status: 401, fields: [], contentLength: -1 }, false)
  for (let i = 0; i < 5; i++) large.call.handler.onData(Buffer.alloc(65_536))
  assert.equal((await large.reply)?.status, 403)
  assert.equal(large.call.reset, 'cancelled')
})

test('a backendRef that can not be used closes the route', () => {
  const hooks = externalAuth.compile(
    { kind: 'externalAuth', protocol: http, maxBodyBytes: 0, timeoutMs: 1 },
    new FakePlane(),
  )
  const reply = hooks.onRequest!(request())
  assert.equal((reply as Reply).status, 500)
})

test('a client that goes away takes its question with it', async () => {
  const guarded = new Guarded({})
  guarded.hooks.onDone!(guarded.context)
  assert.equal(guarded.call.reset, 'cancelled')
  await setImmediate()
  assert.equal(guarded.plane.timers.length, 0)
})

test('row 49: a body up to maxSize is sent along, a larger one is refused with 413', async () => {
  const fits = new Guarded({ maxBodyBytes: 4 }, request({ bufferedBody: Buffer.from('body') }))
  assert.equal(fits.hooks.bufferRequest, 4)
  assert.equal(fits.call.head.contentLength, 4)
  assert.equal(fits.call.end, false)
  assert.equal(Buffer.concat(fits.call.written).toString(), 'body|')

  const larger = new Guarded({ maxBodyBytes: 4 }, request({ bufferedBody: undefined }))
  assert.equal((await larger.reply)?.status, 413)
  // A neighbour asked the core to hold more than we want.
  const other = new Guarded({ maxBodyBytes: 4 }, request({ bufferedBody: Buffer.from('large') }))
  assert.equal((await other.reply)?.status, 413)
  assert.equal(other.plane.calls.length, 0)
  assert.equal(new Guarded({}).hooks.bufferRequest, undefined)
})

test('an upgrade is judged by its head', () => {
  const guarded = new Guarded({ maxBodyBytes: 4 }, request({ upgrade: 'websocket' }))
  assert.equal(guarded.call.head.upgrade, '')
  assert.equal(guarded.call.end, true)
})

test('GRPC: a Check goes out as one frame', () => {
  const { call } = new Guarded({ protocol: grpc })
  assert.equal(call.head.path, '/envoy.service.auth.v3.Authorization/Check')
  assert.deepEqual(call.head.fields, ['content-type', 'application/grpc', 'grpc-timeout', '5000m'])
  const bytes = call.written[0]!
  assert.equal(call.head.contentLength, bytes.length)
  assert.equal(bytes.readUIntBE(0, 5), bytes.length - 5)
  for (const text of ['192.0.2.7', '10.0.0.1', 'shop.test', '/cart?a=1', 'Bearer t', ':authority', 'HTTP/2', 'https']) {
    assert.ok(bytes.includes(text), text)
  }
})

test('GRPC: with a list the authoriser sees only what is on it', () => {
  const { call } = new Guarded({ protocol: { ...grpc, allowedHeaders: ['cookie'] } })
  assert.ok(call.written[0]!.includes('c=1'))
  for (const text of ['Bearer t', ':authority', 'x-other']) assert.ok(!call.written[0]!.includes(text), text)
})

test('GRPC: repeated fields are joined', () => {
  const { call } = new Guarded(
    { protocol: grpc },
    request({ fields: ['a', '1', 'cookie', 'x=1', 'a', '2', 'cookie', 'y=2'] }),
  )
  assert.ok(call.written[0]!.includes('1,2'))
  assert.ok(call.written[0]!.includes('x=1; y=2'))
})

test('GRPC OK: fields are set, added and removed on the request, and added to the response', async () => {
  const guarded = new Guarded({ protocol: grpc })
  const addition = option('X-Other', '2').message(2, new MessageWriter().integer(1, 1))
  const ok = new MessageWriter()
    .message(2, option('x-user', 'jane'))
    .message(2, addition)
    .message(2, option('host', 'evil.test'))
    .message(2, option(':path', '/evil'))
    .text(5, 'Authorization')
    .text(5, 'host')
    .message(6, option('set-cookie', 's=1'))
    .message(6, option('x-seen', 'yes'))
  assert.equal(await guarded.answerCheck(status(0).message(3, ok)), undefined)
  assert.deepEqual(guarded.context.head.fields, [
    ...['cookie', 'c=1', 'x-user', 'jane', 'content-type', 'text/plain', 'x-other', '1', 'x-other', '2'],
  ])
  const response: ResponseHead = { status: 200, fields: ['set-cookie', 'b=1', 'x-seen', 'no'], contentLength: 0 }
  guarded.hooks.onResponse!(guarded.context, response)
  assert.deepEqual(response.fields, ['set-cookie', 'b=1', 'x-seen', 'yes', 'set-cookie', 's=1'])
})

test('GRPC denied: status, headers and body of the authoriser; 403 when it names none', async () => {
  const denied = new MessageWriter()
    .message(1, new MessageWriter().integer(1, 401))
    .message(2, option('WWW-Authenticate', 'Basic'))
    .text(3, 'no')
  const reply = await new Guarded({ protocol: grpc }).answerCheck(status(16).message(2, denied))
  assert.deepEqual(
    { ...reply, body: String(reply?.body) },
    { status: 401, fields: ['www-authenticate', 'Basic'], body: 'no', why: 'externalAuth: refused with code 16' },
  )
  assert.equal((await new Guarded({ protocol: grpc }).answerCheck(status(7)))?.status, 403)
  const odd = new MessageWriter().message(1, new MessageWriter().integer(1, 200))
  assert.equal((await new Guarded({ protocol: grpc }).answerCheck(status(7).message(2, odd)))?.status, 403)
})

test('GRPC fails closed on whatever is no clear yes', async () => {
  const ask = () => new Guarded({ protocol: grpc })
  const yes = new MessageWriter().message(1, new MessageWriter())
  assert.equal(await ask().answerCheck(yes), undefined, 'a status with code 0')
  assert.equal(
    await ask().answerCheck(new MessageWriter().message(3, new MessageWriter())),
    undefined,
    'an ok_response',
  )

  const closed: readonly (readonly [string, Promise<Reply | undefined>])[] = [
    ['an empty message', ask().answerCheck(new MessageWriter())],
    [
      'yes and no at once',
      ask().answerCheck(new MessageWriter().message(1, new MessageWriter()).message(2, new MessageWriter())),
    ],
    ['a gRPC error', ask().answerCheck(yes, ['grpc-status', '14'])],
    ['no gRPC status', ask().answerCheck(yes, [])],
    ['no gRPC', ask().answer(404)],
    ['no message', ask().answer(200, ['grpc-status', '0'])],
    ['a cut message', ask().answer(200, [], Buffer.from([0, 0, 0, 0, 9, 10, 0]), ['grpc-status', '0'])],
    ['a compressed message', ask().answer(200, [], Buffer.from([1, 0, 0, 0, 2, 10, 0]), ['grpc-status', '0'])],
    ['garbage', ask().answer(200, [], Buffer.from([0, 0, 0, 0, 1, 255]), ['grpc-status', '0'])],
    [
      'a header with a line break',
      ask().answerCheck(new MessageWriter().message(3, new MessageWriter().message(2, option('a', 'b\r\nc: d')))),
    ],
  ]
  for (const [what, reply] of closed) assert.equal((await reply)?.status, 403, what)
})
