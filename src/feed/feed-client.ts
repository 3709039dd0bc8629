import { setTimeout as sleep } from 'node:timers/promises'
import {
  afterBrokenDelta,
  applyDelta,
  emptySnapshot,
  type PlaneRefusal,
  type Snapshot,
  type SnapshotDelta,
  wholeDelta,
} from '#ir'
import { Backoff } from '#kit/backoff.ts'
import { type Enrolled, enrol } from './enrol.ts'
import { type FeedAddress, FeedConnection, FeedRefusal, formatAddress } from './feed-connection.ts'
import type { LastGood } from './last-good.ts'
import { type FailedSocket, type FromServer, mostRefusals, type Position, protocolVersion } from './messages.ts'
import { ReceivedUpdate } from './received-update.ts'

export interface FeedClientOptions {
  /** All replicas of the controller, asked anew for each round. */
  readonly resolve: () => Promise<readonly FeedAddress[]>
  /** PEM bundle of the authorities that the controller's certificate may come from; read anew for each connection. */
  readonly trust: () => string
  /** The token of our ServiceAccount, read anew for each enrolment. */
  readonly token: () => string
  /** `namespace/name`: what the token brings must be of this one. */
  readonly gateway: string
  /** Our name, the pod's. */
  readonly proxy: string
  readonly lastGood: LastGood | undefined
  /** Resolves when every worker serves the snapshot, with the sockets that could not be opened. */
  readonly apply: (delta: SnapshotDelta, snapshot: Snapshot) => Promise<readonly FailedSocket[]>
  /** What of it the plane does not take. */
  readonly refused?: () => readonly PlaneRefusal[]
  readonly onLog: (message: string) => void
}

const firstRetryMs = 250
const longestRetryMs = 15_000
/** Where a controller answers that it does not lead, or has not read the cluster yet, that will be over soon. */
const longestWaitForLeaderMs = 3_000
const silentBeats = 3
/** The first message comes in this time; how often the others come is in it. */
const welcomeMs = 10_000

/**
 * The proxy's end of the feed: brings what the controller publishes to the workers, step by step, and says what became of it. While
 * there is no controller everything stays as it is.
 */
export class FeedClient {
  readonly #options: FeedClientOptions
  readonly #stop = new AbortController()
  readonly #backoff = new Backoff(firstRetryMs, longestRetryMs)
  #enrolled: Enrolled | undefined
  /** Undefined: what we serve, if anything, is not all that there is (the copy of a disk without keys). */
  #position: Position | undefined
  #snapshot: Snapshot | undefined
  /** The workers have what `#snapshot` says; else they have some of it. */
  #isSure = true
  #failed: readonly FailedSocket[] = []
  #connection: FeedConnection | undefined
  #done: Promise<void> = Promise.resolve()
  #said = ''
  /** In this round somebody answered who will soon be the one to ask, or knows them. */
  #isSomeoneThere = false

  constructor(options: FeedClientOptions) {
    this.#options = options
  }

  /** Serves the last good copy, if there is one, and keeps to the controller from then on. */
  async start(): Promise<void> {
    await this.#loadLastGood()
    this.#done = this.#run()
  }

  /** Whether a controller is feeding us now. */
  get connected(): boolean {
    return this.#connection !== undefined
  }

  /** What we serve, as the controller counts; 0: nothing that is all of it. */
  get version(): number {
    return this.#position?.version ?? 0
  }

