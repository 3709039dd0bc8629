import type { ObjectChange } from '#api'
import { type EndpointSet, noChange, type Snapshot, type SnapshotDelta } from '#ir'
import { EndpointResolver, type FleetOptions, type SocketFailure, WorkerFleet } from '#proxy'
import type { StatusChange, Translation, Translator } from '#translate'
import { GatewayReports } from './gateway-reports.ts'

export interface StandaloneOptions extends Omit<FleetOptions, 'entry'> {
  readonly translator: Translator
  /** What statuses say anew, each time they change. */
  readonly onStatuses: (changes: readonly StatusChange[]) => void
  /** The Gateways of ours, each time one of them comes, goes or changes. */
  readonly onGateways?: (gateways: Translation['gateways']) => void
}

/** A listener that could not be opened is tried again this often: the port may have become free. */
const retryMs = 2_000

/** Objects in, traffic and statuses out: translation and worker threads, one change after the other. */
export class Standalone {
  readonly #options: StandaloneOptions
  readonly #fleet: WorkerFleet
  readonly #resolver: EndpointResolver
  readonly #reports: GatewayReports
  #snapshot: Snapshot | undefined
  #version = 0
  #failed: readonly SocketFailure[] = []
  #gateways: Translation['gateways'] | undefined
  #queue: Promise<void> = Promise.resolve()
  #retry: NodeJS.Timeout | undefined

  constructor(options: StandaloneOptions) {
    this.#options = options
    this.#fleet = new WorkerFleet({ ...options, entry: workerEntry() })
    this.#resolver = new EndpointResolver(
      (sets) => void this.#enqueue(() => this.#applyEndpoints(sets)),
      options.onProblem,
    )
    this.#reports = new GatewayReports(options.bind)
  }

  /** The last applied configuration is served by every worker. */
  get ready(): boolean {
    return this.#snapshot !== undefined && this.#fleet.ready
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshot
  }

  /** Sockets that could not be opened; they are tried again. */
  get failed(): readonly SocketFailure[] {
    return this.#failed
  }

  counts(): ReturnType<WorkerFleet['counts']> {
    return this.#fleet.counts()
  }

  /** Resolves when every worker serves the change. @param crdVersions of a cluster, see World */
  apply(changes: readonly ObjectChange[], crdVersions?: readonly string[]): Promise<void> {
    return this.#enqueue(async () => {
      this.#reports.note(changes, crdVersions)
      const { delta, snapshot, statusChanges, gateways } = this.#options.translator.apply(changes)
      if (gateways !== this.#gateways) this.#options.onGateways?.(gateways)
      this.#gateways = gateways
      await this.#serve(await this.#resolver.delta(delta), snapshot)
      this.#tellStatuses(snapshot, statusChanges)
    })
  }

  async #serve(delta: SnapshotDelta, snapshot: Snapshot): Promise<void> {
    this.#snapshot = snapshot
    const step = { ...delta, version: ++this.#version }
    this.#failed = (await this.#fleet.apply(step, this.#resolver.snapshot(snapshot))).failed
    clearTimeout(this.#retry)
    if (this.#failed.length === 0) return
    this.#retry = setTimeout(() => void this.#enqueue(() => this.#tryAgain()), retryMs)
    this.#retry.unref()
  }

  /** Statuses first without, then with what the workers report: one change for the reader. */
  #tellStatuses(snapshot: Snapshot, before: readonly StatusChange[]): void {
    const world = this.#reports.world(snapshot, this.#failed)
    const after = this.#options.translator.apply([], world).statusChanges
    const changes = new Map([...before, ...after].map((change) => [change.key, change]))
    if (changes.size > 0) this.#options.onStatuses([...changes.values()])
  }

  async #tryAgain(): Promise<void> {
    if (!this.#snapshot) return
    await this.#serve(noChange, this.#snapshot)
    this.#tellStatuses(this.#snapshot, [])
  }

  async #applyEndpoints(put: readonly EndpointSet[]): Promise<void> {
    if (!this.#snapshot) return
    await this.#serve({ ...noChange, endpoints: { put, delete: [] } }, this.#snapshot)
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(work)
    this.#queue = done.catch((error: unknown) =>
      this.#options.onProblem(`a change could not be applied: ${error instanceof Error ? error.stack : error}`),
    )
    return done
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
