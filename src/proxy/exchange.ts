import { isGrpc, type Listener, type Route } from '#ir'
import { Attempt, type AttemptOwner } from './attempt.ts'
import { RequestAsker } from './balance/askers.ts'
import { compileHeaders } from './client-headers.ts'
import type { CompiledForward, CompiledRule, CompiledShare, FilterChain } from './compile-rule.ts'
import { explanations, statusOf } from './failures.ts'
import type { FilterHooks, Reply, RequestContext } from './filter.ts'
import { setForwarded } from './forwarded.ts'
import { grpcReply } from './grpc-reply.ts'
import { idleLimitOf, type LimitedExchange, watchLimits } from './listener-limits.ts'
import { type Fields, getField, type ResponseHead } from './message.ts'
import type { ExchangeRecord, Observer } from './observe/observer.ts'
import { brokenRuleReply, plainReply } from './reply.ts'
import { RequestBody } from './request-body.ts'
import { Context } from './request-context.ts'
import { ResponseBody } from './response-body.ts'
import { Retries } from './retries.ts'
import { asksForRetry, idempotent } from './retry-rules.ts'
import { findOverride, runDone, runResponse, runResponseEnd, showChunk, watches } from './run-chain.ts'
import { SessionChoice } from './session.ts'
import type { ConnectionInfo, Loan, ServerStream, ServerStreamHandler, StreamError } from './stream.ts'
import type { EndpointPool } from './upstream/endpoint-pool.ts'

/** What an exchange needs from the plane that it runs on. */
export interface ExchangeHost {
  readonly observer: Observer
  random(): number
  after(ms: number, then: () => void): () => void
  /** Holds the exchange until `left`; calls `idle` when nothing moves for too long. */
  entered(exchange: Exchange): void
  left(exchange: Exchange): void
}

type BackendShare = CompiledShare & { readonly kind: 'backend' }

/**
 * One request from its head to the end of its response, in the order of the methods below: filters, choice of a share, an
 * attempt at an endpoint (or several), the response back through the filters. Knows no socket: both sides are streams.
 */
export class Exchange implements ServerStreamHandler, AttemptOwner, LimitedExchange, ExchangeRecord {
  readonly #host: ExchangeHost
  readonly #stream: ServerStream
  readonly #rule: CompiledRule
  readonly #context: Context
  readonly #body: RequestBody
  readonly #startedAt = performance.now()
  /** Where this exchange stands in the host's list of open ones. */
  slot = 0
  /** Sweeps of the host since the last byte in either direction. */
  quiet = 0
  status = 0
  why = ''
  failure: StreamError['code'] | undefined
  tries = 0
  bytesIn = 0
  bytesOut = 0
  #share: BackendShare | undefined
  #forward: CompiledForward | undefined
  #attempt: Attempt | undefined
  #session: SessionChoice | undefined
  #asker: RequestAsker | undefined
  #retries: Retries | undefined
  #bodyFlows = false
  #responded = false
  #responseFields: Fields = []
  #trailers: Fields | null = null
  /** Present: filters change the body of the response on its way down. */
  #transform: ResponseBody | undefined
  #refusedCall = false
  #overridden = false
  #responseEnded = false
  #tunnel = false
  #done = false
  #cancelTimer: (() => void) | undefined
  #cancelLimits: (() => void) | undefined

  constructor(
    host: ExchangeHost,
    stream: ServerStream,
    rule: CompiledRule,
    path: string,
    matched: RequestContext['matchedPath'],
  ) {
    this.#host = host
    this.#stream = stream
    this.#rule = rule
    this.#context = new Context(stream, rule, path, matched)
    this.#body = new RequestBody(stream.head.contentLength === 0 && stream.head.upgrade === '')
    host.entered(this)
  }

  start(): void {
    const { action, chain } = this.#rule
    this.#cancelLimits = watchLimits(this.#rule, this, this.#host.after)
    if (action.kind === 'forward' && action.forward.timeouts.requestMs > 0)
      this.#cancelTimer = this.#host.after(action.forward.timeouts.requestMs, () => this.#timedOut())
    // Before the filters: what a client forges of these fields must not reach an authoriser or a mirror either.
    const { connection, head, client, original } = this.#context
    setForwarded(head.fields, connection, client, original.authority, this.#rule.listener.client)
    this.#filterRequest(chain, this.#act)
  }

  // Request filters, then the rule's action.

  #filterRequest(chain: FilterChain | undefined, then: () => void): void {
    if (!chain) return then.call(this)
    if (chain.bufferRequest === 0) return this.#runRequest(chain.onRequest, 0, then)
    this.#gatherBody(chain.bufferRequest, () => this.#runRequest(chain.onRequest, 0, then))
  }

