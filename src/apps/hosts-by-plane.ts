import { deltaBetween, emptySnapshot, type PlaneRefusal, partOf, type Snapshot, type SnapshotDelta } from '#ir'
import type { MetricFamily } from '#kit/metric.ts'
import type { Outcome } from '#kit/outcome.ts'
import type { ListenerFailure, ServingHost } from './serving-host.ts'

/** What can carry traffic on one machine. */
export type HostPlane = 'embedded' | 'envoy'

export interface HostsByPlaneOptions {
  readonly byDefault: HostPlane
  /** Of the default plane. */
  readonly host: ServingHost
  /** The other plane, opened for the first Gateway that chooses it. A problem is told by that Gateway's listeners; it is tried again. */
  readonly openOther: () => Promise<Outcome<ServingHost>>
  /** Where listeners without addresses are. */
  readonly bind: readonly string[]
  readonly onProblem: (message: string) => void
}

/** One machine, both planes: each Gateway is served by the one that its parameters choose. While all choose the default it costs nothing. */
export class HostsByPlane implements ServingHost {
  readonly #options: HostsByPlaneOptions
  readonly #main: ServingHost
  #other: ServingHost | undefined
  /** Why there is none. */
  #missing: readonly ListenerFailure[] = []
  #told = ''
  /** Gateways that are not on the default plane. */
  #elsewhere: ReadonlySet<string> = new Set()
  /** What the hosts have, once there are two. */
  #parts: { main: Snapshot; other: Snapshot } | undefined
  #snapshot: Snapshot | undefined
  #queue: Promise<unknown> = Promise.resolve()
  /** What a host has failed with, and said. */
  readonly #known = new WeakSet<object>()

  constructor(options: HostsByPlaneOptions) {
    this.#options = options
    this.#main = options.host
  }

  /** To be called before `serve`, when it may be another one. */
  choose(planeOf: Iterable<readonly [gateway: string, plane: HostPlane | undefined]>): void {
    const { byDefault } = this.#options
    const elsewhere = [...planeOf].flatMap(([gateway, plane = byDefault]) => (plane === byDefault ? [] : [gateway]))
    this.#elsewhere = new Set(elsewhere)
  }

  get ready(): boolean {
    return this.#main.ready && (this.#other?.ready ?? true)
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshot
  }

  get failed(): readonly ListenerFailure[] {
    if (!this.#parts) return this.#main.failed
    return [...this.#main.failed, ...(this.#other?.failed ?? []), ...this.#missing]
  }

  get refused(): readonly PlaneRefusal[] {
    return [...(this.#main.refused ?? []), ...(this.#other?.refused ?? [])]
  }

  enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work)
    this.#queue = done.catch((error: unknown) => {
      // A host that failed has told it.
      if (typeof error === 'object' && error !== null && this.#known.has(error)) return
      this.#options.onProblem(`a change could not be applied: ${error instanceof Error ? error.stack : error}`)
    })
    return done
  }

  async serve(delta: SnapshotDelta, snapshot: Snapshot): Promise<readonly ListenerFailure[]> {
    const before = this.#parts ?? { main: this.#snapshot ?? emptySnapshot, other: emptySnapshot }
    this.#snapshot = snapshot
    if (this.#elsewhere.size === 0 && !this.#parts) return this.#hand(this.#main, delta, snapshot)
    const parts = {
      main: partOf(snapshot, (gateway) => !this.#elsewhere.has(gateway)),
      other: partOf(snapshot, (gateway) => this.#elsewhere.has(gateway)),
    }
    const other = await this.#open(parts.other)
    this.#parts = { ...parts, other: other ? parts.other : emptySnapshot }
    const main = () => this.#hand(this.#main, deltaBetween(before.main, parts.main), parts.main)
    const theirs = async () => other && this.#hand(other, deltaBetween(before.other, parts.other), parts.other)
    // Envoy shares a port with us for a moment, and we take none that somebody else has: it opens and closes first.
    for (const serve of this.#options.byDefault === 'envoy' ? [main, theirs] : [theirs, main]) await serve()
    return this.failed
  }

  async #hand(host: ServingHost, delta: SnapshotDelta, snapshot: Snapshot): Promise<readonly ListenerFailure[]> {
    try {
      return await host.enqueue(() => host.serve(delta, snapshot))
    } catch (error) {
      if (typeof error === 'object' && error !== null) this.#known.add(error)
      throw error
    }
  }

  async #open({ listeners }: Snapshot): Promise<ServingHost | undefined> {
    if (this.#other) return this.#other
    this.#missing = []
    if (listeners.length === 0) return undefined
    const opened = await this.#options.openOther()
    if (opened.ok) {
      this.#other = opened.value
      return opened.value
    }
    const why = opened.problems[0]!.message
    if (why !== this.#told) this.#options.onProblem(`error ${why}`)
    this.#told = why
    this.#missing = listeners.flatMap(({ key, addresses }) =>
      (addresses.length > 0 ? addresses : this.#options.bind).map((address) => ({
        listener: key,
        address,
        why,
        problem: { reason: 'Invalid', message: why, path: '' },
      })),
    )
    return undefined
  }

  async metrics(): Promise<readonly MetricFamily[]> {
    return [...(await this.#main.metrics()), ...((await this.#other?.metrics()) ?? [])]
  }

  async ownMetrics(): Promise<string> {
    const told = await Promise.all([this.#main.ownMetrics?.(), this.#other?.ownMetrics?.()])
    return told.join('')
  }

  async drain(timeoutMs: number): Promise<void> {
    await Promise.all([this.#main.drain(timeoutMs), this.#other?.drain(timeoutMs)])
  }

  async stop(): Promise<void> {
    await Promise.all([this.#main.stop(), this.#other?.stop()])
  }
}
