import { type ClientRequest, type RequestOptions, request as requestHttp1 } from 'node:http'
import { connect } from 'node:http2'
import { request as requestHttps } from 'node:https'
import type { Socket } from 'node:net'
import { connect as connectTls, TLSSocket } from 'node:tls'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { client, expired, stranger } from '../../src/proxy/tls/certificates.fixture.ts'
import { guest, revoked } from '../../src/proxy/tls/guest-certificates.fixture.ts'
import { beginSocket } from './begin-socket.ts'
import { frameMessage, unframeMessage } from './grpc-message.ts'
import { sendStream } from './send-stream.ts'

/** A request of traffic.yaml, defaults filled in. */
export interface TestRequest {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string
  /** HTTP/2 over TLS where `sni` is given, else with prior knowledge. gRPC: HTTP/2, the body being its message. The others send the body alone. */
  readonly protocol: 'h1' | 'h2' | 'grpc' | 'tcp' | 'tls' | 'udp'
  /** Present: over TLS, with this server name. */
  readonly sni?: string
  /** The certificate that the client shows: a name of src/proxy/tls/certificates.fixture.ts. */
  readonly shows?: ClientIdentity
  /** Said before anything else, TLS included: a PROXY header. In base64 where it begins with `base64:`. */
  readonly begins?: string
}

const identities = { client, stranger, expired, guest, revoked }
export type ClientIdentity = keyof typeof identities

export interface TestResponse {
  readonly status: number
  /** Names lower case; repeated fields joined by a comma, cookies apart. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
  /** Common name of the server's certificate; '' without TLS. */
  readonly certificate: string
  /** Of HTTP/2: what the server's SETTINGS say, and the window of the connection. */
  readonly settings?: Readonly<Record<string, unknown>>
}

/** Sends one request over a connection of its own. */
export function sendRequest(port: number, request: TestRequest): Promise<TestResponse> {
  switch (request.protocol) {
    case 'h1':
      return sendHttp1(port, request)
    case 'h2':
      return sendHttp2(port, request)
    case 'grpc':
      return sendGrpc(port, request)
    case 'tcp':
    case 'tls':
    case 'udp':
      return sendStream(port, request)
  }
}

const timeoutMs = 60_000

function sendHttp1(port: number, request: TestRequest): Promise<TestResponse> {
  const { method, host, path, headers, body } = request
  return new Promise((resolve, reject) => {
    const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const sent = open(request, {
      host: '127.0.0.1',
      port,
      method,
      path,
      agent: false,
      setHost: false,
      timeout: timeoutMs,
      headers: { host, ...copyHeaders(headers), ...length },
    })
    sent.on('error', reject)
    sent.on('timeout', () => sent.destroy(new Error(`no answer to ${method} ${host}${path} in ${timeoutMs} ms`)))
    sent.on('response', (response) => {
      const certificate = commonName(response.socket)
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = unpack(Buffer.concat(chunks), response.headers['content-encoding']).toString()
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, certificate })
      })
    })
    sent.end(body)
  })
}

const unpackers: Readonly<Record<string, (packed: Buffer) => Buffer>> = {
  gzip: gunzipSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
}

function unpack(body: Buffer, coding: string | undefined): Buffer {
  const unpacker = coding === undefined || body.length === 0 ? undefined : unpackers[coding]
  return unpacker ? unpacker(body) : body
}

function open({ sni, shows, begins }: TestRequest, options: RequestOptions): ClientRequest {
  const { host, port } = options
  const under = begins === undefined ? undefined : beginSocket({ host: String(host), port: Number(port) }, begins)
  if (sni === undefined)
    return requestHttp1({ ...options, ...(under && { agent: undefined, createConnection: () => under }) })
  const tls = { servername: sni, rejectUnauthorized: false, ...identity(shows) }
  return requestHttps({
    ...options,
    ...tls,
    ...(under && { agent: undefined, createConnection: () => connectTls({ ...tls, socket: under }) }),
  })
}

function identity(shows: ClientIdentity | undefined): { readonly cert?: string; readonly key?: string } {
  return shows === undefined ? {} : { cert: identities[shows].chain, key: identities[shows].key }
}

function commonName(socket: Socket): string {
  return socket instanceof TLSSocket ? String(socket.getPeerCertificate().subject.CN) : ''
}

/** A unary call. Its trailers are told with the headers. */
async function sendGrpc(port: number, request: TestRequest): Promise<TestResponse> {
  const headers = { 'content-type': 'application/grpc', te: 'trailers', ...request.headers }
  const response = await sendHttp2(port, { ...request, headers }, frameMessage(request.body))
  return { ...response, body: unframeMessage(Buffer.from(response.body, 'latin1')) }
}

/** @param content instead of the body; then that of the response is told in latin1, octet by octet */
function sendHttp2(port: number, request: TestRequest, content?: Buffer): Promise<TestResponse> {
  const { method, host, path, headers, sni } = request
  const body = content ?? Buffer.from(request.body)
  return new Promise((resolve, reject) => {
    const scheme = sni === undefined ? 'http' : 'https'
    const place = { host: '127.0.0.1', port }
    const session = connect(`${scheme}://127.0.0.1:${port}`, {
      ...(sni !== undefined && { servername: sni }),
      rejectUnauthorized: false,
      ...identity(request.shows),
      ...(request.begins !== undefined &&
        sni === undefined && { createConnection: () => beginSocket(place, request.begins!) }),
    })
    const fail = (error: Error) => {
      session.destroy()
      reject(error)
    }
    session.on('error', fail)
    session.setTimeout(timeoutMs, () => fail(new Error(`no answer to ${method} ${host}${path} in ${timeoutMs} ms`)))
    const pseudo = { ':method': method, ':path': path, ':authority': host, ':scheme': scheme }
    const sent = session.request({ ...pseudo, ...copyHeaders(headers) }, { endStream: body.length === 0 })
    const chunks: Buffer[] = []
    let head: Pick<TestResponse, 'status' | 'headers'> = { status: 0, headers: {} }
    let settings: TestResponse['settings'] & {} = {}
    sent.on('response', ({ ':status': status, ...rest }) => {
      settings = { ...session.remoteSettings, connectionWindow: session.state.remoteWindowSize }
      head = { status: Number(status), headers: rest as TestResponse['headers'] }
    })
    sent.on('data', (chunk: Buffer) => chunks.push(chunk))
    sent.on('trailers', (trailers) => {
      head = { ...head, headers: { ...head.headers, ...(trailers as TestResponse['headers']) } }
    })
    sent.on('error', fail)
    sent.on('close', () => {
      const certificate = session.socket ? commonName(session.socket) : ''
      session.close()
      if (head.status === 0) reject(new Error(`closed without an answer to ${method} ${host}${path}`))
      else {
        const text = unpack(Buffer.concat(chunks), head.headers['content-encoding'] as string | undefined)
        resolve({ ...head, body: text.toString(content ? 'latin1' : 'utf8'), certificate, settings })
      }
    })
    if (body.length > 0) sent.end(body)
  })
}

function copyHeaders(headers: TestRequest['headers']): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  )
}
