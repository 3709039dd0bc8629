import { constants, randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { createServer, type SecureContextOptions, type Server, type TLSSocket } from 'node:tls'
import type { PlaneRefusal, SnapshotDelta } from '#ir'
import { type Authority, leafLifeMs } from './authority.ts'
import { enrolmentChallenge, provenKey } from './enrolment.ts'
import { FailureLimit } from './failure-limit.ts'
import { FeedError, FrameReader, frame } from './frames.ts'
import {
  type FailedSocket,
  type FromProxy,
  type FromServer,
  longestFromProxy,
  parseFromProxy,
  protocolVersion,
} from './messages.ts'
import { identityOf } from './proxy-identity.ts'
import { ProxyStream, soundHashes } from './proxy-stream.ts'
import { refuse } from './refuse.ts'
import { SnapshotSplitter } from './snapshot-splitter.ts'

/** Who a token belongs to, as the API server says. */
export interface TokenOwner {
  readonly namespace: string
  readonly serviceAccount: string
  /** Of tokens that are bound to a pod. */
  readonly pod?: string
}

/** What the proxies of a Gateway have made of what they were sent. */
export interface FeedReport {
  /** The newest version that all of them serve; 0: none has said so yet. Compare it with `FeedServer.versionOf`. */
  readonly version: number
  /** How many are connected and serve something. */
  readonly proxies: number
  /** Sockets that could not be opened, at one of them or more. */
  readonly failed: readonly FailedSocket[]
  /** What one of them or more do not take. */
  readonly refused?: readonly PlaneRefusal[]
}

export interface FeedServerOptions {
  readonly authority: Authority
  readonly host: string
  readonly port: number
  /** Asks the API server; undefined: the token is not good. Rejects when it can't be asked. */
  readonly reviewToken: (token: string) => Promise<TokenOwner | undefined>
  /** The Gateway that this ServiceAccount was made for. */
  readonly gatewayOf: (owner: TokenOwner) => string | undefined
  /** The uid of a Gateway that is served; undefined: there is no such Gateway. */
  readonly uidOf: (gateway: string) => string | undefined
  readonly onReport: (gateway: string, report: FeedReport) => void
  readonly onProblem: (message: string) => void
  readonly heartbeatMs?: number
  /** See `standInMs`. */
  readonly standInMs?: number
  /** See `introductionMs`. */
  readonly introductionMs?: number
}

/** A connection has this long to say who it is and what it wants. */
const introductionMs = 10_000
/** Then it waits for its answer: thousands may have come at once. */
const answerMs = 60_000
/** Connections that have not said yet; and those of one address, so that nobody can take all places. */
const mostUnknown = 1_024
const mostUnknownOfOne = 256
/** Enrolments of one address that are denied: so many at once, then one in this time. Each costs the API server a question. */
const [mostDenied, deniedAgainMs] = [30, 1_000]
/** Questions to the API server under way. */
const mostReviews = 32
const silentBeats = 3
/** A replica that does not lead feeds whom the leader does not for so long; then there may be one. */
const standInMs = 5_000
/** Of a pod. */
const longestName = 253

/**
 * The controller's end of the feed. Two doors on one port: a proxy without certificate enrols with the token of its
 * ServiceAccount; a proxy with one gets its own Gateway's part of the snapshot, and each change of it.
 */
export class FeedServer {
  readonly #options: FeedServerOptions
  readonly #server: Server
  readonly #splitter: SnapshotSplitter
  /** Versions begin anew with each process. */
  readonly #epoch = randomUUID()
  readonly #heartbeatMs: number
  readonly #streams = new Map<string, Set<ProxyStream>>()
  readonly #unknown = new Set<TLSSocket>()
  readonly #unknownOf = new Map<string, number>()
  readonly #denied = new FailureLimit(mostDenied, deniedAgainMs)
  readonly #reported = new Map<string, FeedReport>()
  readonly #beat: NodeJS.Timeout
  readonly #renewal: NodeJS.Timeout
  #authority: Authority
  #version = 0
  #reviews = 0
  /** Enrolments that wait for one of the others to end. */
  readonly #waiting: (() => void)[] = []
  #leads = false

  private constructor(options: FeedServerOptions, context: SecureContextOptions) {
    this.#options = options
    this.#authority = options.authority
    this.#splitter = new SnapshotSplitter(options.authority.hashKey)
    this.#heartbeatMs = options.heartbeatMs ?? 10_000
    this.#server = createServer(
      {
        ...context,
        minVersion: 'TLSv1.3',
        requestCert: true,
        rejectUnauthorized: false,
        handshakeTimeout: options.introductionMs ?? introductionMs,
      },
      (socket) => this.#accept(socket),
    )
    // Strangers break off handshakes; that is theirs to know.
    this.#server.on('tlsClientError', () => {})
    this.#server.on('error', (error) => options.onProblem(`feed: ${error.message}`))
    this.#beat = setInterval(() => this.#tick(), this.#heartbeatMs).unref()
    this.#renewal = setInterval(() => void this.#renewOwn(), leafLifeMs / 4).unref()
  }

  /** Resolves when it listens. Until `lead` and the first `publish` it sends proxies away. */
  static async start(options: FeedServerOptions): Promise<FeedServer> {
    const server = new FeedServer(options, await contextOf(options.authority))
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject)
      server.#server.listen({ host: options.host, port: options.port }, () => resolve())
    })
    return server
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** One replica of a controller feeds; the others enrol proxies and send them on, but for those that found none who leads. */
  lead(leads: boolean): void {
    this.#leads = leads
    if (leads) return
    for (const stream of this.#all()) stream.refuse('not leader', 'another replica leads now')
  }

  /** To be called with one that has the same hash key: after a renewal, and now and then for a fresh certificate of our own. */
  async setAuthority(authority: Authority): Promise<void> {
    this.#authority = authority
    this.#server.setSecureContext(await contextOf(authority))
  }

  /**
   * Makes the next snapshot known. @param delta the step from the one published before, the first one from nothing
   * @returns its version
   */
  publish(delta: SnapshotDelta): number {
    this.#version++
    const changed = this.#splitter.apply(delta, this.#version)
    for (const stream of this.#all()) if (changed.has(stream.slice)) stream.poke()
    for (const { gateway } of changed) if (!this.#streams.has(gateway)) this.#splitter.forgetIfEmpty(gateway)
    this.recheck()
    return this.#version
  }

  /** When something of the Gateway changed last: it is served when its report has this version or a newer one. */
  versionOf(gateway: string): number {
    return this.#splitter.find(gateway)?.version ?? 0
  }

  /** Parts with the proxies of Gateways that are gone. `publish` does it, too. */
  recheck(): void {
    for (const stream of this.#all()) {
      const { gateway, uid } = stream.identity
      if (this.#options.uidOf(gateway) !== uid) stream.refuse('denied', `Gateway ${gateway} is gone`)
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#beat)
    clearInterval(this.#renewal)
    for (const stream of this.#all()) stream.destroy()
    for (const socket of this.#unknown) socket.destroy()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  async #renewOwn(): Promise<void> {
    try {
      await this.setAuthority(this.#authority)
    } catch (error) {
      this.#options.onProblem(`feed: no certificate for the server: ${error instanceof Error ? error.message : error}`)
    }
  }

  *#all(): Iterable<ProxyStream> {
    for (const streams of this.#streams.values()) yield* streams
  }

  #tick(): void {
    const oldest = performance.now() - silentBeats * this.#heartbeatMs
    for (const stream of this.#all()) {
      if (stream.heardAt < oldest) stream.destroy()
      else stream.ping()
      if (stream.isLate) this.#report(stream.identity.gateway)
    }
    this.#denied.sweep()
  }

  #accept(socket: TLSSocket): void {
    if (!this.#letIn(socket)) {
      socket.destroy()
      return
    }
    socket.setNoDelay(true)
    socket.setTimeout(this.#options.introductionMs ?? introductionMs, () => socket.destroy())
    // A socket that is closed has forgotten it.
    const address = addressOf(socket)
    const reader = new FrameReader(longestFromProxy)
    let stream: ProxyStream | undefined
    let isIntroduced = false
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const text of reader.push(chunk)) {
          const message = parseFromProxy(text)
          if (socket.writableEnded) return
          if (stream) this.#heard(stream, message)
          else if (isIntroduced) throw new FeedError('only one question at a time')
          else {
            isIntroduced = true
            stream = this.#introduce(socket, message)
          }
        }
      } catch (error) {
        if (!(error instanceof FeedError)) throw error
        refuse(socket, 'protocol', error.message)
      }
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#known(socket, address)
      if (stream) this.#left(stream)
    })
  }

  #letIn(socket: TLSSocket): boolean {
    const address = addressOf(socket)
    const own = this.#unknownOf.get(address) ?? 0
    if (this.#unknown.size >= mostUnknown || own >= mostUnknownOfOne) return false
    this.#unknown.add(socket)
    this.#unknownOf.set(address, own + 1)
    return true
  }

  #known(socket: TLSSocket, address: string): void {
    if (!this.#unknown.delete(socket)) return
    const left = (this.#unknownOf.get(address) ?? 1) - 1
    if (left > 0) this.#unknownOf.set(address, left)
    else this.#unknownOf.delete(address)
  }

  #introduce(socket: TLSSocket, message: FromProxy): ProxyStream | undefined {
    if (message.kind !== 'enrol' && message.kind !== 'hello') throw new FeedError('who is there?')
    socket.setTimeout(answerMs)
    const { protocol } = message
    if (protocol !== protocolVersion) {
      refuse(socket, 'protocol', `version ${protocol} of the feed is not spoken here, but ${protocolVersion}`)
      return undefined
    }
    // All replicas sign with one authority, which is in a Secret: a new proxy need not wait for a leader to say who it is.
    const serves = this.#leads || message.kind === 'enrol' || message.standIn === true
    if (!serves) refuse(socket, 'not leader', 'this replica does not lead')
    else if (this.#version === 0) refuse(socket, 'not ready', 'the cluster has not been read yet')
    else if (message.kind === 'hello') return this.#open(socket, message)
    else void this.#enrol(socket, message)
    return undefined
  }

  async #enrol(socket: TLSSocket, message: FromProxy & { kind: 'enrol' }): Promise<void> {
    // To wait costs less than to come again.
    while (this.#reviews >= mostReviews) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    const address = addressOf(socket)
    if (this.#denied.isExceeded(address)) refuse(socket, 'denied', 'too many enrolments of this address were denied')
    if (socket.destroyed || socket.writableEnded) return this.#waiting.shift()?.()
    this.#reviews++
    const deny = (why: string) => {
      this.#denied.note(address)
      refuse(socket, 'denied', why)
    }
    try {
      const owner = await this.#options.reviewToken(message.token)
      const gateway = owner && this.#options.gatewayOf(owner)
      const uid = gateway && this.#options.uidOf(gateway)
      if (!owner || !gateway || !uid) return deny('the token is not one of a proxy of a Gateway of ours')
      const key = provenKey(message.publicKey, message.proof, enrolmentChallenge(socket))
      if (!key) return deny('the key was not proven')
      const proxy = owner.pod ?? (message.proxy.slice(0, longestName).toWellFormed() || 'unnamed')
      const certificate = await this.#authority.issueProxy(key, { gateway, uid, proxy })
      send(socket, { kind: 'enrolled', certificate, trust: this.#authority.trust })
      socket.end()
    } catch (error) {
      this.#options.onProblem(`feed: a token could not be reviewed: ${error instanceof Error ? error.message : error}`)
      refuse(socket, 'not ready', 'the token could not be reviewed')
    } finally {
      this.#reviews--
      this.#waiting.shift()?.()
    }
  }

  #open(socket: TLSSocket, { at }: FromProxy & { kind: 'hello' }): ProxyStream | undefined {
    const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined
    const identity = certificate && identityOf(certificate)
    if (!certificate || !identity || this.#options.uidOf(identity.gateway) !== identity.uid) {
      refuse(socket, 'denied', 'a certificate for a Gateway of ours is needed: enrol')
      return undefined
    }
    const { gateway } = identity
    const stream = new ProxyStream({
      socket,
      identity,
      slice: this.#splitter.slice(gateway),
      epoch: this.#epoch,
      version: () => this.#version,
      at: at && { ...at, hashes: soundHashes(at.hashes) },
      lateMs: silentBeats * this.#heartbeatMs,
      onAck: () => this.#report(gateway),
    })
    this.#known(socket, addressOf(socket))
    socket.setTimeout(0)
    // A certificate that is over is no certificate, also on a connection that was made before.
    const over = setTimeout(() => stream.refuse('denied', 'the certificate has expired'), msUntil(certificate.validTo))
    const standsIn = setTimeout(() => {
      if (!this.#leads) stream.refuse('not leader', 'this replica only stood in')
    }, this.#options.standInMs ?? standInMs)
    socket.once('close', () => {
      clearTimeout(over)
      clearTimeout(standsIn)
    })
    const streams = this.#streams.get(gateway)
    if (streams) streams.add(stream)
    else this.#streams.set(gateway, new Set([stream]))
    send(socket, {
      kind: 'welcome',
      epoch: this.#epoch,
      trust: this.#authority.trust,
      heartbeatMs: this.#heartbeatMs,
    })
    stream.poke()
    return stream
  }

  #heard(stream: ProxyStream, message: FromProxy): void {
    stream.heardAt = performance.now()
    if (message.kind === 'ack') stream.heardAck(message.version, message.failed, message.refused)
    else if (message.kind !== 'ping') throw new FeedError(`${message.kind} on a stream that is open`)
  }

  #left(stream: ProxyStream): void {
    const { gateway } = stream.identity
    const streams = this.#streams.get(gateway)
    streams?.delete(stream)
    if (streams?.size === 0) {
      this.#streams.delete(gateway)
      this.#splitter.forgetIfEmpty(gateway)
    }
    this.#report(gateway)
  }

  #report(gateway: string): void {
    const report = reportOf(this.#streams.get(gateway) ?? [])
    const before = this.#reported.get(gateway)
    if (before && JSON.stringify(before) === JSON.stringify(report)) return
    if (report.proxies === 0) this.#reported.delete(gateway)
    else this.#reported.set(gateway, report)
    if (before || report.proxies > 0) this.#options.onReport(gateway, report)
  }
}

/** A proxy that has not served anything yet counts for nothing: it gets no traffic before it is ready. */
function reportOf(streams: Iterable<ProxyStream>): FeedReport {
  const serving = [...streams].filter(({ acknowledged }) => acknowledged !== undefined)
  const failed = new Map(
    serving.flatMap((stream) => stream.failed).map((one) => [`${one.listener} ${one.address}`, one]),
  )
  const refused = new Map(serving.flatMap((stream) => stream.refused).map((one) => [one.resource, one]))
  return {
    version: serving.length === 0 ? 0 : Math.min(...serving.map(({ acknowledged }) => acknowledged!)),
    proxies: serving.length,
    failed: [...failed.values()],
    ...(refused.size > 0 && { refused: [...refused.values()] }),
  }
}

async function contextOf(authority: Authority): Promise<SecureContextOptions> {
  const { cert, key } = await authority.issueServer()
  // A session that is resumed would carry a certificate past its end.
  return { cert, key, ca: authority.trust, secureOptions: constants.SSL_OP_NO_TICKET }
}

function addressOf(socket: TLSSocket): string {
  return socket.remoteAddress ?? ''
}

function send(socket: TLSSocket, message: FromServer): void {
  socket.write(frame(JSON.stringify(message)))
}

function msUntil(date: string): number {
  return Math.max(0, Date.parse(date) - Date.now())
}
