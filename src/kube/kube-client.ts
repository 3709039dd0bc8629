import http from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'
import type { ClusterAccess } from './cluster-access.ts'
import type { Credentials } from './exec-credentials.ts'
import { errorOfAnswer, errorOfNetwork, KubeError } from './kube-error.ts'

export { KubeError }

export interface KubeRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly accept?: string
  readonly body?: unknown
  readonly contentType?: string
  readonly signal?: AbortSignal
}

const answerTimeoutMs = 30_000
// Dead connections are noticed by the kernel: a watch may be silent for minutes.
const keepAliveMs = 15_000

/** Speaks HTTP to an API server: JSON in, JSON out, and watches as lines of JSON. */
export class KubeClient {
  readonly #access: ClusterAccess
  readonly #http: typeof http | typeof https
  readonly #agent: http.Agent
  /** Watches hold their connection; they must not keep requests waiting. */
  readonly #watches: http.Agent

  constructor(access: ClusterAccess) {
    this.#access = access
    const { ca, cert, key, insecure, serverName } = access
    const tls = {
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(insecure && { rejectUnauthorized: false }),
      ...(serverName && { servername: serverName }),
    }
    this.#http = access.server.protocol === 'http:' ? http : https
    this.#agent = new this.#http.Agent({ ...tls, keepAlive: true, maxSockets: 16 })
    this.#watches = new this.#http.Agent({ ...tls, keepAlive: false })
  }

  /** @returns what the API server answers; throws a KubeError for everything but success */
  async request<T>(request: KubeRequest): Promise<T> {
    const response = await this.#send(request, this.#agent, answerTimeoutMs)
    const body = await text(response).catch((error: Error) => {
      throw new KubeError(0, 'ConnectionLost', error.message)
    })
    return JSON.parse(body) as T
  }

  /** Calls `onEvent` for each line until the API server ends the watch. */
  async watch(request: KubeRequest, onEvent: (event: unknown) => void): Promise<void> {
    const response = await this.#send(request, this.#watches, answerTimeoutMs)
    response.socket.setKeepAlive(true, keepAliveMs)
    response.socket.setTimeout(0)
    response.setEncoding('utf8')
    let rest = ''
    try {
      for await (const chunk of response as AsyncIterable<string>) {
        const lines = (rest + chunk).split('\n')
        rest = lines.pop()!
        for (const line of lines) if (line !== '') onEvent(JSON.parse(line))
      }
    } catch (error) {
      // What the network does has a code; what `onEvent` throws is the caller's.
      if (error instanceof Error && 'code' in error) throw new KubeError(0, 'ConnectionLost', error.message)
      throw error
    }
  }

  close(): void {
    this.#agent.destroy()
    this.#watches.destroy()
  }

  async #send(request: KubeRequest, agent: http.Agent, timeoutMs: number): Promise<http.IncomingMessage> {
    const { credentials: source } = this.#access
    const credentials = await source?.get()
    const response = await this.#exchange(request, agent, timeoutMs, credentials)
    if (response.statusCode !== 401 || !source || !credentials) return this.#check(response)
    // They may have been revoked before their time: fresh ones, once.
    response.resume()
    source.refuse(credentials)
    return this.#check(await this.#exchange(request, agent, timeoutMs, await source.get()))
  }

  async #check(response: http.IncomingMessage): Promise<http.IncomingMessage> {
    const status = response.statusCode ?? 0
    if (status >= 200 && status < 300) return response
    throw errorOfAnswer(status, await text(response).catch(() => ''), response.headers['retry-after'])
  }

  #exchange(
    request: KubeRequest,
    agent: http.Agent,
    timeoutMs: number,
    credentials: Credentials | undefined,
  ): Promise<http.IncomingMessage> {
    const { server } = this.#access
    const token = credentials?.token ?? this.#access.token?.()
    const body = request.body === undefined ? undefined : JSON.stringify(request.body)
    const options: https.RequestOptions = {
      agent,
      method: request.method ?? 'GET',
      timeout: timeoutMs,
      ...(request.signal && { signal: request.signal }),
      ...(credentials?.cert && { cert: credentials.cert, key: credentials.key }),
      headers: {
        accept: request.accept ?? 'application/json',
        'user-agent': 'headgate',
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && {
          'content-type': request.contentType ?? 'application/json',
          'content-length': Buffer.byteLength(body),
        }),
      },
    }
    // A server behind a path, as some proxies of clusters have it.
    const url = new URL(server.pathname.replace(/\/$/, '') + request.path, server)
    return new Promise((resolve, reject) => {
      const sent = this.#http.request(url, options, resolve)
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)))
      sent.on('error', (error) => reject(errorOfNetwork(error)))
      sent.end(body)
    })
  }
}
