import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { noChange } from '#ir'
import { freePort } from '../../test/free-port.ts'
import { forward, listener, playPlane, route, snapshotOf } from './plane.fixture.ts'

const servers: Server[] = []
const closers: (() => void)[] = []
after(() => {
  for (const server of servers) {
    server.close()
    server.closeAllConnections()
  }
  for (const close of closers) close()
})

type Handler = (
  request: IncomingMessage & { body: string },
) => { status?: number; headers?: Record<string, string>; body?: string } | undefined

async function backend(handler: Handler): Promise<number> {
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const answer = handler(Object.assign(incoming, { body: Buffer.concat(chunks).toString() }))
      if (!answer) return void incoming.socket.destroy()
      response.writeHead(answer.status ?? 200, answer.headers)
      response.end(answer.body ?? '')
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

interface Answer {
  status: number
  headers: IncomingMessage['headers']
  body: string
}

function send(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { body, method = 'GET', headers = {} } = options
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: text }))
      response.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

async function play(...args: Parameters<typeof playPlane>) {
  const played = await playPlane(...args)
  closers.push(() => played.plane.close())
  return played
}

/** Answers after so many milliseconds. */
async function slowBackend(ms: number): Promise<number> {
  const server = createServer((_, response) => void setTimeout(() => response.end('late'), ms))
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** A port where nobody listens. */

test('a request goes to the backend and its answer comes back', async () => {
  const a = await backend((seen) => ({
    body: `${seen.method} ${seen.url} ${seen.headers.host} ${seen.headers['x-forwarded-for']} ${seen.body}`,
  }))
  const { port } = await play(snapshotOf([listener(80)], [route('r')], { a: [a] }))
  const answer = await send(port(80), '/x?y=1', { method: 'POST', headers: { host: 'shop.test' }, body: 'hello' })
  assert.deepEqual([answer.status, answer.body], [200, 'POST /x?y=1 shop.test 127.0.0.1 hello'])
})

test('what a client says of X-Forwarded-* is replaced unless hops are trusted', async () => {
  const a = await backend((seen) => ({
    body: JSON.stringify([
      seen.headers['x-forwarded-for'],
      seen.headers['x-forwarded-proto'],
      seen.headers['x-forwarded-host'],
      seen.headers.forwarded ?? '',
    ]),
  }))
  const forged = {
    host: 'h',
    'x-forwarded-for': '9.9.9.9',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'evil',
    forwarded: 'for=9.9.9.9',
  }
  const plain = await play(snapshotOf([listener(80)], [route('r')], { a: [a] }))
  assert.deepEqual(JSON.parse((await send(plain.port(80), '/', { headers: forged })).body), [
    '127.0.0.1',
    'http',
    'h',
    '',
  ])
  const trusting = await play(snapshotOf([listener(80, { client: { trustedHops: 1 } })], [route('r')], { a: [a] }))
  assert.deepEqual(JSON.parse((await send(trusting.port(80), '/', { headers: forged })).body), [
    '9.9.9.9, 127.0.0.1',
    'https',
    'evil',
    'for=9.9.9.9',
  ])
})

test('no route: 404; no listener for the host: 404; a broken share: its status; no endpoint: 503; no weight: 500', async () => {
  const broken = { kind: 'broken', weight: 1, status: 500, why: 'no such Service' } as const
  const { port } = await play(
    snapshotOf(
      [listener(80, { hostname: '*.test' })],
      [
        route('empty', { hostnames: ['empty.test'], action: forward('none') }),
        route('broken', { hostnames: ['broken.test'], action: { ...forward(), to: [broken] } }),
        route('weightless', {
          hostnames: ['weightless.test'],
          action: { ...forward(), to: [{ ...broken, weight: 0 }] },
        }),
      ],
      { none: [] },
    ),
  )
  const status = async (host: string) => (await send(port(80), '/', { headers: { host } })).status
  assert.equal(await status('other.test'), 404)
  assert.equal(await status('elsewhere'), 404)
  // What is wrong with it is for the log, not for strangers.
  const { status: code, body } = await send(port(80), '/', { headers: { host: 'broken.test' } })
  assert.deepEqual([code, body], [500, '500 this route is not configured correctly\n'])
  assert.equal(await status('weightless.test'), 500)
  assert.equal(await status('empty.test'), 503)
})

test('an endpoint that refuses connections is passed over, for a POST too', async () => {
  const a = await backend((seen) => ({ body: seen.body }))
  const { port, observer } = await play(snapshotOf([listener(80)], [route('r')], { a: [await freePort(), a] }))
  for (let i = 0; i < 4; i++) assert.equal((await send(port(80), '/', { method: 'POST', body: `n${i}` })).body, `n${i}`)
  // The clients notice nothing; who runs the gateway must.
  const { connect_failed: passedOver = 0, ...others } = observer.counts.passedOver
  assert.ok(passedOver > 0)
  assert.deepEqual([others, observer.counts.failures], [{}, {}])
})

test('all endpoints refuse: 503', async () => {
  const { port } = await play(snapshotOf([listener(80)], [route('r')], { a: [await freePort(), await freePort()] }))
  assert.equal((await send(port(80), '/')).status, 503)
})

test('a retry is made for the codes that the rule names, and no more often', async () => {
  let calls = 0
  const a = await backend(() => ({ status: ++calls < 3 ? 503 : 200, body: 'done' }))
  const retry = { attempts: 2, codes: [503], backoffMs: 1 }
  const { port } = await play(
    snapshotOf([listener(80)], [route('r', { action: { ...forward('a'), retry } })], { a: [a] }),
  )
  assert.equal((await send(port(80), '/', { method: 'POST', body: 'x' })).status, 200)
  assert.equal(calls, 3)
  calls = -10
  assert.equal((await send(port(80), '/')).status, 503)
  assert.equal(calls, -7)
})

test('a connection that breaks under a GET is tried again only as the rule says', async () => {
  let calls = 0
  const a = await backend(() => (++calls % 2 === 1 ? undefined : { body: 'ok' }))
  const retry = { attempts: 1, codes: [], backoffMs: 0 }
  const { port } = await play(
    snapshotOf(
      [listener(80)],
      [
        route('plain', { hostnames: ['plain'] }),
        route('retried', { hostnames: ['retried'], action: { ...forward('a'), retry } }),
      ],
      { a: [a] },
    ),
  )
  assert.equal((await send(port(80), '/', { headers: { host: 'plain' } })).status, 503)
  calls = 0
  assert.equal((await send(port(80), '/', { headers: { host: 'retried' } })).status, 200)
  calls = 0
  assert.equal(
    (await send(port(80), '/', { method: 'POST', body: 'x', headers: { host: 'retried' } })).status,
    503,
    'a POST may have been carried out',
  )
})

async function tcpBackend(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createTcpServer({ pauseOnConnect: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onSocket(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

/** Resets connections without having read what came on them, as a system does for a program that has stopped to accept. */
async function resettingBackend(): Promise<{ readonly port: number; readonly resets: () => number }> {
  let resets = 0
  const port = await tcpBackend((socket) => {
    // By the second turn from now the other end, in this very process, has sent its request.
    setImmediate(() =>
      setImmediate(() => {
        resets++
        socket.resetAndDestroy()
      }),
    )
  })
  return { port, resets: () => resets }
}

test('a new connection that is reset unread: a GET goes to another endpoint, a POST does not', async () => {
  const ending = await resettingBackend()
  const b = await backend(() => ({ body: 'b' }))
  const { port, observer } = await play(snapshotOf([listener(80)], [route('r')], { a: [ending.port, b] }))
  for (let i = 0; i < 6; i++) assert.equal((await send(port(80), '/')).body, 'b')
  assert.ok(ending.resets() > 0)
  assert.deepEqual(observer.counts.passedOver, { peer_reset: ending.resets() })
  const before = ending.resets()
  const posts = await Promise.all([1, 2].map(() => send(port(80), '/', { method: 'POST', body: 'x' })))
  assert.deepEqual(posts.map(({ status }) => status).sort(), [200, 503])
  assert.equal(ending.resets(), before + 1)
})

test('an endpoint that resets everything is not asked again and again', async () => {
  const alone = await resettingBackend()
  const { port } = await play(snapshotOf([listener(80)], [route('r')], { a: [alone.port] }))
  assert.equal((await send(port(80), '/')).status, 503)
  assert.equal(alone.resets(), 1)
})

test('after a dead connection comes a new one, not the next that has idled as long', async () => {
  const count = 6
  const waiting: Socket[] = []
  let connections = 0
  const a = await tcpBackend((socket) => {
    connections++
    const answer = (to: Socket) => to.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
    socket.resume().once('data', () => {
      // The first ones are answered together, so that each request has a connection of its own.
      if (connections > count) return void answer(socket)
      if (waiting.push(socket) === count) waiting.forEach(answer)
      socket.once('data', () => socket.destroy())
    })
  })
  const { port, observer } = await play(snapshotOf([listener(80)], [route('r')], { a: [a] }))
  await Promise.all(Array.from({ length: count }, () => send(port(80), '/')))
  assert.deepEqual([connections, observer.counts.passedOver], [count, {}])
  assert.equal((await send(port(80), '/')).status, 200)
  assert.deepEqual([connections, observer.counts.passedOver], [count + 1, { peer_closed: 1 }])
})

test('a backend that announces when it closes what idles gets no request then, which may be a POST', async () => {
  let connections = 0
  const a = await tcpBackend((socket) => {
    connections++
    const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\nkeep-alive: timeout=2\r\n\r\n'
    socket.resume().on('data', () => socket.write(answer))
  })
  const { port } = await play(snapshotOf([listener(80)], [route('r')], { a: [a] }))
  const post = async () => (await send(port(80), '/', { method: 'POST' })).status
  const began = performance.now()
  assert.deepEqual([await post(), await post()], [200, 200])
  if (performance.now() - began < 1_000) assert.equal(connections, 1)
  const before = connections
  await new Promise((resolve) => setTimeout(resolve, 1_050))
  assert.equal(await post(), 200)
  assert.equal(connections, before + 1)
})

test('timeouts answer 504, of the request and of an attempt', async () => {
  const silent = createServer(() => {})
  servers.push(silent)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const a = (silent.address() as AddressInfo).port
  const limits = (requestMs: number, backendRequestMs: number) => ({
    ...forward('a'),
    timeouts: { requestMs, backendRequestMs },
  })
  const { port } = await play(
    snapshotOf(
      [listener(80)],
      [
        route('one', { hostnames: ['one'], action: limits(30, 0) }),
        route('two', { hostnames: ['two'], action: limits(0, 30) }),
      ],
      { a: [a] },
    ),
  )
  for (const host of ['one', 'two']) assert.equal((await send(port(80), '/', { headers: { host } })).status, 504)
})

test('an exchange is idle after its limit, never before, whenever the sweep comes', async () => {
  const a = await slowBackend(100)
  const limited = listener(80, { client: { streamIdleTimeoutMs: 999 } })
  const { port } = await play(snapshotOf([limited], [route('r')], { a: [a] }))
  // Longer than the time between two sweeps: one comes while a request waits.
  for (let i = 0; i < 12; i++) assert.equal((await send(port(80), '/')).status, 200)
})

test('a session sticks to its endpoint, by cookie', async () => {
  const ports = [
    await backend(() => ({ body: '0' })),
    await backend(() => ({ body: '1' })),
    await backend(() => ({ body: '2' })),
  ]
  const session = { kind: 'cookie', name: 'stick', lifetime: 'session', absoluteTimeoutMs: 0, path: '/' } as const
  const { port } = await play(
    snapshotOf([listener(80)], [route('r', { action: { ...forward('a'), session } })], { a: ports }),
  )
  const first = await send(port(80), '/')
  const cookie = first.headers['set-cookie']![0]!.split(';')[0]!
  for (let i = 0; i < 6; i++) {
    const again = await send(port(80), '/', { headers: { cookie: `x=y; ${cookie}` } })
    assert.equal(again.body, first.body)
    assert.equal(again.headers['set-cookie'], undefined)
  }
})

test('a path that other servers would read as a guarded one is refused', async () => {
  const a = await backend((seen) => ({ body: `a ${seen.url}` }))
  const guard = route('guard', {
    matches: [{ path: { kind: 'prefix', value: '/guarded' }, headers: [], query: [] }],
    action: { kind: 'respond', status: 500, why: 'guarded' },
  })
  const { port } = await play(snapshotOf([listener(80)], [route('all'), guard], { a: [a] }))
  const statuses: Record<string, number> = {
    '/guarded': 500,
    '/guarded/x': 500,
    '/guardedx': 200,
    '/%67uarded': 500,
    '/./guarded': 500,
    '/x/../guarded': 500,
    '/x/%2e%2e/guarded': 500,
    '//guarded': 400,
    '/x%2f..%2fguarded': 400,
    '/guarded;a=b': 400,
    '/guarded%2fx': 400,
    '/x/..;/guarded': 400,
    '/\\guarded': 400,
    '/%5cguarded': 400,
    '/a%2fb': 200,
    '/a//b': 200,
    '/a;b': 200,
  }
  for (const [path, status] of Object.entries(statuses)) assert.equal((await send(port(80), path)).status, status, path)
  assert.equal((await send(port(80), '/a%2fb//c;d?e=%2f')).body, 'a /a%2Fb//c;d?e=%2f')
})

test('a route that changes while requests run loses none of them', async () => {
  const ports = [await backend(() => ({ body: 'old' })), await backend(() => ({ body: 'new' }))]
  const { plane, port } = await play(snapshotOf([listener(80)], [route('r')], { a: [ports[0]!], b: [ports[1]!] }))
  const seen = new Set<string>()
  let running = true
  const load = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (running) {
        const answer = await send(port(80), '/')
        assert.equal(answer.status, 200)
        seen.add(answer.body)
      }
    }),
  )
  for (let i = 0; i < 20; i++) {
    await plane.apply({
      ...noChange,
      version: i + 2,
      routes: { put: [route('r', { action: forward(i % 2 ? 'a' : 'b') })], delete: [] },
    })
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  running = false
  await load
  assert.deepEqual([...seen].sort(), ['new', 'old'])
})

test('the drain lets the open request end and closes its connection', async () => {
  let answer: (() => void) | undefined
  const slow = createServer((_, response) => {
    answer = () => response.end('late')
  })
  servers.push(slow)
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve))
  const { plane, port } = await play(
    snapshotOf([listener(80)], [route('r')], { a: [(slow.address() as AddressInfo).port] }),
  )
  const pending = send(port(80), '/', { headers: { connection: 'keep-alive' } })
  while (!answer) await new Promise((resolve) => setTimeout(resolve, 2))
  const drained = plane.drain()
  await new Promise((resolve) => setTimeout(resolve, 20))
  await assert.rejects(once(connect(port(80), '127.0.0.1'), 'connect'))
  answer()
  const { status, body, headers } = await pending
  assert.deepEqual([status, body, headers.connection], [200, 'late', 'close'])
  await drained
})
