import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Metadata, type ServiceError, status } from '@grpc/grpc-js'
import type { Route, Snapshot } from '#ir'
import { Secret } from '#kit/secret.ts'
import { forward, listener, playPlane, route, snapshotOf } from '../../src/proxy/plane.fixture.ts'
import { ca, shop } from '../../src/proxy/tls/certificates.fixture.ts'
import { EchoClient, type Handlers, pathOf, startGrpcServer } from './grpc-peers.ts'

type Playing = Awaited<ReturnType<typeof playPlane>>

const grpcRoute = (name: string, changes: Partial<Route> = {}) => route(name, { grpc: true, ...changes })
const shares = [{ kind: 'broken', weight: 1, status: 500, why: 'Service default/gone does not exist' }] as const

function snapshotFor(ports: Readonly<Record<string, readonly number[]>>): Snapshot {
  const tls = { mode: 'terminate', certificates: ['default/shop'] } as const
  const exact = (method: string) =>
    [{ path: { kind: 'exact', value: pathOf(method) }, headers: [], query: [] }] as const
  const service = [{ path: { kind: 'prefix', value: '/test.Echo' }, headers: [], query: [] }] as const
  const routes = [
    grpcRoute('echo', { matches: service }),
    grpcRoute('broken', { matches: exact('Broken'), action: { ...forward(), to: shares } }),
    grpcRoute('down', { matches: exact('Down'), action: forward('down') }),
    grpcRoute('empty', { matches: exact('Empty'), action: forward('empty') }),
    grpcRoute('raw', { matches: exact('Raw'), action: forward('raw') }),
    grpcRoute('slow', {
      matches: exact('Slow'),
      action: { ...forward('silent'), timeouts: { requestMs: 50, backendRequestMs: 0 } },
    }),
    grpcRoute('secure', { listener: 'default/gw/443', matches: service }),
  ]
  const snapshot = snapshotOf([listener(80), listener(443, { protocol: 'https', tls })], routes, ports)
  return {
    ...snapshot,
    certificates: [{ key: 'default/shop', chain: shop.chain, privateKey: new Secret(shop.key), names: ['shop.test'] }],
    backends: snapshot.backends.map((backend) => ({ ...backend, protocol: 'h2c' })),
  }
}

const last: { cancelled?: Promise<unknown>; deadline?: unknown; metadata?: Metadata; written: number } = { written: 0 }

const handlers: Handlers = {
  Unary(call, done) {
    last.metadata = call.metadata
    last.deadline = call.getDeadline()
    const wish = String(call.metadata.get('wish')[0] ?? '')
    if (wish === 'silence') {
      last.cancelled = once(call, 'cancelled')
      return
    }
    if (wish === 'error') {
      const metadata = new Metadata()
      metadata.set('grpc-status-details-bin', Buffer.from([8, 9, 18, 3, 0xff, 0, 1]))
      metadata.set('x-reason', 'sold out')
      return done({ code: status.FAILED_PRECONDITION, details: 'no more ☕ 100%', metadata })
    }
    const head = new Metadata()
    head.set('x-head', 'seen')
    call.sendMetadata(head)
    done(null, call.request)
  },
  Collect(call, done) {
    if (call.metadata.get('wish')[0] === 'silence') return
    let messages = 0
    let size = 0
    call.on('data', (message: Buffer) => {
      messages++
      size += message.length
    })
    call.on('end', () => done(null, Buffer.from(`${messages} ${size}`)))
  },
  Spread(call) {
    const [count = 0, size = 0] = String(call.request).split(' ').map(Number)
    const message = Buffer.alloc(size, 'x')
    last.cancelled = once(call, 'cancelled')
    let i = 0
    last.written = 0
    const write = () => {
      while (i < count && !call.cancelled) {
        i++
        last.written += size
        if (!call.write(message)) return void call.once('drain', write)
      }
      call.end()
    }
    write()
  },
  Chat(call) {
    call.on('data', (message: Buffer) => {
      if (String(message) === 'fail') return void call.emit('error', { code: status.ABORTED, details: 'as you wish' })
      if (!call.write(message)) {
        call.pause()
        call.once('drain', () => call.resume())
      }
    })
    call.on('end', () => call.end())
    call.on('error', () => {})
  },
}

const failed = async (answered: Promise<{ error: ServiceError | undefined }>): Promise<ServiceError> => {
  const { error } = await answered
  assert.ok(error, 'it succeeded')
  return error
}

let server: Awaited<ReturnType<typeof startGrpcServer>>
let playing: Playing
const raw = createServer()
const silent = createServer()