  #gatherBody(bytes: number, then: () => void): void {
    // An upgrade has no body: what follows its head belongs to the tunnel.
    if (this.#stream.head.upgrade !== '') {
      this.#context.bufferedBody = new Uint8Array(0)
      return then()
    }
    this.#body.gather(bytes, () => {
      this.#context.bufferedBody = this.#body.gathered()
      then()
    })
    if (this.#body.ended) return
    this.#stream.resume()
    if (this.#stream.head.expectContinue) this.#stream.inform(100, [])
  }

  #runRequest(filters: readonly FilterHooks[], from: number, then: () => void): void {
    for (let i = from; i < filters.length; i++) {
      const answer = filters[i]!.onRequest!(this.#context)
      if (answer === undefined) continue
      if (!(answer instanceof Promise)) return this.#reply(answer)
      return this.#await(answer, () => this.#runRequest(filters, i + 1, then))
    }
    then.call(this)
  }

  #await(answer: Promise<Reply | undefined>, next: () => void): void {
    if (!this.#body.ended) this.#stream.pause()
    answer
      .then((reply) => {
        if (this.#done) return
        if (reply) this.#reply(reply)
        else next()
      })
      // A filter that throws is our bug; its request must not get past it.
      .catch((error: unknown) => {
        this.#host.observer.internalError(error)
        if (!this.#done) this.#reply(plainReply(500, 'internal error'))
      })
  }

  #act(): void {
    const action = this.#rule.action
    if (action.kind === 'respond') {
      const { status, why, location } = action
      if (location !== undefined) return this.#reply({ status, fields: ['location', location], body: '', why })
      return this.#reply(status < 500 ? plainReply(status, why) : brokenRuleReply(status, why))
    }
    const share = this.#chooseShare(action)
    if (!share) return this.#reply(plainReply(500, 'the route has no backend with a weight'))
    if (share.kind === 'broken') return this.#reply(brokenRuleReply(share.status, share.why))
    this.#share = share
    this.#forward = action
    this.#filterRequest(share.chain, this.#send)
  }

  /** A session's endpoint beats the weights (GEP-1619); else a share is drawn by weight. */
  #chooseShare(action: CompiledForward): CompiledShare | undefined {
    if (action.forward.session) {
      this.#session = new SessionChoice(action.forward.session, this.#context.head.fields, action.shares, Date.now())
      if (this.#session.share) return this.#session.share
    }
    if (action.totalWeight === 0) return undefined
    if (action.shares.length === 1) return action.shares[0]
    let at = this.#host.random() * action.totalWeight
    for (const share of action.shares) {
      at -= share.weight
      if (at < 0) return share
    }
    return undefined
  }

  #send(): void {
    if (this.#rule.listener.client.schemeOfBackend)
      this.#context.head.scheme = this.#share!.pool.backend.tls ? 'https' : 'http'
    this.#bodyFlows = true
    this.#showHeldBody()
    this.#share!.pool.retryBudget?.count(Date.now())
    this.#try()
  }

  /** Filters that watch the body are shown what came before the head was ready to go. */
  #showHeldBody(): void {
    for (const chunk of this.#body.chunks) this.#showChunk(chunk)
    if (this.#body.ended) this.#showEnd()
  }

  // Attempts.

  #try(): void {
    if (this.#done) return
    const { pool: backend } = this.#share!
    if (backend.asks) this.#asker ??= new RequestAsker(this.#context)
    const pool = this.#sessionEndpoint() ?? backend.pick(this.#retries?.passedOver, this.#asker)
    if (!pool) return this.#reply(plainReply(503, 'the backend has no ready endpoint'))
    this.tries++
    this.#session?.chose(this.#share!, pool)
    if (this.#context.hostOfEndpoint) this.#nameHost(pool)
    const limitMs = this.#forward!.forward.timeouts.backendRequestMs
    const attempt = new Attempt(this, pool, this.#stream.connection)
    this.#attempt = attempt
    const limit = limitMs > 0 ? (then: () => void) => this.#host.after(limitMs, then) : undefined
    attempt.start(this.#context.head, this.#body, limit, this.#retries?.metStale)
    if (!attempt.connected && !this.#body.ended) this.#stream.pause()
  }

  #nameHost({ endpoint }: EndpointPool): void {
    const name = endpoint.kind === 'ip' ? endpoint.name : undefined
    this.#context.head.authority = name ?? this.#context.original.authority
  }

  #sessionEndpoint(): EndpointPool | undefined {
    const endpoint = this.#session?.endpoint
    return endpoint && !this.#retries?.passedOver?.has(endpoint) ? endpoint : undefined
  }

  attemptConnected(_attempt: Attempt): void {
    if (this.#body.ended && this.#body.chunks.length === 0) return
    this.#body.sent(this.#forward!.forward.retry !== undefined || idempotent.has(this.#context.head.method))
    this.#stream.resume()
  }

  attemptFailed(attempt: Attempt, error: StreamError): void {
    this.quiet = 0
    if (this.#responded) return this.#cut(error.code)
    if (this.#tryAgain(attempt, error)) return
    this.failure = error.code
    this.#reply(plainReply(statusOf[error.code], explanations[error.code]))
  }

  #tryAgain(attempt: Attempt, error: StreamError): boolean {
    // A limit that is reached is for sparing the backend.
    if (!this.#body.replayable || error.code === 'overload') return false
    const repeatable = idempotent.has(this.#context.head.method)
    const way = this.#askRetries().afterFailure(attempt.pool, error, repeatable)
    if (way === 'repeat') this.#repeat()
    else if (way === 'unseen') {
      this.#host.observer.passedOver(error.code)
      this.#try()
    }
    return way !== undefined
  }

  #askRetries(): Retries {
    this.#retries ??= new Retries(this.#share!.pool, this.#forward!.forward.retry)
    return this.#retries
  }

  #repeat(): void {
    // A session stays where it is.
    const failed = this.#session ? undefined : this.#attempt?.pool
    const pauseMs = this.#retries!.begin(failed, this.#host.random())
    // GEP-3388: a retry beyond the budget is a 503, whatever the backend has said.
    if (pauseMs === undefined)
      return this.#reply(plainReply(503, 'too many requests to the backend are retries already'))
    this.#attempt?.cancel()
    this.#attempt = undefined
    this.#host.observer.retried()
    if (pauseMs === 0) this.#try()
    else this.#host.after(pauseMs, () => this.#try())
  }

  // The response.

  attemptInformed(_attempt: Attempt, status: number, fields: Fields): void {
    if (!this.#responded) this.#stream.inform(status, fields)
  }

  attemptResponded(attempt: Attempt, head: ResponseHead, end: boolean): void {
    this.quiet = 0
    const { forward, retryCodes } = this.#forward!
    const asks = retryCodes && asksForRetry(forward.retry!, retryCodes, head) && this.#body.replayable
    if (asks && this.#askRetries().mayRepeat()) return this.#repeat()
    this.#body.forget()
    attempt.stopClock()
    const override = head.status === 101 ? undefined : this.#overrideOf(head, false)
    if (override) return this.#reply(override)
    if (head.status === 101) {
      this.#tunnel = true
      this.#clearTimer()
    }
    this.#asker?.write(head)
    this.#session?.write(head, this.#stream.connection.tls, Date.now())
    this.#respond(head, end)
  }

  attemptData(attempt: Attempt, chunk: Uint8Array): void {
    this.quiet = 0
    if (this.#transform ? this.#transform.write(chunk) : this.#writeDown(chunk)) return
    attempt.pause()
  }

  #writeDown(chunk: Uint8Array): boolean {
    this.bytesOut += chunk.length
    return this.#stream.write(chunk)
  }

  attemptLentData(attempt: Attempt, chunk: Uint8Array): Loan {
    if (!this.#stream.writeLent || this.#transform) {
      this.attemptData(attempt, Buffer.from(chunk))
      return 'done'
    }
    this.quiet = 0
    this.bytesOut += chunk.length
    const loan = this.#stream.writeLent(chunk)
    if (loan !== 'done') attempt.pause()
    return loan
  }

  attemptEnded(_attempt: Attempt, trailers: Fields | null): void {
    this.#trailers = trailers
    runResponseEnd(this.#share?.chain, this.#context, trailers)
    runResponseEnd(this.#rule.chain, this.#context, trailers)
    if (this.#transform) this.#transform.end()
    else this.#ended()
  }

  #ended(): void {
    this.#responseEnded = true
    this.#stream.end(this.#trailers)
    if (this.#tunnel && !this.#body.ended) return
    // A response that is complete before its request: nobody wants the rest of the request.
    if (!this.#body.ended) this.#attempt?.cancel()
    this.#finish()
  }

  attemptWritable(_attempt: Attempt): void {
    this.#stream.resume()
  }

  #respond(head: ResponseHead, end: boolean): void {
    this.#responded = true
    runResponse(this.#share?.chain, this.#context, head)
    runResponse(this.#rule.chain, this.#context, head)
    const { headers } = this.#rule.listener.client
    if (headers) compileHeaders(headers).late?.(head.fields)
    this.status = head.status
    this.#responseFields = head.fields
    if (!end && head.status !== 101) this.#transformBody(head)
    this.#stream.respond(head, end)
  }

  #transformBody(head: ResponseHead): void {
    const chains = [this.#share?.chain, this.#rule.chain]
    this.#transform = ResponseBody.create(chains, this.#context, head, {
      onData: (chunk) => {
        if (!this.#writeDown(chunk)) this.#transform!.pause()
      },
      onDrain: () => this.#attempt?.resume(),
      onEnd: () => this.#ended(),
      onError: (error) => {
        this.#host.observer.internalError(error)
        this.#cut('protocol_error')
      },
    })
  }

  /** Asked once: what is put in the place of an answer stays. Calls of gRPC have their status elsewhere, and are left alone. */
  #overrideOf(head: ResponseHead, local: boolean): Reply | undefined {
    const { chain } = this.#rule
    if (!chain || chain.overrideResponse.length === 0 || this.#overridden || this.#isGrpc()) return undefined
    const reply = findOverride(chain, this.#context, head, local)
    this.#overridden = reply !== undefined
    return reply
  }

  #reply(given: Reply): void {
    if (this.#done || this.#responded) return
    // Why there is an answer of ours is told even where another is seen.
    const { status, fields, why } = given
    const override = this.#overrideOf({ status, fields: [...fields], contentLength: given.body.length }, true)
    const plain = override ? { ...override, why } : given
    const reply = plain.status >= 400 && this.#isGrpc() ? this.#inGrpc(plain) : plain
    this.#attempt?.cancel()
    this.why = reply.why
    const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body
    const never = reply.status === 204 || reply.status === 304
    const end = never || body.length === 0 || this.#stream.head.method === 'HEAD'
    this.#respond({ status: reply.status, fields: [...reply.fields], contentLength: never ? 0 : body.length }, end)
    const transform = this.#transform
    if (transform) {
      transform.write(body)
      transform.end()
      return
    }
    if (!end) this.#writeDown(body)
    this.#stream.end(null)
    this.#finish()
  }

  /** A client of gRPC understands refusals best in its own words, whichever kind of route its call has met. */
  #isGrpc(): boolean {
    return this.#rule.route?.grpc === true || isGrpc(getField(this.#context.head.fields, 'content-type'))
  }

  /** A backend that could not even be connected to has not done anything yet: that is no deadline exceeded. */
  #inGrpc(plain: Reply): Reply {
    this.#refusedCall = true
    return grpcReply(this.failure === 'connect_timeout' ? { ...plain, status: 503 } : plain)
  }

  /** The response has begun and can't be completed: a visible cut is the only way to say so. */
  #cut(code: StreamError['code']): void {
    this.failure = code
    this.why = explanations[code]
    this.#attempt?.cancel()
    this.#stream.reset(code === 'timeout' ? 'timeout' : 'internal')
    this.#finish()
  }

  #timedOut(): void {
    if (this.#done) return
    if (this.#responded) return this.#cut('timeout')
    if (this.#body.ended) this.#attempt?.tooSlow()
    this.failure = 'timeout'
    this.#reply(plainReply(504, explanations.timeout))
  }

  /** RFC 9110 15.5.9 and 15.6.5: 408 where the client was slow, 504 where it was not. */
  tooLong(why: string): void {
    if (this.#done) return
    if (this.#responded) return this.#cut('timeout')
    this.failure = 'timeout'
    this.#reply(plainReply(this.#body.ended ? 504 : 408, why))
  }

  /** The host has seen no byte for the listener's stream idle timeout. */
  idle(): void {
    if (this.#body.ended) this.#timedOut()
    else this.tooLong('nothing moved for too long')
  }

  // The request body on its way up.

  onData(chunk: Uint8Array): void {
    if (this.#done) return
    this.quiet = 0
    this.bytesIn += chunk.length
    // Whoever takes the held body while it is pushed takes this chunk with it.
    const flowed = this.#bodyFlows
    const attempt = this.#attempt?.connected ? this.#attempt : undefined
    const enough = !this.#body.push(chunk)
    if (flowed) this.#showChunk(chunk)
    if (!attempt) {
      if (enough && !this.#attempt?.connected) this.#stream.pause()
      return
    }
    if (enough) this.#body.forget()
    if (!attempt.write(chunk)) this.#stream.pause()
  }

  onLentData(chunk: Uint8Array): Loan {
    const attempt = this.#attempt
    if (!attempt?.connected || this.#body.keeps || this.#watched) {
      this.onData(Buffer.from(chunk))
      return 'done'
    }
    this.quiet = 0
    this.bytesIn += chunk.length
    const loan = attempt.writeLent(chunk)
    if (loan !== 'done') this.#stream.pause()
    return loan
  }

  /** A filter looks at the request's body. */
  get #watched(): boolean {
    return watches(this.#rule.chain) || watches(this.#share?.chain)
  }

  #showChunk(chunk: Uint8Array): void {
    showChunk(this.#rule.chain, this.#context, chunk)
    showChunk(this.#share?.chain, this.#context, chunk)
  }

  onEnd(trailers: Fields | null): void {
    if (this.#done || this.#body.ended) return
    const flowed = this.#bodyFlows
    const attempt = this.#attempt?.connected ? this.#attempt : undefined
    this.#body.end(trailers)
    if (flowed) this.#showEnd()
    attempt?.end(trailers)
    if (this.#responseEnded) this.#finish()
  }

  #showEnd(): void {
    for (const chain of [this.#rule.chain, this.#share?.chain])
      if (chain) for (const hook of chain.onRequestEnd) hook.onRequestEnd!(this.#context)
  }

  onReset(_error: StreamError): void {
    if (this.#done) return
    this.why = 'the client went away'
    this.#attempt?.cancel()
    this.#finish()
  }

  onWritable(): void {
    if (this.#transform) this.#transform.resume()
    else this.#attempt?.resume()
  }

  // The end.

  #clearTimer(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  #finish(): void {
    if (this.#done) return
    this.#done = true
    this.#retries?.give()
    this.#transform?.destroy()
    this.#clearTimer()
    this.#cancelLimits?.()
    this.#host.left(this)
    runDone(this.#rule.chain, this.#context)
    runDone(this.#share?.chain, this.#context)
    this.#host.observer.done(this)
  }

  get idleLimitMs(): number {
    return idleLimitOf(this.#rule)
  }
  get received(): boolean {
    return this.#body.ended || this.#responded
  }
  get route(): Route | undefined {
    return this.#rule.route
  }
  get grpcStatus(): string | undefined {
    if (!this.#rule.route?.grpc && !this.#refusedCall) return undefined
    return (
      (this.#trailers && getField(this.#trailers, 'grpc-status')) ?? getField(this.#responseFields, 'grpc-status') ?? ''
    )
  }
  get listener(): Listener {
    return this.#rule.listener
  }
  get method(): string {
    return this.#context.original.method
  }
  get authority(): string {
    return this.#context.original.authority
  }
  get path(): string {
    return this.#context.original.path
  }
  get userAgent(): string {
    return getField(this.#context.head.fields, 'user-agent') ?? ''
  }
  get connection(): ConnectionInfo {
    return this.#stream.connection
  }
  get clientAddress(): string {
    return this.#context.client.address
  }
  get backend(): string {
    return this.#share?.key ?? ''
  }
  get endpoint(): string {
    return this.#attempt?.pool.key ?? ''
  }
  get durationMs(): number {
    return performance.now() - this.#startedAt
  }
}
