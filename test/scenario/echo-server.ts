import {
  createServer as createHttp1,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import {
  createServer as createHttp2,
  createSecureServer as createSecureHttp2,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import { TLSSocket } from 'node:tls'
import * as certificates from '../../src/proxy/tls/certificates.fixture.ts'
import { frameMessage, unframeMessage } from './grpc-message.ts'

/** What a backend saw of a request. */
export interface Seen {
  readonly backend: string
  readonly method: string
  readonly path: string
  readonly host: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Server name and common name of the client's certificate; '' without. */
  readonly sni: string
  readonly client: string
  /** The version of HTTP it came by: `1.1`, `2.0`; and what a PROXY header said: `v1 TCP4 127.0.0.1 127.0.0.1`. */
  readonly version?: string
  readonly proxied?: string
  /** Names of fields as they were written, of HTTP/1.1; and what came behind the body. */
  readonly names?: readonly string[]
  readonly trailers?: Readonly<Record<string, string | undefined>>
}

export interface EchoServer {
  readonly port: number
  /** What came in since the last call. */
  takeSeen(): Seen[]
  close(): Promise<void>
}

type Request = IncomingMessage | Http2ServerRequest
type Response = ServerResponse | Http2ServerResponse

/**
 * A backend that answers with what it saw, as JSON. The request can ask for another answer in its query: `status=503`,
 * `delay=50` (ms), `header=Name:value` (repeatable); `fail=2` answers 503 (or what `failure` says) to the first two requests of a
 * path, `trailer=Name` sends a trailer, `reset=2` ends the connection of the first two, `slow=2` delays only the first two. A call of gRPC is answered by gRPC.
 */
export async function startEchoServer(
  backend: string,
  protocol: 'http1' | 'h2c',
  tls = false,
  told: ReadonlyMap<number, string> = new Map(),
): Promise<EchoServer> {
  let seen: Seen[] = []
  const asked = new Map<string, number>()

  const answer = (request: Request, response: Response, body: string) => {
    // Not as a URL: a path may be anything.
    const [pathname = '', query] = (request.url ?? '/').split('?')
    const wish = new URLSearchParams(query)
    const host = String(request.headers[':authority'] ?? request.headers.host ?? '')
    const { method = '', url: path = '', headers: fields } = request
    const proxied = told.get(request.socket.remotePort ?? 0) ?? ''
    const version = request.httpVersion
    const behind = { names: namesOf(request), trailers: { ...request.trailers } as Seen['trailers'] & {} }
    const one: Seen = {
      backend,
      method,
      path,
      host,
      headers: fields,
      body,
      version,
      proxied,
      ...behind,
      ...peerOf(request),
    }
    seen.push(one)
    const turn = asked.get(pathname) ?? 0
    asked.set(pathname, turn + 1)
    const isAmongFirst = (count: string) => turn < Number(wish.get(count) ?? 0)
    if (isAmongFirst('reset')) return void request.socket.resetAndDestroy()
    for (const header of wish.getAll('header')) {
      const colon = header.indexOf(':')
      const name = header.slice(0, colon)
      const value = header.slice(colon + 1)
      const before = response.getHeader(name)
      response.setHeader(name, before === undefined ? value : [before, value].flat().map(String))
    }
    const grpc = isGrpc(request)
    response.setHeader('content-type', grpc ? 'application/grpc' : 'application/json')
    const status = isAmongFirst('fail') ? (wish.get('failure') ?? 503) : wish.get('status')
    response.statusCode = Number(status ?? 200)
    const { headers, ...rest } = one
    const text = request.method === 'HEAD' ? '' : JSON.stringify({ ...rest, headers })
    if (grpc) response.addTrailers({ 'grpc-status': '0' })
    const trailer = wish.get('trailer')
    if (trailer !== null) {
      response.setHeader('trailer', trailer)
      response.addTrailers({ [trailer]: '1' })
    }
    const isSlow = !wish.has('slow') || isAmongFirst('slow')
    const delayMs = isSlow ? Number(wish.get('delay') ?? 0) : 0
    setTimeout(() => response.end(grpc ? frameMessage(text) : text), delayMs).unref()
  }
  const listener = (request: Request, response: Response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      answer(request, response, isGrpc(request) ? unframeMessage(body) : body.toString())
    })
  }
  const server = createServer(protocol, tls, listener)
  const sessions = new Set<{ destroy(): void }>()
  server.on('connection', (socket: { destroy(): void; once(event: 'close', then: () => void): void }) => {
    sessions.add(socket)
    socket.once('close', () => sessions.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    port: (server.address() as AddressInfo).port,
    takeSeen() {
      const taken = seen
      seen = []
      return taken
    },
    close() {
      for (const socket of sessions) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

type Listen = (request: Request, response: Response) => void

/** Over TLS it is `backend.test`, and asks for a certificate of the test's own clients without insisting. */
function createServer(protocol: 'http1' | 'h2c', tls: boolean, listener: Listen) {
  if (!tls) return protocol === 'h2c' ? createHttp2(listener) : createHttp1(listener)
  const { chain: cert, key } = certificates.backend
  const identity = { cert, key, ca: certificates.clientCa, requestCert: true, rejectUnauthorized: false }
  return protocol === 'h2c' ? createSecureHttp2(identity, listener) : createHttps(identity, listener)
}

function peerOf(request: Request): Pick<Seen, 'sni' | 'client'> {
  const socket = 'stream' in request ? request.stream.session?.socket : request.socket
  if (!(socket instanceof TLSSocket)) return { sni: '', client: '' }
  const client = socket.authorized ? String(socket.getPeerCertificate().subject.CN) : ''
  return { sni: typeof socket.servername === 'string' ? socket.servername : '', client }
}

function namesOf({ rawHeaders }: Request): string[] {
  return rawHeaders.filter((_, i) => i % 2 === 0)
}

function isGrpc({ headers }: Request): boolean {
  return /^application\/grpc(?:\+|$)/.test(headers['content-type'] ?? '')
}
