import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttp1, type RequestListener, type Server, request as sendRequest } from 'node:http'
import { createServer as createHttp2, type ServerHttp2Stream } from 'node:http2'
import { type AddressInfo, createServer as createTcp, type Socket, type Server as TcpServer } from 'node:net'
import { test } from 'node:test'
import { defaultClientSettings, type FilterNode, type Snapshot } from '#ir'
import { startPlane } from '../scenario/start-plane.ts'
import { messages } from './grpc-authoriser.ts'

// Mirrors and authorisers with behaviour that the scenarios' echo servers do not have, over real connections.

type Closer = () => Promise<unknown> | unknown

async function listen(
  server: Pick<TcpServer, 'listen' | 'address' | 'on' | 'close'>,
  closers: Closer[],
): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  })
  return (server.address() as AddressInfo).port
}

function backend(answer: RequestListener, closers: Closer[]): Promise<number> {
  const server: Server = createHttp1(answer)
  return listen(server, closers)
}

interface Side {
  readonly port: number
  readonly protocol: 'http1' | 'h2c'
}

/** One route to `port`, with one filter that talks to `side`. */
async function startGateway(port: number, side: Side, filter: FilterNode, closers: Closer[]): Promise<number> {
  const origin = { kind: 'Service', namespace: 'default', name: 'x' }
  const backendOf = (key: string, protocol: Side['protocol']) => ({
    key,
    origin,
    port: 80,
    protocol,
    connectTimeoutMs: 1_000,
  })
  const endpointOf = (key: string, port: number) => ({
    backend: key,
    endpoints: [{ kind: 'ip', address: '127.0.0.1', port } as const],
  })
  const snapshot: Snapshot = {
    listeners: [
      {
        key: 'default/gw/http',
        gateway: 'default/gw',
        origin,
        addresses: [],
        port: 80,
        protocol: 'http',
        hostname: '',
        client: defaultClientSettings,
      },
    ],
    routes: [
      {
        key: 'r',
        listener: 'default/gw/http',
        origin,
        rule: 0,
        createdAt: '',
        hostnames: [''],
        matches: [{ path: { kind: 'prefix', value: '/' }, headers: [], query: [] }],
        filters: [filter],
        action: {
          kind: 'forward',
          to: [{ kind: 'backend', backend: 'primary', weight: 1, filters: [] }],
          timeouts: { requestMs: 0, backendRequestMs: 0 },
        },
      },
    ],
    backends: [backendOf('primary', 'http1'), backendOf('side', side.protocol)],
    endpoints: [endpointOf('primary', port), endpointOf('side', side.port)],
    streams: [],
    certificates: [],
  }
  const plane = await startPlane(snapshot)
  closers.unshift(() => plane.close())
  return plane.portFor(80)
}

interface Got {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

function send(port: number, headers: Record<string, string>, body: Buffer | string = ''): Promise<Got> {
  return new Promise((resolve, reject) => {
    const sent = sendRequest({
      host: '127.0.0.1',
      port,
      method: body.length > 0 ? 'POST' : 'GET',
      path: '/x?y=z',
      agent: false,
      headers,
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
    })
    sent.end(body)
  })
}

async function withClosers(run: (closers: Closer[]) => Promise<void>): Promise<void> {
  const closers: Closer[] = []
  try {
    await run(closers)
  } finally {
    for (const close of closers) await close()
  }
}

const everything = { kind: 'requestMirror', backend: 'side', share: { numerator: 1, denominator: 1 } }

/** Counts the body and answers with its size. */
const countBody: RequestListener = (request, response) => {
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
  })
  request.on('end', () => response.end(String(bytes)))
}

test('a mirror that accepts and never reads does not slow a long upload, and is cut', () =>
  withClosers(async (closers) => {
    const primary = await backend(countBody, closers)
    const stuck = createTcp({ pauseOnConnect: true })
    const connected = once(stuck, 'connection')
    const side = await listen(stuck, closers)
    const port = await startGateway(primary, { port: side, protocol: 'http1' }, everything, closers)
    // A mirror that held the client back would do so for ever.
    const { body } = await send(port, {}, Buffer.alloc(32 * 1024 * 1024))
    assert.equal(body, String(32 * 1024 * 1024))
    const [socket] = (await connected) as [Socket]
    let copied = 0
    socket.on('data', (chunk: Buffer) => {
      copied += chunk.length
    })
    // `pauseOnConnect` asks for it.
    socket.resume()
    await once(socket, 'close', { signal: AbortSignal.timeout(60_000) })
    assert.ok(copied < 16 * 1024 * 1024, `${copied} bytes were sent to a mirror that was to be cut`)
  }))

