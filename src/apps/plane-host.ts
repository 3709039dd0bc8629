import {
  afterBrokenDelta,
  type EndpointSet,
  emptySnapshot,
  mendingDelta,
  noChange,
  type Snapshot,
  type SnapshotDelta,
} from '#ir'
import { Backoff } from '#kit/backoff.ts'
import { type MetricFamily, simpleMetric } from '#kit/metric.ts'
import { describeCounts, EndpointResolver, type FleetOptions, type SocketFailure, WorkerFleet } from '#proxy'
import type { ServingHost } from './serving-host.ts'

export interface PlaneHostOptions extends Omit<FleetOptions, 'entry'> {
  /** Sockets were tried again, without anybody having asked for it: what fails now. */
  readonly onFailed?: (failed: readonly SocketFailure[]) => void
}

/** A listener that could not be opened is tried again this often: the port may have become free. */
const retryMs = 2_000
const longestRetryMs = 60_000

/** Snapshots in, traffic through: the worker threads, names of endpoints looked up for them, and sockets tried again. */
export class PlaneHost implements ServingHost {
  readonly #options: PlaneHostOptions
  readonly #fleet: WorkerFleet
  readonly #resolver: EndpointResolver
  #snapshot: Snapshot | undefined
  /** What the workers may have, after a step that broke: everything has to be said anew. Undefined: they have `#snapshot`. */
  #broken: Snapshot | undefined
  readonly #mending = new Backoff(retryMs, longestRetryMs)
  #version = 0
  #failed: readonly SocketFailure[] = []
  #queue: Promise<unknown> = Promise.resolve()
  #retry: NodeJS.Timeout | undefined

  constructor(options: PlaneHostOptions) {
    this.#options = options
    this.#fleet = new WorkerFleet({ ...options, entry: workerEntry() })
    this.#resolver = new EndpointResolver(
      (sets) => void this.enqueue(() => this.#serveEndpoints(sets)).catch(() => {}),
      options.onProblem,
    )
  }

  get ready(): boolean {
    return this.#snapshot !== undefined && this.#fleet.serving
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshot
  }

  /** Sockets that could not be opened; they are tried again. */
  get failed(): readonly SocketFailure[] {
    return this.#failed
  }

  async metrics(): Promise<readonly MetricFamily[]> {
    return [
      ...describeCounts(await this.counts()),
      simpleMetric('headgate_workers_behind', 'gauge', 'Workers that do not serve the newest configuration yet.', [
        [{}, this.#fleet.behind],
      ]),
    ]
  }

  counts(): ReturnType<WorkerFleet['counts']> {
    return this.#fleet.counts()
  }

  /** Work that changes what is served: one after the other. A failure is told, and harms only who waits for it. */
  enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work)
    this.#queue = done.catch((error: unknown) =>
      this.#options.onProblem(`a change could not be applied: ${error instanceof Error ? error.stack : error}`),
    )
    return done
  }

  /**
   * Resolves when every worker serves the snapshot. Call it inside of `enqueue`.
   * @param delta the step from the last one; its version does not matter
   * @returns the sockets that could not be opened
   */
  async serve(delta: SnapshotDelta, snapshot: Snapshot): Promise<readonly SocketFailure[]> {
    const before = this.#broken ?? this.#snapshot ?? emptySnapshot
    const step = this.#broken ? mendingDelta(before, snapshot) : delta
    return this.#serve(await this.#resolver.delta(step), snapshot, before)
  }

  async #serve(delta: SnapshotDelta, snapshot: Snapshot, before: Snapshot): Promise<readonly SocketFailure[]> {
    this.#snapshot = snapshot
    clearTimeout(this.#retry)
    try {
      const step = { ...delta, version: ++this.#version }
      this.#failed = (await this.#fleet.apply(step, this.#resolver.snapshot(snapshot))).failed
    } catch (error) {
      this.#broken = afterBrokenDelta(before, delta)
      this.#retryIn(this.#mending.next())
      throw error
    }
    this.#broken = undefined
    this.#mending.reset()
    if (this.#failed.length > 0) this.#retryIn(retryMs)
    return this.#failed
  }

  #retryIn(ms: number): void {
    // Told by `enqueue`.
    this.#retry = setTimeout(() => void this.enqueue(() => this.#tryAgain()).catch(() => {}), ms).unref()
  }

  async #tryAgain(): Promise<void> {
    if (!this.#snapshot) return
    this.#options.onFailed?.(await this.serve(noChange, this.#snapshot))
  }

  async #serveEndpoints(put: readonly EndpointSet[]): Promise<void> {
    if (!this.#snapshot) return
    // They have been resolved already.
    if (this.#broken) await this.serve(noChange, this.#snapshot)
    else await this.#serve({ ...noChange, endpoints: { put, delete: [] } }, this.#snapshot, this.#snapshot)
  }

  async drain(timeoutMs: number): Promise<void> {
    clearTimeout(this.#retry)
    this.#resolver.close()
    await this.#fleet.drain(timeoutMs)
  }

  async stop(): Promise<void> {
    clearTimeout(this.#retry)
    this.#resolver.close()
    await this.#fleet.stop()
  }
}

/** Beside this file: a source in a checkout, a bundle in the published package. */
function workerEntry(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)
}
