import { type ClientRequest, type RequestOptions, request as requestHttp1 } from 'node:http'
import { connect } from 'node:http2'
import { request as requestHttps } from 'node:https'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

/** A request of traffic.yaml, defaults filled in. */
export interface TestRequest {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string
  /** HTTP/2 over TLS where `sni` is given, else with prior knowledge. */
  readonly protocol: 'h1' | 'h2'
  /** Present: over TLS, with this server name. */
  readonly sni?: string
}

export interface TestResponse {
  readonly status: number
  /** Names lower case; repeated fields joined by a comma, cookies apart. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
  /** Common name of the server's certificate; '' without TLS. */
  readonly certificate: string
}

/** Sends one request over a connection of its own. */
export function sendRequest(port: number, request: TestRequest): Promise<TestResponse> {
  return request.protocol === 'h2' ? sendHttp2(port, request) : sendHttp1(port, request)
}

const timeoutMs = 10_000

function sendHttp1(port: number, request: TestRequest): Promise<TestResponse> {
  const { method, host, path, headers, body, sni } = request
  return new Promise((resolve, reject) => {
    const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const sent = open(sni, {
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
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('error', reject)
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, certificate })
      })
    })
    sent.end(body)
  })
}

function open(sni: string | undefined, options: RequestOptions): ClientRequest {
  return sni === undefined
    ? requestHttp1(options)
    : requestHttps({ ...options, servername: sni, rejectUnauthorized: false })
}

function commonName(socket: Socket): string {
  return socket instanceof TLSSocket ? String(socket.getPeerCertificate().subject.CN) : ''
}

function sendHttp2(port: number, request: TestRequest): Promise<TestResponse> {
  const { method, host, path, headers, body, sni } = request
  return new Promise((resolve, reject) => {
    const scheme = sni === undefined ? 'http' : 'https'
    const session = connect(`${scheme}://127.0.0.1:${port}`, {
      ...(sni !== undefined && { servername: sni }),
      rejectUnauthorized: false,
    })
    const fail = (error: Error) => {
      session.destroy()
      reject(error)
    }
    session.on('error', fail)
    session.setTimeout(timeoutMs, () => fail(new Error(`no answer to ${method} ${host}${path} in ${timeoutMs} ms`)))
    const pseudo = { ':method': method, ':path': path, ':authority': host, ':scheme': scheme }
    const sent = session.request({ ...pseudo, ...copyHeaders(headers) }, { endStream: body === '' })
    let text = ''
    let head: Pick<TestResponse, 'status' | 'headers'> = { status: 0, headers: {} }
    sent.setEncoding('utf8')
    sent.on('response', ({ ':status': status, ...rest }) => {
      head = { status: Number(status), headers: rest as TestResponse['headers'] }
    })
    sent.on('data', (chunk: string) => {
      text += chunk
    })
    sent.on('error', fail)
    sent.on('end', () => {
      const certificate = session.socket ? commonName(session.socket) : ''
      session.close()
      resolve({ ...head, body: text, certificate })
    })
    if (body !== '') sent.end(body)
  })
}

function copyHeaders(headers: TestRequest['headers']): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  )
}