  /** Sockets fail and recover between updates, too. */
  report(failed: readonly FailedSocket[]): void {
    this.#failed = failed
    if (!this.#position) return
    const refused = this.#options.refused?.().slice(0, mostRefusals) ?? []
    const { version } = this.#position
    this.#connection?.send({ kind: 'ack', version, failed, ...(refused.length > 0 && { refused }) })
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    this.#connection?.close()
    await this.#done
    await this.#options.lastGood?.flush()
  }

  async #loadLastGood(): Promise<void> {
    const { lastGood, onLog, apply } = this.#options
    const copy = lastGood?.load()
    if (!copy) return
    this.#failed = await apply(wholeDelta(copy.snapshot), copy.snapshot)
    this.#snapshot = copy.snapshot
    this.#position = copy.position
    onLog(`serving the last good configuration from disk${copy.withheld}`)
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      this.#isSomeoneThere = false
      const standIns: FeedAddress[] = []
      for (const address of shuffle(await this.#addresses())) {
        if (signal.aborted) return
        await this.#talk(address, false).catch((error: unknown) => {
          this.#sayOnce(address, error)
          if (error instanceof FeedRefusal && error.reason === 'not leader') standIns.push(address)
        })
      }
      // The leader is gone or out of reach, and who may be the next one knows what it knew.
      for (const address of standIns) {
        if (signal.aborted) return
        await this.#talk(address, true).catch((error: unknown) => this.#sayOnce(address, error))
      }
      const most = this.#isSomeoneThere ? longestWaitForLeaderMs : longestRetryMs
      await sleep(this.#backoff.next(most), undefined, { signal }).catch(() => {})
    }
  }

  async #addresses(): Promise<readonly FeedAddress[]> {
    try {
      return await this.#options.resolve()
    } catch (error) {
      this.#say(`feed: ${error instanceof Error ? error.message : error}`)
      return []
    }
  }

  #sayOnce(address: FeedAddress, error: unknown): void {
    if (this.#stop.signal.aborted) return
    if (error instanceof FeedRefusal) {
      if (error.reason === 'denied') this.#enrolled = undefined
      if (error.reason === 'not leader' || error.reason === 'not ready') this.#isSomeoneThere = true
    }
    const { code, message } = error as NodeJS.ErrnoException
    this.#say(`feed: ${formatAddress(address)}: ${message || code}; trying again, serving what we have`)
  }

  /** The same trouble each second is one line. */
  #say(line: string): void {
    if (line !== this.#said) this.#options.onLog(line)
    this.#said = line
  }

  async #talk(address: FeedAddress, standIn: boolean): Promise<void> {
    const { signal } = this.#stop
    const trust = () => `${this.#options.trust()}\n${this.#enrolled?.trust ?? ''}`
    if (!this.#enrolled || Date.now() > this.#enrolled.renewAt) this.#enrolled = await this.#enrol(address, trust())
    const connection = await FeedConnection.open({ address, trust: trust(), identity: this.#enrolled, signal })
    // A certificate is renewed by coming anew, which costs nothing: both ends know what we have.
    const renewal = setTimeout(() => connection.close(), this.#enrolled.renewAt - Date.now())
    let beat: NodeJS.Timeout | undefined
    try {
      const at = this.#position && { at: this.#position }
      connection.send({ kind: 'hello', protocol: protocolVersion, ...at, ...(standIn && { standIn }) })
      const welcome = await connection.next(welcomeMs)
      if (welcome.kind !== 'welcome') throw new Error(`the controller began with ${welcome.kind}`)
      this.#enrolled = { ...this.#enrolled, trust: welcome.trust }
      this.#connection = connection
      this.#backoff.reset()
      this.#say(`feed: connected to ${formatAddress(address)}`)
      beat = setInterval(() => connection.send({ kind: 'ping' }), welcome.heartbeatMs)
      if (this.#position?.epoch === welcome.epoch) this.report(this.#failed)
      await this.#listen(connection, welcome)
    } finally {
      clearInterval(beat)
      clearTimeout(renewal)
      this.#connection = undefined
      connection.close()
    }
  }

  async #enrol(address: FeedAddress, trust: string): Promise<Enrolled> {
    const { gateway, token, proxy } = this.#options
    const enrolled = await enrol({ address, trust, signal: this.#stop.signal }, token(), proxy)
    if (enrolled.gateway !== gateway)
      throw new Error(`the token is one of Gateway ${enrolled.gateway}, and this is a proxy of ${gateway}`)
    return enrolled
  }

  async #listen(connection: FeedConnection, { epoch, heartbeatMs }: FromServer & { kind: 'welcome' }): Promise<never> {
    let update: ReceivedUpdate | undefined
    for (;;) {
      const message = await connection.next(silentBeats * heartbeatMs)
      switch (message.kind) {
        case 'begin':
          update = new ReceivedUpdate(message.whole)
          break
        case 'items':
          update?.add(message.of, message.put, message.delete)
          break
        case 'end':
          if (!update) throw new Error('the end of an update that did not begin')
          await this.#apply(update, { epoch, version: message.version, hashes: message.hashes })
          update = undefined
          break
        case 'ping':
          break
        default:
          throw new Error(`the controller said ${message.kind} on an open stream`)
      }
    }
  }

  async #apply(update: ReceivedUpdate, position: Position): Promise<void> {
    const before = this.#snapshot ?? emptySnapshot
    const delta = update.delta(before, this.#isSure)
    const isFirst = this.#snapshot === undefined
    if (isFirst || !isEmpty(delta)) {
      const snapshot = applyDelta(before, delta)
      try {
        this.#failed = await this.#options.apply(delta, snapshot)
      } catch (error) {
        // Nobody knows how far the workers came: they may have the old and the new, so everything comes once more.
        this.#snapshot = afterBrokenDelta(before, delta)
        this.#position = undefined
        this.#isSure = false
        throw error
      }
      this.#snapshot = snapshot
      this.#isSure = true
    }
    this.#position = position
    this.report(this.#failed)
    this.#options.lastGood?.note({ position, snapshot: this.#snapshot! })
    if (isFirst) this.#options.onLog(`serving the controller's configuration, version ${position.version}`)
  }
}

function isEmpty({ version: _, ...lists }: SnapshotDelta): boolean {
  return Object.values(lists).every((list) => list.put.length + list.delete.length === 0)
}

/** So that not all proxies ask the same replica first. */
function shuffle<T>(list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}
