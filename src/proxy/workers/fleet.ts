import { randomBytes } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { type Place, podPort, type Snapshot, type SnapshotDelta, wholeDelta } from '#ir'
import type { AccessLogOptions } from '../observe/access-log.ts'
import { addCounts, type Counts, emptyCounts } from '../observe/counters.ts'
import type { ApplyReport } from '../plane.ts'
import { placeOf } from '../server/sockets.ts'
import { SharedBuckets } from '../shared/buckets.ts'
import type { CounterSettings } from '../shared/counters.ts'
import { ErrandBook } from '../shared/errand-book.ts'
import { SlotBook } from '../shared/slot-book.ts'
import { SharedSlots } from '../shared/slots.ts'
import { type FromWorker, sealDelta, type ToWorker, type WorkerData } from './messages.ts'
import { portIsTaken } from './probe-port.ts'

export interface FleetOptions {
  /** The module that a worker thread runs; it calls `runWorker`. */
  readonly entry: URL
  readonly workers: number
  readonly bind: readonly string[]
  /** Ports are bound where `podPort` says: below 1024 we have no right to. */
  readonly inPod?: boolean
  readonly accessLog?: AccessLogOptions | undefined
  /** Where this machine is: endpoints that are meant for it come first. */
  readonly place?: Place | undefined
  /** Where limits are counted that hold for several proxies; the workers' module must know how to open it. */
  readonly counters?: CounterSettings | undefined
  /** Lines of the access log. */
  readonly onLog: (lines: string) => void
  /** Something went wrong inside: a dead worker, a bug met by a request. */
  readonly onProblem: (message: string) => void
}

interface Member {
  readonly row: number
  readonly worker: Worker
  /** Serves the current configuration. */
  ready: boolean
  /** Serves a configuration: the current one, or the one before while that is compiled. */
  hasLoaded: boolean
  readonly acknowledge: ((report: ApplyReport | Error | undefined) => void)[]
  /** Of the slot book, as it was told to the worker. */
  slotsVersion: number
}

// A worker that dies at once, again and again, must not eat the machine.
const firstPauseMs = 100
const longestPauseMs = 5_000
const settledMs = 10_000

/**
 * The worker threads of the embedded plane, one event loop per core, sharing ports by SO_REUSEPORT. A worker that dies is
 * replaced; until then the kernel gives its new connections to the others.
 */
