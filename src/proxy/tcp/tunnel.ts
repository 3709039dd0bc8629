import type { Socket } from 'node:net'
import type { Listener } from '#ir'
import { connectionAsker } from '../balance/askers.ts'
import { type CompiledStream, chooseShare } from '../compile-stream.ts'
import type { ExchangeRecord, Observer } from '../observe/observer.ts'
import { type Peer, peerOf } from '../peer.ts'
import { limitBuffer } from '../server/limit-buffer.ts'
import type { StreamError } from '../stream.ts'
import type { BackendPool } from '../upstream/backend-pool.ts'
import { dial } from '../upstream/dial.ts'
import type { EndpointPool } from '../upstream/endpoint-pool.ts'
import { cut, splice } from './splice.ts'

export interface TunnelOptions {
  readonly client: Socket
  readonly listener: Listener
  /** Undefined: nothing takes the connection, it is refused. */
  readonly stream: CompiledStream | undefined
  readonly protocol: 'tcp' | 'tls'
  readonly sni: string
  /** The client's TLS goes through to the backend, so that we add none of our own. */
  readonly passthrough: boolean
  readonly observer: Observer
  readonly random: () => number
  readonly onClose: () => void
}

/** A backend whose endpoints refuse one after the other is given up after so many. */
const maxTries = 5

/**
 * One connection handed to a backend whole: a share by weight, an endpoint by its balancer (those that refuse are passed
 * over), then bytes in both directions until both ends have ended.
 */
export class Tunnel {
  readonly #options: TunnelOptions
  readonly #startedAt = performance.now()
  readonly #address: Peer
  readonly #tried = new Set<EndpointPool>()
  #giveUp: (() => void) | undefined
  #giveBack: (() => void) | undefined
  #upstream: Socket | undefined
  #backend = ''
  #endpoint = ''
  #bytesIn = 0
  #bytesOut = 0
  #why = ''
  #failure: StreamError['code'] | undefined
  #over = false

  constructor(options: TunnelOptions) {
    this.#options = options
    this.#address = peerOf(options.client)
  }

  start(): void {
    const { client, listener, stream, random } = this.#options
    client.allowHalfOpen = true
    limitBuffer(client, listener.client.bufferBytes)
    client.setTimeout(listener.client.streamIdleTimeoutMs, () => this.#fail('timeout', 'idle for too long'))
    client.on('error', ignore)
    client.on('close', () => this.#clientClosed())
    if (client.destroyed) return this.#clientClosed()
    // Gateway API, TCPRouteRule.backendRefs: what has nowhere to go is refused, not left hanging.
    if (!stream) return this.#refuse('no route takes this connection')
    const denied = stream.admit?.(this.#address.remoteAddress)
    if (denied !== undefined) return this.#refuse(denied)
    const share = chooseShare(stream, random)
    if (!share) return this.#refuse('all weights of the rule are 0')
    if (share.kind === 'broken') return this.#refuse(share.why)
    this.#backend = share.key
    this.#connect(share.pool)
  }

  destroy(): void {
    cut(this.#options.client)
  }

  #connect(pool: BackendPool): void {
    const endpoint = pool.pick(this.#tried, pool.asks ? connectionAsker(this.#address.remoteAddress) : undefined)
    if (!endpoint) return this.#refuse('the backend has no endpoints')
    this.#tried.add(endpoint)
    this.#endpoint = endpoint.key
    this.#giveBack = endpoint.hold()
    if (!this.#giveBack) return this.#fail('overload', 'a limit of the backend is reached')
    const how = {
      ...pool.backend,
      tls: this.#options.passthrough ? undefined : pool.backend.tls,
      allowHalfOpen: true,
      from: this.#address,
    }
    this.#giveUp = dial(endpoint.endpoint, how, (result) => {
      this.#giveUp = undefined
      if (!('code' in result)) {
        endpoint.answered()
        endpoint.heard('good')
        return this.#connected(result)
      }
      this.#giveBack?.()
      this.#giveBack = undefined
      endpoint.refused()
      endpoint.heard('localFailure')
      const next = this.#tried.size < Math.min(pool.endpoints.length, maxTries)
      if (next) this.#connect(pool)
      else this.#fail(result.code, result.message)
    })
  }

  #connected(upstream: Socket): void {
    this.#upstream = upstream
    upstream.on('error', (error: NodeJS.ErrnoException) => {
      this.#why ||= error.message
      this.#failure ??= error.code === 'ECONNRESET' ? 'peer_reset' : 'peer_closed'
    })
    const { client } = this.#options
    splice(client, upstream, (bytes) => {
      this.#bytesIn += bytes
    })
    splice(upstream, client, (bytes) => {
      this.#bytesOut += bytes
    })
  }

  #refuse(why: string): void {
    this.#why = why
    cut(this.#options.client)
  }

  #fail(code: StreamError['code'], why: string): void {
    this.#failure = code
    this.#refuse(why)
  }

  #clientClosed(): void {
    this.#giveUp?.()
    const { client, listener } = this.#options
    const upstream = this.#upstream
    if (!upstream || upstream.closed) return this.#ended()
    upstream.once('close', () => this.#ended())
    // What a client that has ended in peace sent last may still be on its way.
    if (client.readableEnded) upstream.setTimeout(listener.client.streamIdleTimeoutMs, () => upstream.destroy())
    else upstream.destroy()
  }

  #ended(): void {
    if (this.#over) return
    this.#over = true
    this.#giveBack?.()
    this.#options.onClose()
    this.#options.observer.done(this.#record())
  }

  #record(): ExchangeRecord {
    const { listener, stream, protocol, sni } = this.#options
    return {
      route: stream?.route,
      listener,
      method: '',
      authority: sni,
      path: '',
      userAgent: '',
      connection: { ...this.#address, tls: protocol === 'tls', sni, protocol },
      clientAddress: this.#address.remoteAddress,
      status: 0,
      why: this.#why,
      failure: this.#failure,
      backend: this.#backend,
      endpoint: this.#endpoint,
      tries: this.#tried.size,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      durationMs: performance.now() - this.#startedAt,
    }
  }
}

function ignore(): void {}