test('a mirror that never answers is not felt by requests that follow', () =>
  withClosers(async (closers) => {
    const primary = await backend(countBody, closers)
    let copies = 0
    const side = await backend(() => void copies++, closers)
    const port = await startGateway(primary, { port: side, protocol: 'http1' }, everything, closers)
    for (let i = 0; i < 50; i++) assert.equal((await send(port, {})).status, 200)
    assert.ok(copies > 0)
  }))

interface Http {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly path: string
  readonly host: string
  readonly body: string
}

/** A gRPC server with one method. */
function authoriser(decide: (http: Http) => object, closers: Closer[]): Promise<number> {
  const server = createHttp2()
  server.on('stream', (stream: ServerHttp2Stream, head: Record<string, unknown>) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', () => {})
    stream.on('end', () => {
      assert.equal(head[':path'], '/envoy.service.auth.v3.Authorization/Check')
      assert.equal(head.te, 'trailers')
      const question = messages.lookupType('CheckRequest').decode(Buffer.concat(chunks).subarray(5)).toJSON()
      const type = messages.lookupType('CheckResponse')
      const answer = type.encode(type.fromObject(decide(question.attributes.request.http))).finish()
      const frame = Buffer.concat([Buffer.alloc(5), answer])
      frame.writeUInt32BE(answer.length, 1)
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.end(frame)
    })
  })
  return listen(server as unknown as TcpServer, closers)
}

test('ext_authz over gRPC: allowed, refused, and closed when the authoriser is gone', () =>
  withClosers(async (closers) => {
    const echo: RequestListener = (request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => response.end(JSON.stringify({ headers: request.headers, body })))
    }
    const header = (key: string, value: string) => ({ header: { key, value } })
    const asked: Http[] = []
    const authClosers: Closer[] = []
    const side = await authoriser((http) => {
      asked.push(http)
      if (http.headers.authorization !== 'good') {
        const denied = { status: { code: 401 }, headers: [header('www-authenticate', 'Basic')], body: 'who?' }
        return { status: { code: 16 }, denied_response: denied }
      }
      const ok = {
        headers: [header('x-user', 'jane')],
        headers_to_remove: ['authorization'],
        response_headers_to_add: [header('x-checked', 'yes')],
      }
      return { status: { code: 0 }, ok_response: ok }
    }, authClosers)
    closers.push(...authClosers)
    const primary = await backend(echo, closers)
    const port = await startGateway(
      primary,
      { port: side, protocol: 'h2c' },
      {
        kind: 'externalAuth',
        backend: 'side',
        protocol: { kind: 'grpc', allowedHeaders: [] },
        maxBodyBytes: 1_000,
        timeoutMs: 5_000,
      } as FilterNode,
      closers,
    )

    const allowed = await send(port, { authorization: 'good', 'x-user': 'admin', host: 'shop.test' }, 'hello')
    assert.equal(allowed.status, 200)
    assert.equal(allowed.headers['x-checked'], 'yes')
    const seen = JSON.parse(allowed.body)
    assert.equal(seen.body, 'hello')
    assert.equal(seen.headers['x-user'], 'jane')
    assert.equal(seen.headers.authorization, undefined)
    const { headers: _headers, ...question } = asked[0]!
    assert.deepEqual(question, { method: 'POST', path: '/x?y=z', host: 'shop.test', body: 'hello' })

    const refused = await send(port, { authorization: 'bad' })
    assert.deepEqual([refused.status, refused.headers['www-authenticate'], refused.body], [401, 'Basic', 'who?'])
    assert.equal((await send(port, { authorization: 'good' }, Buffer.alloc(1_001))).status, 413)
    assert.equal(asked.length, 2)

    for (const close of authClosers) await close()
    assert.equal((await send(port, { authorization: 'good' })).status, 403)
  }))
