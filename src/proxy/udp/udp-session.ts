import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Listener } from '#ir'
import { connectionAsker } from '../balance/askers.ts'
import { type CompiledStream, chooseShare } from '../compile-stream.ts'
import type { ExchangeRecord, Observer } from '../observe/observer.ts'
import type { ConnectionInfo } from '../stream.ts'
import type { BackendPool } from '../upstream/backend-pool.ts'
import type { EndpointPool } from '../upstream/endpoint-pool.ts'

/** A session in which nothing has come from either side for this long is over. */
export const sessionIdleMs = 60_000

/** Sessions have no end that one could wait for: while the socket drains, such a pause is taken for it. */
const drainIdleMs = 1_000

/** Datagrams that are kept until the first answer, for another endpoint should the first not be there. */
const maxKept = 16
const maxTries = 5

export interface UdpSessionOptions {
  readonly client: Pick<ConnectionInfo, 'remoteAddress' | 'remotePort' | 'localAddress' | 'localPort'>
  readonly listener: Listener
  readonly stream: CompiledStream
  readonly observer: Observer
  readonly random: () => number
  /** Sends a datagram to the client. */
  answer(data: Buffer): void
  onClose(): void
}

/**
 * The datagrams of one client, to one endpoint and back. Where they have nowhere to go the session swallows them: UDP knows
 * no refusal that we could send.
 */
export class UdpSession {
  readonly #options: UdpSessionOptions
  readonly #startedAt = performance.now()
  #idle: NodeJS.Timeout
  readonly #tried = new Set<EndpointPool>()
  /** Undefined: an answer has come, this endpoint it is. */
  #kept: Buffer[] | undefined = []
  #socket: Socket | undefined
  #connected = false
  #closed = false
  #backend = ''
  #endpoint: EndpointPool | undefined
  #why = ''
  #failed = false
  #bytesIn = 0
  #bytesOut = 0

  constructor(options: UdpSessionOptions) {
    this.#options = options
    this.#idle = this.#endAfter(sessionIdleMs)
  }

  #endAfter(silentMs: number): NodeJS.Timeout {
    return setTimeout(() => this.close(), silentMs).unref()
  }

  drain(): void {
    clearTimeout(this.#idle)
    this.#idle = this.#endAfter(drainIdleMs)
  }

  start(): void {
    const { stream, random } = this.#options
    const share = chooseShare(stream, random)
    // The lot has been drawn for the whole session: a broken share is no matter of single datagrams.
    if (share?.kind !== 'backend') {
      this.#why = share ? share.why : 'all weights of the rule are 0'
      return
    }
    this.#backend = share.key
    this.#connect(share.pool)
  }

  #connect(pool: BackendPool): void {
    const asker = pool.asks ? connectionAsker(this.#options.client.remoteAddress) : undefined
    const endpoint = pool.pick(this.#tried, asker)
    if (endpoint?.endpoint.kind !== 'ip') {
      this.#why = 'the backend has no endpoints'
      return this.close()
    }
    const { address, port } = endpoint.endpoint
    this.#tried.add(endpoint)
    this.#endpoint = endpoint
    this.#connected = false
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
    this.#socket = socket
    socket.on('message', (data) => {
      if (this.#kept) endpoint.answered()
      this.#kept = undefined
      this.#idle.refresh()
      this.#bytesOut += data.length
      this.#options.answer(data)
    })
    // Connected, so that the kernel takes answers from this endpoint only, and tells when it is not there (ICMP).
    socket.on('error', (error) => {
      if (this.#closed || socket !== this.#socket) return
      endpoint.refused()
      if (this.#kept && this.#tried.size < Math.min(pool.endpoints.length, maxTries)) {
        socket.close()
        return this.#connect(pool)
      }
      this.#failed = true
      this.#why = error.message
      this.close()
    })
    socket.connect(port, address, () => {
      if (this.#closed || socket !== this.#socket) return
      this.#connected = true
      for (const data of this.#kept ?? []) socket.send(data)
    })
  }

  /** From the client to the endpoint. */
  send(data: Buffer): void {
    if (this.#closed) return
    this.#idle.refresh()
    this.#bytesIn += data.length
    if (this.#connected) this.#socket?.send(data)
    if (this.#socket && this.#kept && this.#kept.length < maxKept) this.#kept.push(data)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#idle)
    this.#socket?.close()
    this.#options.onClose()
    this.#options.observer.done(this.#record())
  }

  #record(): ExchangeRecord {
    const { client, listener, stream } = this.#options
    return {
      route: stream.route,
      listener,
      method: '',
      authority: '',
      path: '',
      userAgent: '',
      connection: { ...client, tls: false, sni: '', protocol: 'udp' },
      clientAddress: client.remoteAddress,
      status: 0,
      why: this.#why,
      failure: this.#failed ? 'connect_failed' : undefined,
      backend: this.#backend,
      endpoint: this.#endpoint?.key ?? '',
      tries: this.#tried.size,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      durationMs: performance.now() - this.#startedAt,
    }
  }
}
