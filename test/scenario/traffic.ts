import { parse } from 'yaml'
import type { TestRequest } from './send-request.ts'

/** One entry of traffic.yaml: a request, and what must come back. */
export interface Exchange {
  readonly name: string
  readonly request: TestRequest
  /** Port of the listener, as the Gateway has it. */
  readonly port: number
  /** How often it is sent, one after the other. */
  readonly times: number
  /** So many connections to the same place are open meanwhile. */
  readonly beside: number
  /** What the first answer hands out and the next requests repeat: `cookie`, or the name of a header. */
  readonly session?: string
  readonly response: Expected
  /** Share of the requests that each backend gets. */
  readonly shares?: Readonly<Record<string, number>>
  /** How many requests of the exchange other backends saw, and what they saw. */
  readonly mirrored?: Readonly<Record<string, number | (Saw & { readonly times: number })>>
}

export interface Expected {
  readonly status?: number
  /** Of a gRPC answer, wherever it stands: in the head or behind the message. */
  readonly grpcStatus?: number
  /** Service that answered; `none`: no backend was asked. */
  readonly backend?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly absent?: readonly string[]
  readonly body?: string
  readonly saw?: Saw
  /** How often backends were asked in all, retries included. */
  readonly tries?: number
  /** At least and at most so many milliseconds. */
  readonly afterMs?: number
  readonly withinMs?: number
  /** All requests reach one endpoint. */
  readonly sameEndpoint?: boolean
  /** Common name of the certificate that the gateway showed. */
  readonly certificate?: string
  /** Of HTTP/2: what the gateway's SETTINGS say, by Node's names, and `connectionWindow`. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** The connection fails before there is an answer. */
  readonly refused?: boolean
}

/** What the backend saw. A text that begins with `/^` and ends with `/` is a pattern. */
export interface Saw {
  readonly method?: string
  readonly host?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly absent?: readonly string[]
  readonly body?: string
  /** Over TLS: the server name it was asked for, '' without TLS. */
  readonly sni?: string
  /** Common name of the client's certificate, if the backend's CA has signed it. */
  readonly client?: string
  /** Of HTTP: `1.1`, `2.0`. */
  readonly version?: string
  /** What a PROXY header said: `v1 TCP4 127.0.0.1 127.0.0.1`; '' without one. */
  readonly proxied?: string
}

const sawKeys = ['method', 'host', 'path', 'headers', 'absent', 'body', 'sni', 'client', 'version', 'proxied']

/** Reads traffic.yaml. A key that nobody reads is an error: a check with a typo would check nothing. */
export function parseTraffic(text: string): Exchange[] {
  const list: unknown = parse(text)
  if (!Array.isArray(list)) throw new Error('traffic.yaml is a list of requests and responses')
  return list.map((entry: unknown, i) => parseExchange(entry, `traffic[${i}]`))
}

function parseExchange(entry: unknown, at: string): Exchange {
  const keys = ['name', 'request', 'response', 'times', 'beside', 'session', 'shares', 'mirrored']
  const { name, request, response, times = 1, beside = 0, ...rest } = readMap<Partial<Exchange>>(entry, keys, at)
  for (const [backend, saw] of Object.entries(rest.mirrored ?? {})) {
    if (typeof saw !== 'number') readMap(saw, ['times', ...sawKeys], `${at}.mirrored.${backend}`)
  }
  const { port, ...sent } = parseRequest(request, `${at}.request`)
  return {
    ...rest,
    name: name ?? describe(sent),
    times,
    beside,
    request: sent,
    port,
    response: parseExpected(response, `${at}.response`),
  }
}

function describe({ method, host, path, headers, sni, protocol, body }: TestRequest): string {
  if (isStream(protocol)) return `${body} over ${protocol}${sni === undefined ? '' : ` to ${sni}`}`
  const fields = Object.entries(headers).map(([name, value]) => ` ${name}: ${value}`)
  return `${method} ${host}${path}${sni === undefined ? '' : ` by ${sni}`}${fields.join()}`
}

/** `GET shop.test/cart`, or a map with `line` and more. Method GET (gRPC: POST), host `a.test`, path `/` unless given. */
function parseRequest(request: unknown, at: string): TestRequest & { readonly port: number } {
  if (typeof request === 'string') return parseRequest({ line: request }, at)
  if (isStream((request as Partial<TestRequest> | undefined)?.protocol)) return parseStream(request, at)
  const map = readMap<
    { line: string; port: number } & Pick<TestRequest, 'headers' | 'body' | 'protocol' | 'sni' | 'shows' | 'begins'>
  >(request, ['line', 'headers', 'body', 'port', 'protocol', 'sni', 'shows', 'begins'], at)
  const { headers = {}, body = '', protocol = 'h1', sni, shows, begins, port = sni === undefined ? 80 : 443 } = map
  const usual = protocol === 'grpc' ? 'POST' : 'GET'
  const [, method = usual, host = '', path = '/'] = /^(?:([A-Z]+) )?([^/]*)(\/.*)?$/.exec(map.line) ?? []
  const under = {
    ...(sni !== undefined && { sni }),
    ...(shows !== undefined && { shows }),
    ...(begins !== undefined && { begins }),
  }
  return { method, host: host || 'a.test', path, headers, body, protocol, port, ...under }
}

/** What is said over a connection, `hello` unless `send` says otherwise. */
function parseStream(request: unknown, at: string): TestRequest & { readonly port: number } {
  const map = readMap<{ send?: string; port?: number } & Pick<TestRequest, 'protocol' | 'sni' | 'begins'>>(
    request,
    ['protocol', 'port', 'sni', 'send', 'begins'],
    at,
  )
  const { protocol, send = 'hello', sni, begins, port = protocol === 'tls' ? 443 : undefined } = map
  if (port === undefined) throw new Error(`${at}: say which port`)
  const under = { ...(sni !== undefined && { sni }), ...(begins !== undefined && { begins }) }
  return { method: '', host: '', path: '', headers: {}, body: send, protocol, port, ...under }
}

function isStream(protocol: string | undefined): boolean {
  return protocol === 'tcp' || protocol === 'tls' || protocol === 'udp'
}

/** A status alone, or a map. */
function parseExpected(response: unknown, at: string): Expected {
  if (typeof response === 'number') return { status: response }
  const expected = readMap<Expected>(
    response,
    [
      'status',
      'grpcStatus',
      'backend',
      'headers',
      'absent',
      'body',
      'saw',
      'tries',
      'afterMs',
      'withinMs',
      'sameEndpoint',
      'certificate',
      'settings',
      'refused',
    ],
    at,
  )
  if (expected.saw) readMap(expected.saw, sawKeys, `${at}.saw`)
  return expected
}

function readMap<T>(value: unknown, keys: readonly string[], at: string): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${at} is missing or no map`)
  const unknown = Object.keys(value).filter((key) => !keys.includes(key))
  if (unknown.length > 0) throw new Error(`${at}: nobody reads ${unknown.join(', ')}; known are ${keys.join(', ')}`)
  return value as T
}
