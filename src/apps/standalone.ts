import type { ObjectChange } from '#api'
import type { Snapshot } from '#ir'
import type { MetricFamily } from '#kit/metric.ts'
import { type Outcome, ok, problem } from '#kit/outcome.ts'
import type { FleetOptions } from '#proxy'
import type { StatusChange, Translation, Translator } from '#translate'
import { GatewayReports } from './gateway-reports.ts'
import { HostsByPlane } from './hosts-by-plane.ts'
import { PlaneHost } from './plane-host.ts'
import type { ListenerFailure, ServingHost } from './serving-host.ts'

export interface StandaloneOptions extends Omit<FleetOptions, 'entry'> {
  readonly translator: Translator
  /** What statuses say anew, each time they change. */
  readonly onStatuses: (changes: readonly StatusChange[]) => void
  /** The default plane is Envoy: opens it. @param onFailed it tried again by itself, and other sockets fail now */
  readonly openHost?: (onFailed: () => void) => ServingHost
  /** The default plane is our own: opens Envoy for Gateways that choose it. */
  readonly openEnvoy?: (onFailed: () => void) => Promise<Outcome<ServingHost>>
  /** Called before changes are translated. */
  readonly prepare?: (changes: readonly ObjectChange[]) => Promise<void>
  /** The Gateways of ours, each time one of them comes, goes or changes. */
  readonly onGateways?: (gateways: Translation['gateways']) => void
}

const noEnvoy = problem('NoEnvoy', 'there is no Envoy here: choose plane embedded')

interface Waiting {
  changes: readonly ObjectChange[]
  crdVersions: readonly string[] | undefined
  readonly served: Promise<void>
}

/** Objects in, traffic and statuses out: translation and a plane, one change after the other. */
export class Standalone {
  readonly #options: StandaloneOptions
  readonly #host: HostsByPlane
  readonly #reports: GatewayReports
  #gateways: Translation['gateways'] | undefined
  /** What waits for its turn. */
  #next: Waiting | undefined

  constructor(options: StandaloneOptions) {
    this.#options = options
    const onFailed = () => this.#tellStatuses([])
    const { openHost, openEnvoy, bind, onProblem } = options
    const openOwn = () => new PlaneHost({ ...options, onFailed })
    this.#host = new HostsByPlane({
      byDefault: openHost ? 'envoy' : 'embedded',
      host: openHost?.(onFailed) ?? openOwn(),
      openOther: async () => (openHost ? ok(openOwn()) : (openEnvoy?.(onFailed) ?? noEnvoy)),
      bind,
      onProblem,
    })
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
  get failed(): readonly ListenerFailure[] {
    return this.#host.failed
  }

  metrics(): Promise<readonly MetricFamily[]> {
    return this.#host.metrics()
  }

  /** What Envoy counts, where there is one. */
  ownMetrics(): Promise<string> {
    return this.#host.ownMetrics()
  }

  /**
   * Resolves when every worker serves the change. What comes while the plane takes another is one change for it: Envoy makes
   * its routes anew for each.
   * @param crdVersions of a cluster, see World
   */
  apply(changes: readonly ObjectChange[], crdVersions?: readonly string[]): Promise<void> {
    if (this.#next) {
      this.#next.changes = [...this.#next.changes, ...changes]
      this.#next.crdVersions = crdVersions
      return this.#next.served
    }
    const served = this.#host.enqueue(async () => {
      const { changes, crdVersions } = this.#next!
      this.#next = undefined
      await this.#serve(changes, crdVersions)
    })
    this.#next = { changes, crdVersions, served }
    return served
  }

  async #serve(changes: readonly ObjectChange[], crdVersions: readonly string[] | undefined): Promise<void> {
    await this.#options.prepare?.(changes)
    this.#reports.note(changes, crdVersions)
    const { delta, snapshot, statusChanges, gateways } = this.#options.translator.apply(changes)
    if (gateways !== this.#gateways) {
      this.#options.onGateways?.(gateways)
      this.#host.choose([...gateways].map(([name, { parameters }]) => [name, parameters?.plane] as const))
    }
    this.#gateways = gateways
    await this.#host.serve(delta, snapshot)
    this.#tellStatuses(statusChanges)
  }

  /** Statuses first without, then with what the workers report: one change for the reader. */
  #tellStatuses(before: readonly StatusChange[]): void {
    const { snapshot, failed, refused } = this.#host
    if (!snapshot) return
    const world = this.#reports.world(snapshot, failed, refused)
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
