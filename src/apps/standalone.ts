import type { ObjectChange } from '#api'
import type { Snapshot } from '#ir'
import type { FleetOptions, SocketFailure } from '#proxy'
import type { StatusChange, Translation, Translator } from '#translate'
import { GatewayReports } from './gateway-reports.ts'
import { PlaneHost } from './plane-host.ts'

export interface StandaloneOptions extends Omit<FleetOptions, 'entry'> {
  readonly translator: Translator
  /** What statuses say anew, each time they change. */
  readonly onStatuses: (changes: readonly StatusChange[]) => void
  /** The Gateways of ours, each time one of them comes, goes or changes. */
  readonly onGateways?: (gateways: Translation['gateways']) => void
}

/** Objects in, traffic and statuses out: translation and a plane of our own, one change after the other. */
export class Standalone {
  readonly #options: StandaloneOptions
  readonly #host: PlaneHost
  readonly #reports: GatewayReports
  #gateways: Translation['gateways'] | undefined

  constructor(options: StandaloneOptions) {
    this.#options = options
    this.#host = new PlaneHost({ ...options, onFailed: () => this.#tellStatuses([]) })
    this.#reports = new GatewayReports(options.bind)
  }

  /** The last applied configuration is served by every worker. */
  get ready(): boolean {
    return this.#host.ready
  }

  get snapshot(): Snapshot | undefined {
    return this.#host.snapshot
  }

  /** Sockets that could not be opened; they are tried again. */
  get failed(): readonly SocketFailure[] {
    return this.#host.failed
  }

  counts(): ReturnType<PlaneHost['counts']> {
    return this.#host.counts()
  }

  /** Resolves when every worker serves the change. @param crdVersions of a cluster, see World */
  apply(changes: readonly ObjectChange[], crdVersions?: readonly string[]): Promise<void> {
    return this.#host.enqueue(async () => {
      this.#reports.note(changes, crdVersions)
      const { delta, snapshot, statusChanges, gateways } = this.#options.translator.apply(changes)
      if (gateways !== this.#gateways) this.#options.onGateways?.(gateways)
      this.#gateways = gateways
      await this.#host.serve(delta, snapshot)
      this.#tellStatuses(statusChanges)
    })
  }

  /** Statuses first without, then with what the workers report: one change for the reader. */
  #tellStatuses(before: readonly StatusChange[]): void {
    const { snapshot, failed } = this.#host
    if (!snapshot) return
    const world = this.#reports.world(snapshot, failed)
    const after = this.#options.translator.apply([], world).statusChanges
    const changes = new Map([...before, ...after].map((change) => [change.key, change]))
    if (changes.size > 0) this.#options.onStatuses([...changes.values()])
  }

  drain(timeoutMs: number): Promise<void> {
    return this.#host.drain(timeoutMs)
  }

  stop(): Promise<void> {
    return this.#host.stop()
  }
}
