import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttp2 } from 'node:http2'
import { type AddressInfo, createServer as createTcp } from 'node:net'
import { after, test } from 'node:test'
import type { Backend, HealthCheck, Snapshot } from '#ir'
import { listener, playPlane, route, snapshotOf } from '../plane.fixture.ts'

const closers: (() => void)[] = []
after(() => {
  for (const close of closers) close()
})

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
  const server = createServer(answer)
  return open(server)
}

async function open(server: Pick<Server, 'listen' | 'address' | 'close' | 'once'> & { closeAllConnections?(): void }) {
  server.listen(0, '127.0.0.1')
  await once(server as Server, 'listening')
  closers.push(() => {
    server.close()
    server.closeAllConnections?.()
  })
  return (server.address() as AddressInfo).port
}

async function play(ports: number[], changes: Partial<Backend>, retry?: { attempts: number; codes: number[] }) {
  const plain = snapshotOf([listener(80)], [], { a: ports })
  const action = {
    kind: 'forward',
    to: [{ kind: 'backend', backend: 'a', weight: 1, filters: [] }],
    timeouts: { requestMs: 0, backendRequestMs: 0 },
    ...(retry && { retry: { ...retry, backoffMs: 0 } }),
  } as const
  const snapshot: Snapshot = {
    ...plain,
    routes: [route('r', { action })],
    backends: plain.backends.map((backend) => ({ ...backend, ...changes })),
  }
  const { plane, port } = await playPlane(snapshot)
  closers.push(() => plane.close())
  return port(80)
}

function get(port: number, path = '/', agent: false | undefined = false): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path, agent }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    if (await check()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  assert.fail('it did not come true')
}

/** A backend whose answers wait until they are let go. */
async function holding() {
  const held: ServerResponse[] = []
  const sockets = new Set<unknown>()
  const port = await serve((incoming, response) => {
    sockets.add(incoming.socket)
    held.push(response)
  })
  return { port, held, sockets, letGo: () => held.splice(0).forEach((response) => void response.end('ok')) }
}

test('requests in flight are limited; the next one is refused at once, and let in when one has ended', async () => {
  const { port: backend, held, letGo } = await holding()
  const port = await play([backend], { breaker: { maxRequests: 2 } })
  const first = [get(port), get(port)]
  await until(() => held.length === 2)
  assert.equal((await get(port)).status, 503)
  assert.equal(held.length, 2)
  letGo()
  for (const { status } of await Promise.all(first)) assert.equal(status, 200)
  const again = get(port)
  await until(() => held.length === 1)
  letGo()
  assert.equal((await again).status, 200)
})

test('a client that goes away gives its place back', async () => {
  let held = 0
  const backend = await serve((incoming, response) => {
    if (incoming.url === '/hold') held++
    else response.end('ok')
  })
  const port = await play([backend], { breaker: { maxRequests: 1 } })
  const sent = request({ port, host: '127.0.0.1', path: '/hold', agent: false }).on('error', () => {})
  sent.end()
  await until(() => held === 1)
  assert.equal((await get(port)).status, 503)
  sent.destroy()
  await until(async () => (await get(port)).status === 200)
})

test('one connection: requests wait for it, those beyond the limit of waiting ones are refused', async () => {
  const { port: backend, held, sockets, letGo } = await holding()
  const port = await play([backend], { breaker: { maxConnections: 1, maxPending: 1 } })
  const first = get(port)
  await until(() => held.length === 1)
  // One of the two is refused, whichever comes later.
  const others = [get(port), get(port)]
  assert.equal((await Promise.race(others)).status, 503)
  letGo()
  assert.equal((await first).status, 200)
  await until(() => held.length === 1)
  letGo()
  assert.deepEqual((await Promise.all(others)).map(({ status }) => status).sort(), [200, 503])
  assert.equal(sockets.size, 1)
})

test('a connection is closed after so many requests', async () => {
  const sockets = new Set<unknown>()
  const backend = await serve((incoming, response) => {
    sockets.add(incoming.socket)
    response.end('ok')
  })
  const port = await play([backend], { breaker: { maxRequestsPerConnection: 2 } })
  for (let i = 0; i < 6; i++) assert.equal((await get(port)).status, 200)
  assert.equal(sockets.size, 3)
})

test('retries in flight are limited: beyond it the first answer counts', async () => {
  let asked = 0
  const backend = await serve((_incoming, response) => {
    asked++
    response.writeHead(503).end()
  })
  const port = await play([backend], { breaker: { maxRetries: 0 } }, { attempts: 3, codes: [503] })
  assert.equal((await get(port)).status, 503)
  assert.equal(asked, 1)
})

