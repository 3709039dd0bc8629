import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { Agent, createServer, get as httpGet, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  freePort,
  gatewayYaml,
  type HeadgateProcess,
  routeYaml,
  serviceYaml,
  startHeadgate,
} from './headgate-process.ts'
import { type RecordingBackend, startRecordingBackend } from './recording-backend.ts'
import { brokenBodyCases, judgePassed, judgeRefused, passedCases, refusedCases } from './smuggling-cases.ts'

let slowRequests = 0
/** Requests that are answered when a test says so. */
const held: (() => void)[] = []

async function backend(name: string): Promise<number> {
  const server = createServer((request, response) => {
    if (request.url === '/slow') {
      slowRequests++
      setTimeout(() => response.end(name), 300)
    } else if (request.url === '/held') held.push(() => response.end(name))
    else response.end(name)
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}

const closers: (() => unknown)[] = []
after(async () => {
  for (const close of closers.reverse()) await close()
})

async function start(...args: Parameters<typeof startHeadgate>): Promise<HeadgateProcess> {
  const headgate = await startHeadgate(...args)
  closers.push(() => headgate.stop())
  return headgate
}

function ask(port: number, path = '/'): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = httpGet({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => {
        body += chunk
      })
      response.on('end', () => resolve(`${response.statusCode} ${body}`))
      response.on('error', reject)
    })
    request.on('error', reject)
  })
}

/** Asks again and again until told to stop. @returns how often each answer came */
function load(port: number, path = '/'): { stop(): Promise<Map<string, number>> } {
  let running = true
  const answers = new Map<string, number>()
  const clients = Array.from({ length: 4 }, async () => {
    while (running) {
      const answer = await ask(port, path).catch((error: Error) => `failed: ${error.message}`)
      answers.set(answer, (answers.get(answer) ?? 0) + 1)
    }
  })
  return {
    async stop() {
      running = false
      await Promise.all(clients)
      return answers
    },
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000
  while (!(await holds())) {
    assert.ok(Date.now() < end, 'it did not come true within a minute')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test('editing the folder changes routing without a failed request; breaking it changes nothing and says where', async () => {
  const [a, b] = [await backend('a'), await backend('b')]
  const headgate = await start((port) => ({
    'gateway.yaml': gatewayYaml(port),
    'services.yaml': `${serviceYaml('a', a)}---\n${serviceYaml('b', b)}`,
    'route.yaml': routeYaml('web', 'a'),
  }))
  const running = load(headgate.port)
  await until(async () => (await ask(headgate.port)) === '200 a')
  headgate.write('route.yaml', routeYaml('web', 'b'))
  await until(async () => (await ask(headgate.port)) === '200 b')
  await headgate.served()
  headgate.write('route.yaml', routeYaml('web', 'a').replace('port: 80', 'port: eighty'))
  await headgate.logged(/route\.yaml:7:\d+: spec\.rules\[0\]\.backendRefs\[0\]\.port/)
  assert.equal(await ask(headgate.port), '200 b')
  headgate.write('route.yaml', 'apiVersion: [')
  await headgate.logged(/route\.yaml:1:\d+/)
  assert.equal(await ask(headgate.port), '200 b')
  headgate.write('route.yaml', routeYaml('web', 'a'))
  await until(async () => (await ask(headgate.port)) === '200 a')
  assert.deepEqual([...(await running.stop()).keys()].sort(), ['200 a', '200 b'])
})

test('SIGTERM: open requests end, then the program does, with code 0', async () => {
  const a = await backend('a')
  const headgate = await start((port) => ({
    'all.yaml': [gatewayYaml(port), serviceYaml('a', a), routeYaml('web', 'a')].join('---\n'),
  }))
  slowRequests = 0
  const pending = Promise.all(Array.from({ length: 8 }, () => ask(headgate.port, '/slow')))
  await until(async () => slowRequests === 8)
  headgate.signal('SIGTERM')
  assert.deepEqual(await pending, Array(8).fill('200 a'))
  assert.equal(await headgate.exited, 0)
})

test('SIGTERM: clients that keep their connections and ask all the time lose no request', async () => {
  const a = await backend('a')
  const headgate = await start((port) => ({
    'all.yaml': [gatewayYaml(port), serviceYaml('a', a), routeYaml('web', 'a')].join('---\n'),
  }))
  let answers = 0
  // Each client asks until it is told that the connection closes; whatever it has sent by then must be answered.
  const clients = Array.from({ length: 16 }, async () => {
    // With one connection a client waits until it is free again, and opens no other.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (;;) {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        httpGet({ host: '127.0.0.1', port: headgate.port, agent }, resolve).on('error', reject)
      })
      assert.equal(response.statusCode, 200)
      for await (const _ of response);
      answers++
      if (response.headers.connection === 'close') return
    }
  })
  await until(async () => answers > 500)
  headgate.signal('SIGTERM')
  await Promise.all(clients)
  assert.equal(await headgate.exited, 0)
})