export class WorkerFleet {
  readonly #options: FleetOptions
  readonly #members = new Map<number, Member>()
  readonly #shared: SharedArrayBuffer
  readonly #buckets = SharedBuckets.allocate()
  readonly #slots: SharedSlots
  readonly #book: SlotBook
  readonly #errands = new ErrandBook((row, message) => {
    const member = this.#members.get(row)
    if (member) this.#post(member, message)
  })
  readonly #ticketKeys = randomBytes(48)
  /** Places (see `placeOf`) that we listen on, and those that another program has. */
  readonly #ours = new Set<string>()
  readonly #taken = new Set<string>()
  #probed: Snapshot['listeners'] | undefined
  readonly #lost = emptyCounts()
  readonly #lastCounts = new Map<number, Counts>()
  readonly #counting = new Map<number, (row: number, counts: Counts) => void>()
  #snapshot: Snapshot | undefined
  #version = 0
  #countId = 0
  #deaths = 0
  #ending = false
  #hasServed = false

  constructor(options: FleetOptions) {
    this.#options = options
    this.#shared = SharedSlots.allocate(options.workers)
    this.#slots = new SharedSlots(this.#shared, 0)
    this.#book = new SlotBook(this.#slots)
    for (let row = 0; row < options.workers; row++) this.#spawn(row)
  }

  /** All workers serve the last applied configuration. */
  get ready(): boolean {
    return this.#members.size === this.#options.workers && [...this.#members.values()].every((member) => member.ready)
  }

  /**
   * Clients may come: all workers have had a configuration, and there is one who has it still. A change that is being applied and
   * the loss of one of several workers are no reasons to send clients away: all proxies of a Gateway would say so at once.
   */
  get serving(): boolean {
    return this.#hasServed && [...this.#members.values()].some((member) => member.hasLoaded)
  }

  get size(): number {
    return this.#members.size
  }

  /** Workers that do not serve the newest configuration yet. */
  get behind(): number {
    return this.#options.workers - [...this.#members.values()].filter((member) => member.ready).length
  }

  /**
   * Brings all workers from one snapshot to the next. Resolves when every worker serves it; their reports are joined. Rejects when
   * one met a bug of ours: then some of it is served, and the next step should bring everything.
   */
  async apply(delta: SnapshotDelta, snapshot: Snapshot): Promise<ApplyReport> {
    this.#snapshot = snapshot
    this.#version = delta.version
    this.#book.note(delta, snapshot)
    await this.#probe(snapshot)
    const sealed = sealDelta(delta)
    const applied = await Promise.allSettled([...this.#members.values()].map((member) => this.#applyTo(member, sealed)))
    const failed = applied.flatMap((one) => {
      if (one.status === 'rejected') throw one.reason
      return one.value?.failed ?? []
    })
    const bySocket = new Map(failed.map((failure) => [`${failure.listener} ${failure.address}`, failure]))
    return { version: delta.version, failed: [...bySocket.values()] }
  }

  async #probe(snapshot: Snapshot): Promise<void> {
    // Most changes are about routes, and listeners may be thousands.
    if (snapshot.listeners === this.#probed && this.#taken.size === 0) return
    this.#probed = snapshot.listeners
    const wanted = new Set(
      snapshot.listeners.flatMap((listener) => {
        const addresses = listener.addresses.length > 0 ? listener.addresses : this.#options.bind
        return addresses.map((address) => placeOf(address, listener))
      }),
    )
    for (const socket of this.#ours) if (!wanted.has(socket)) this.#ours.delete(socket)
    this.#taken.clear()
    const unknown = [...wanted].filter((socket) => !this.#ours.has(socket))
    await Promise.all(
      unknown.map(async (socket) => {
        const [address = '', port, udp] = socket.split(' ')
        const bound = this.#options.inPod ? podPort(Number(port)) : Number(port)
        if (await portIsTaken(address, bound, udp ? 'udp' : 'tcp')) this.#taken.add(socket)
        else this.#ours.add(socket)
      }),
    )
  }

  #applyTo(member: Member, delta: SnapshotDelta): Promise<ApplyReport | undefined> {
    const wasReady = member.ready
    return new Promise((resolve, reject) => {
      member.acknowledge.push((report) => {
        const isLast = member.acknowledge.length === 0
        if (report instanceof Error) {
          // It serves on with what it has; leaving all clients alone would be worse.
          if (isLast) member.ready = wasReady
          return reject(report)
        }
        if (report) {
          member.hasLoaded = true
          if (isLast) member.ready = true
          this.#hasServed ||= this.ready
        }
        resolve(report)
      })
      member.ready = false
      const slots = member.slotsVersion === this.#book.version ? undefined : this.#book.numbers
      member.slotsVersion = this.#book.version
      this.#post(member, { kind: 'apply', delta, slots, taken: [...this.#taken] })
    })
  }

  /** Sums of all workers since the start, those that died included. */
  async counts(): Promise<Counts> {
    const id = ++this.#countId
    const asked = [...this.#members.values()].filter((member) => member.worker.threadId > 0)
    await new Promise<void>((resolve) => {
      let missing = asked.length
      const timer = setTimeout(resolve, 1_000)
      const done = () => {
        clearTimeout(timer)
        resolve()
      }
      if (missing === 0) return done()
      this.#counting.set(id, (row, counts) => {
        this.#lastCounts.set(row, counts)
        if (--missing === 0) done()
      })
      for (const member of asked) this.#post(member, { kind: 'count', id })
    })
    this.#counting.delete(id)
    const sum = emptyCounts()
    addCounts(sum, this.#lost)
    for (const counts of this.#lastCounts.values()) addCounts(sum, counts)
    return sum
  }

  /** Takes no new connections and lets open exchanges end; what is left after `timeoutMs` is cut. */
  async drain(timeoutMs: number): Promise<void> {
    this.#ending = true
    const members = [...this.#members.values()]
    const gone = members.map(({ worker }) => new Promise<void>((resolve) => worker.once('exit', () => resolve())))
    for (const member of members) this.#post(member, { kind: 'drain' })
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs)
    })
    await Promise.race([Promise.all(gone), late])
    clearTimeout(timer)
    await this.stop()
  }

  /** Ends all workers at once. */
  async stop(): Promise<void> {
    this.#ending = true
    await Promise.all([...this.#members.values()].map(({ worker }) => worker.terminate()))
  }

  /** Ends one worker as a crash would. */
  kill(row: number): void {
    void this.#members.get(row)?.worker.terminate()
  }

  #post(member: Member, message: ToWorker): void {
    member.worker.postMessage(message)
  }

  #spawn(row: number): void {
    const { entry, bind, inPod = false, accessLog, place, counters } = this.#options
    const workerData: WorkerData = {
      bind,
      inPod,
      ticketKeys: this.#ticketKeys,
      accessLog,
      place,
      shared: this.#shared,
      buckets: this.#buckets,
      counters,
      row,
    }
    const worker = new Worker(entry, { workerData, name: `proxy-${row}` })
    const member: Member = { row, worker, ready: false, hasLoaded: false, acknowledge: [], slotsVersion: -1 }
    const startedAt = Date.now()
    this.#members.set(row, member)
    worker.on('message', (message: FromWorker) => this.#heard(member, message))
    worker.on('error', (error: Error) => this.#options.onProblem(`worker ${row} died: ${error.message}`))
    worker.on('exit', () => this.#died(member, startedAt))
    if (!this.#snapshot) return
    this.#applyTo(member, sealDelta(wholeDelta(this.#snapshot, this.#version))).catch((error: Error) =>
      this.#options.onProblem(`worker ${row} can't take the configuration: ${error.message}`),
    )
  }

  #heard(member: Member, message: FromWorker): void {
    switch (message.kind) {
      case 'applied':
        return member.acknowledge.shift()?.(message.report)
      case 'broken':
        return member.acknowledge.shift()?.(new Error(message.why))
      case 'counted':
        return this.#counting.get(message.id)?.(member.row, message.counts)
      case 'log':
        return this.#options.onLog(message.lines)
      case 'problem':
        return this.#options.onProblem(message.message)
      case 'errand asked':
      case 'errand run':
      case 'errand left':
        return this.#errands.receive(member.row, message)
      case 'drained':
        return
    }
  }

  #died(member: Member, startedAt: number): void {
    for (const acknowledge of member.acknowledge.splice(0)) acknowledge(undefined)
    this.#slots.wipe(member.row)
    const counts = this.#lastCounts.get(member.row)
    if (counts) addCounts(this.#lost, { ...counts, connections: 0, active: 0 })
    this.#lastCounts.delete(member.row)
    this.#members.delete(member.row)
    this.#errands.gone(member.row)
    if (this.#ending) return
    this.#deaths = Date.now() - startedAt > settledMs ? 1 : this.#deaths + 1
    const pauseMs = this.#deaths === 1 ? 0 : Math.min(firstPauseMs * 2 ** (this.#deaths - 2), longestPauseMs)
    this.#options.onProblem(`worker ${member.row} is gone; a new one starts${pauseMs ? ` in ${pauseMs} ms` : ''}`)
    setTimeout(() => {
      if (!this.#ending) this.#spawn(member.row)
    }, pauseMs)
  }
}