before(async () => {
  server = await startGrpcServer(handlers)
  for (const one of [raw, silent]) await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))
  const portOf = (one: typeof raw) => (one.address() as AddressInfo).port
  silent.on('stream', (stream) => stream.on('error', () => {}))
  const backends = { a: [server.port], down: [1], empty: [], raw: [portOf(raw)], silent: [portOf(silent)] }
  playing = await playPlane(snapshotFor(backends))
})

after(() => {
  playing.plane.close()
  server.stop()
  raw.close()
  silent.close()
})

for (const way of ['h2c', 'TLS'] as const) {
  describe(way, () => {
    let client: EchoClient
    before(() => {
      client =
        way === 'TLS'
          ? new EchoClient(playing.port(443), { authority: 'shop.test', trust: ca })
          : new EchoClient(playing.port(80))
    })
    after(() => client.close())

    test('unary, with metadata both ways', async () => {
      const metadata = new Metadata()
      metadata.set('x-mine', 'yes')
      metadata.set('x-raw-bin', Buffer.from([0, 255, 7]))
      const { error, answer, head } = await client.unary('hello', { metadata }).answered
      assert.equal(error, undefined)
      assert.equal(String(answer), 'hello')
      assert.deepEqual(head.get('x-head'), ['seen'])
      assert.deepEqual(last.metadata?.get('x-mine'), ['yes'])
      assert.deepEqual(last.metadata?.get('x-raw-bin'), [Buffer.from([0, 255, 7])])
    })

    test('a message of 16 MB there and back', async () => {
      const message = Buffer.alloc(16 * 1024 * 1024, 'm')
      const { error, answer } = await client.unary(message).answered
      assert.equal(error, undefined)
      assert.ok(answer.equals(message))
    })

    test('an error keeps its message, details and metadata', async () => {
      const metadata = new Metadata()
      metadata.set('wish', 'error')
      const error = await failed(client.unary('x', { metadata }).answered)
      assert.equal(error.code, status.FAILED_PRECONDITION)
      assert.equal(error.details, 'no more ☕ 100%')
      assert.deepEqual(error.metadata.get('grpc-status-details-bin'), [Buffer.from([8, 9, 18, 3, 0xff, 0, 1])])
      assert.deepEqual(error.metadata.get('x-reason'), ['sold out'])
    })

    test('a method that the server does not have: its own trailers-only answer', async () => {
      const error = await failed(client.unary('x', { method: 'Nothing' }).answered)
      assert.equal(error.code, status.UNIMPLEMENTED)
      assert.match(error.details, /Nothing/)
    })

    test('10,000 messages from the client', async () => {
      const answered = new Promise<string>((resolve, reject) => {
        const call = client.collect((error, answer) => (error ? reject(error) : resolve(String(answer))))
        for (let i = 0; i < 10_000; i++) call.write(Buffer.alloc(100))
        call.end()
      })
      assert.equal(await answered, '10000 1000000')
    })

    test('10,000 messages from the server', async () => {
      let messages = 0
      for await (const message of client.spread('10000 100')) messages += (message as Buffer).length / 100
      assert.equal(messages, 10_000)
    })

    test('10,000 messages each way, each answered before the next is sent', async () => {
      const call = client.chat()
      let i = 0
      call.on('data', (message: Buffer) => {
        assert.equal(String(message), `m${i}`)
        if (++i < 10_000) call.write(Buffer.from(`m${i}`))
        else call.end()
      })
      call.write(Buffer.from('m0'))
      await once(call, 'end')
      assert.equal(i, 10_000)
    })

    test('an error after messages have come', async () => {
      const call = client.chat()
      const failure = once(call, 'error')
      call.write(Buffer.from('one'))
      assert.equal(String((await once(call, 'data'))[0]), 'one')
      call.on('data', () => {})
      call.write(Buffer.from('fail'))
      const error = (await failure.catch((thrown: unknown) => [thrown]))[0] as ServiceError
      assert.equal(error.code, status.ABORTED)
      assert.equal(error.details, 'as you wish')
    })

    test('a deadline reaches the server, and its passing too', async () => {
      const metadata = new Metadata()
      metadata.set('wish', 'silence')
      last.cancelled = undefined as never
      // A deadline that passes on its way reaches nobody: on a busy machine the next one is longer.
      for (let deadlineMs = 200; !last.cancelled && deadlineMs < 30_000; deadlineMs *= 4) {
        const error = await failed(client.unary('x', { metadata, deadlineMs }).answered)
        assert.equal(error.code, status.DEADLINE_EXCEEDED)
      }
      const left = Number(last.deadline) - Date.now()
      assert.ok(left > -60_000 && left < 1_000, `the server knew of a deadline in ${left} ms`)
      await last.cancelled
    })

    test('cancelling reaches the server', async () => {
      const metadata = new Metadata()
      metadata.set('wish', 'silence')
      const { call, answered } = client.unary('x', { metadata })
      last.cancelled = undefined as never
      while (!last.cancelled) await sleep(5)
      call.cancel()
      assert.equal((await failed(answered)).code, status.CANCELLED)
      await last.cancelled
    })

    test('cancelling a stream that flows reaches the server', async () => {
      const call = client.spread('1000000 1000')
      call.on('error', () => {})
      await once(call, 'data')
      call.cancel()
      await last.cancelled
    })

    test('a client that does not read holds the server back', async () => {
      const call = client.spread('10000 10000')
      call.on('error', () => {})
      await once(call, 'data')
      call.pause()
      let before = -1
      while (before !== last.written) {
        before = last.written
        await sleep(100)
      }
      assert.ok(before < 4_000_000, `${before} bytes are under way`)
      call.cancel()
    })

    test('a server that does not read holds the client back', async () => {
      const metadata = new Metadata()
      metadata.set('wish', 'silence')
      const call = client.collect(() => {}, metadata)
      call.on('error', () => {})
      let taken = 0
      const write = () => call.write(Buffer.alloc(10_000), () => void (++taken <= 10_000 && !ended && write()))
      let ended = false
      write()
      let before = -1
      while (before !== taken || taken === 0) {
        before = taken
        await sleep(100)
      }
      ended = true
      assert.ok(before * 10_000 < 4_000_000, `${before} messages are under way`)
      call.cancel()
    })
  })
}