test('a second signal ends it at once', async () => {
  const a = await backend('a')
  const headgate = await start((port) => ({
    'all.yaml': [gatewayYaml(port), serviceYaml('a', a), routeYaml('web', 'a')].join('---\n'),
  }))
  const pending = ask(headgate.port, '/held').catch(() => 'cut')
  await until(async () => held.length === 1)
  headgate.signal('SIGTERM')
  await headgate.logged(/no new connections/)
  headgate.signal('SIGTERM')
  assert.equal(await headgate.exited, 143)
  assert.equal(await pending, 'cut')
})

test('health, metrics and the access log', async () => {
  const a = await backend('a')
  const headgate = await start(
    (port) => ({ 'all.yaml': [gatewayYaml(port), serviceYaml('a', a), routeYaml('web', 'a')].join('---\n') }),
    ['--access-log', 'json', '--access-log-fields', 'method,path,status,route,backend'],
  )
  assert.equal(await ask(headgate.adminPort, '/livez'), '200 alive\n')
  assert.equal(await ask(headgate.adminPort, '/readyz'), '200 ready\n')
  for (let i = 0; i < 3; i++) await ask(headgate.port, '/x')
  const metrics = await ask(headgate.adminPort, '/metrics')
  assert.match(metrics, /headgate_requests_total\{gateway="default\/gw",route="HTTPRoute\/default\/web",code="2xx"\} 3/)
  assert.match(metrics, /headgate_request_duration_seconds_count 3/)
  await until(async () => headgate.output().split('\n').length > 3)
  assert.equal(
    headgate.output().split('\n')[0],
    '{"method":"GET","path":"/x","status":200,"route":"default/web","backend":"Service/default/a/80"}',
  )
})

describe('through the whole product', () => {
  let recorder: RecordingBackend
  let headgate: HeadgateProcess

  before(async () => {
    recorder = await startRecordingBackend()
    closers.push(() => recorder.close())
    headgate = await start((port) => ({
      'all.yaml': [gatewayYaml(port), serviceYaml('a', recorder.port), routeYaml('web', 'a')].join('---\n'),
    }))
  })

  // The codec alone refuses HTTP/2's preface; the product answers it in HTTP/2.
  const refused = refusedCases.filter(({ name }) => name !== 'request line: the HTTP/2 preface')
  for (const it of [...refused, ...brokenBodyCases])
    test(`refused: ${JSON.stringify(it.name)}`, async () =>
      assert.equal(await judgeRefused(headgate.port, recorder, it), ''))
  for (const it of passedCases)
    test(`passed: ${JSON.stringify(it.name)}`, async () =>
      assert.equal(await judgePassed(headgate.port, recorder, it), ''))
})

test('a tunnel carries bytes both ways, whatever they are', async () => {
  const { createServer: createTcpServer } = await import('node:net')
  const echo = createTcpServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
      socket.pipe(socket)
    })
  })
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
  closers.push(() => echo.close())
  const headgate = await start((port) => ({
    'all.yaml': [gatewayYaml(port), serviceYaml('a', (echo.address() as AddressInfo).port), routeYaml('web', 'a')].join(
      '---\n',
    ),
  }))
  const socket = connect(headgate.port, '127.0.0.1')
  const received: Buffer[] = []
  socket.on('data', (chunk: Buffer) => received.push(chunk))
  socket.write(
    'GET /ws HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n',
  )
  await until(async () => Buffer.concat(received).includes('\r\n\r\n'))
  const noise = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919) & 255))
  received.length = 0
  socket.end(noise)
  await new Promise((resolve) => socket.once('close', resolve))
  assert.ok(Buffer.concat(received).equals(noise))
})

test('an admin port that is taken is said, and ends the start with 1', async () => {
  const first = await start((port) => ({ 'gw.yaml': gatewayYaml(port) }))
  const [port, adminPort] = [await freePort(), first.adminPort]
  const second = spawnSync(
    path.join(import.meta.dirname, '..', '..', 'bin', 'headgate'),
    ['run', '-f', '-', '--bind', '127.0.0.1', '--admin', `127.0.0.1:${adminPort}`],
    { input: gatewayYaml(port), encoding: 'utf8', timeout: 60_000 },
  )
  assert.equal(second.status, 1, second.stderr)
  assert.match(second.stderr, /another program listens there.*--admin ADDRESS:PORT, or off\n$/)
})

test('a route whose Gateway does not exist is told once, with the name that was meant', async () => {
  const headgate = await start((port) => ({ 'gw.yaml': gatewayYaml(port) }))
  headgate.write('lost.yaml', routeYaml('lost', 'none').replace('name: gw', 'name: gww'))
  await headgate.logged(
    /HTTPRoute default\/lost: not served: spec\.parentRefs\[0\]: Gateway default\/gww does not exist; did you mean gw\?/,
  )
  headgate.write('other.yaml', serviceYaml('none', 1))
  headgate.write('later.yaml', routeYaml('later', 'none'))
  await headgate.logged(/HTTPRoute default\/later parent gw: Accepted/)
  assert.equal(headgate.log().match(/lost: not served/g)?.length, 1)
})