test('an endpoint that answers badly is left out', async () => {
  const good = await serve((_incoming, response) => response.end('good'))
  const bad = await serve((_incoming, response) => response.writeHead(500).end('bad'))
  const outlier = {
    consecutive5xx: 2,
    consecutiveGatewayErrors: 0,
    consecutiveLocalFailures: 0,
    splitLocalErrors: false,
    failurePercent: 0,
    intervalMs: 60_000,
    baseEjectionMs: 60_000,
    maxEjectionPercent: 50,
    alwaysEjectOne: false,
  }
  const port = await play([good, bad], { outlier })
  const bodies: string[] = []
  for (let i = 0; i < 20; i++) bodies.push((await get(port)).body)
  assert.equal(bodies.filter((body) => body === 'bad').length, 2)
})

const check = (changes: Partial<HealthCheck>): HealthCheck => ({
  ask: { kind: 'http', path: '/healthz', method: 'GET', healthy: [{ from: 200, to: 200 }], retriable: [] },
  timeoutMs: 1_000,
  intervalMs: 20,
  initialJitterMs: 0,
  unhealthyThreshold: 2,
  healthyThreshold: 1,
  ...changes,
})

/** @returns a switch: how the backend answers when it is asked for its health */
async function patient(name: string) {
  const state = { status: 200, asked: 0 }
  const port = await serve((incoming, response) => {
    if (incoming.url !== '/healthz') return response.end(name)
    state.asked++
    return response.writeHead(state.status).end(`I am ${state.status === 200 ? 'well' : 'ill'}`)
  })
  return { port, state }
}

async function answersOf(port: number, times = 12): Promise<string[]> {
  const bodies = new Set<string>()
  for (let i = 0; i < times; i++) bodies.add((await get(port)).body)
  return [...bodies].sort()
}

test('an endpoint that says it is ill gets nothing until it is well', async () => {
  const [a, b] = [await patient('a'), await patient('b')]
  const port = await play([a.port, b.port], { health: check({}) })
  assert.deepEqual(await answersOf(port), ['a', 'b'])
  b.state.status = 503
  await until(async () => (await answersOf(port)).join() === 'a')
  b.state.status = 200
  await until(async () => (await answersOf(port)).join() === 'a,b')
})

test('when most are ill all get traffic again, unless that panic is switched off', async () => {
  const [a, b] = [await patient('a'), await patient('b')]
  a.state.status = b.state.status = 500
  const panicky = await play([a.port, b.port], { health: check({}) })
  await until(() => a.state.asked > 2 && b.state.asked > 2)
  assert.deepEqual(await answersOf(panicky), ['a', 'b'])
  const calm = await play([a.port, b.port], { health: check({}), panicPercent: 0 })
  await until(async () => (await get(calm)).status === 503)
})

test('what the body must say', async () => {
  const a = await patient('a')
  const ask = { ...check({}).ask, expectBody: Buffer.from('am ill').toString('base64') } as HealthCheck['ask']
  const port = await play([a.port], { health: check({ ask }), panicPercent: 0 })
  await until(async () => (await get(port)).status === 503)
})

test('a question by TCP', async () => {
  const tcp = createTcp((socket) => socket.on('data', (data) => socket.end(`${data} pong`)).on('error', () => {}))
  const port = await open(tcp as never)
  const [send, receive] = [Buffer.from('ping').toString('base64'), Buffer.from('g po').toString('base64')]
  const a = await patient('a')
  const ok = await play([a.port], { health: check({ port, ask: { kind: 'tcp', send, receive } }), panicPercent: 0 })
  assert.equal((await get(ok)).status, 200)
  const wrong = { kind: 'tcp', send, receive: Buffer.from('nope').toString('base64') } as const
  const ill = await play([a.port], { health: check({ port, ask: wrong }), panicPercent: 0 })
  await until(async () => (await get(ill)).status === 503)
})

test('a question by gRPC', async () => {
  let status = 1
  const asked: string[] = []
  const server = createHttp2((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      asked.push(`${incoming.url} ${Buffer.concat(chunks).subarray(7)}`)
      response.setHeader('content-type', 'application/grpc')
      response.addTrailers({ 'grpc-status': '0' })
      response.end(Buffer.from([0, 0, 0, 0, 2, 8, status]))
    })
  })
  const port = await open(server as never)
  const a = await patient('a')
  const health = check({ port, ask: { kind: 'grpc', service: 'shop' } })
  const gateway = await play([a.port], { health, panicPercent: 0 })
  await until(() => asked.length > 1)
  assert.equal((await get(gateway)).status, 200)
  assert.equal(asked[0], '/grpc.health.v1.Health/Check shop')
  status = 2
  await until(async () => (await get(gateway)).status === 503)
})