describe('answers of the gateway itself', () => {
  let client: EchoClient
  before(() => {
    client = new EchoClient(playing.port(80))
  })
  after(() => client.close())

  const cases = [
    ['Broken', status.UNAVAILABLE, /^this route is not configured correctly$/],
    ['Down', status.UNAVAILABLE, /refused the connection/],
    ['Empty', status.UNAVAILABLE, /no ready endpoint/],
    ['Slow', status.DEADLINE_EXCEEDED, /took too long/],
  ] as const
  for (const [method, code, message] of cases) {
    test(`${method}: ${status[code]}`, async () => {
      const error = await failed(client.unary('x', { method }).answered)
      assert.equal(error.code, code)
      assert.match(error.details, message)
    })
  }

  test('a backend that can not be connected to in time: UNAVAILABLE, for nothing has been done yet', async () => {
    const late = { code: 'connect_timeout', message: 'late', unprocessed: true } as const
    const { plane, port } = await playPlane(
      snapshotOf([listener(80)], [grpcRoute('late')], { a: [1] }),
      {},
      { connect: (_backend, _endpoint, _events, done) => queueMicrotask(() => done(late)) },
    )
    const late80 = new EchoClient(port(80))
    const error = await failed(late80.unary('x').answered)
    assert.equal(error.code, status.UNAVAILABLE)
    late80.close()
    plane.close()
  })

  test('no route: UNIMPLEMENTED, whatever the size of the message', async () => {
    const error = await failed(client.unary(Buffer.alloc(1_000_000), { method: '../other.Service/Method' }).answered)
    assert.equal(error.code, status.UNIMPLEMENTED)
    assert.match(error.details, /no route matches/)
  })

  test('a backend that breaks off after its head is a failure, never a short success', async () => {
    raw.once('stream', (stream: ServerHttp2Stream) => {
      stream.on('error', () => {})
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' })
      stream.write(Buffer.from([0, 0, 0, 0, 1, 120]), () => stream.close(2))
    })
    const error = await failed(client.unary('x', { method: 'Raw' }).answered)
    assert.equal(error.code, status.INTERNAL)
  })

  test('cancelling reaches the backend as CANCEL', async () => {
    const arrived = once(raw, 'stream') as Promise<[ServerHttp2Stream]>
    const { call, answered } = client.unary('x', { method: 'Raw' })
    const [stream] = await arrived
    stream.on('error', () => {})
    const closed = once(stream, 'close')
    call.cancel()
    assert.equal((await failed(answered)).code, status.CANCELLED)
    await closed
    assert.equal(stream.rstCode, 8)
  })

  test('a backend that refuses the stream: UNAVAILABLE, for the client to try again', async () => {
    raw.once('stream', (stream: ServerHttp2Stream) => {
      stream.on('error', () => {})
      stream.close(7)
    })
    const error = await failed(client.unary('x', { method: 'Raw' }).answered)
    assert.equal(error.code, status.UNAVAILABLE)
  })

  test('calls are counted by their status', () => {
    const wanted = { '0': 10, '4': 1, '9': 2, '10': 2, '12': 3, '14': 4, none: 12 }
    assert.deepEqual({ ...playing.observer.counts.grpc }, wanted)
  })
})
