import type { ObjectChange } from '#api'
import type { FeedReport } from '#feed'
import type { Listener, Snapshot } from '#ir'
import { type MetricFamily, simpleMetric } from '#kit/metric.ts'
import {
  buildInfrastructure,
  controllerLabel,
  infrastructureKinds,
  infrastructureName,
  type KubeClient,
  OwnedObjects,
} from '#kube'
import type { GatewayPlan, StatusChange, Translation, Translator } from '#translate'
import type { ControllerFeed } from './controller-feed.ts'
import { type PodSettings, planPodInfrastructure } from './gateway-infrastructure.ts'
import type { Planes } from './planes.ts'
import { PodAddresses } from './pod-addresses.ts'
import { type PodFacts, PodReports } from './pod-reports.ts'
import { StatusQueue } from './status-queue.ts'
import type { WrittenStatuses } from './written-statuses.ts'

/** What proxies follow. */
export type PodFeed = Pick<ControllerFeed, 'want' | 'publish' | 'versionOf' | 'lead' | 'trust' | 'close'>

export interface PodPlanesOptions {
  readonly client: KubeClient
  readonly translator: Translator
  readonly settings: Omit<PodSettings, 'trust'>
  readonly openFeed: (onReport: (gateway: string, report: FeedReport) => void, onTrust: () => void) => Promise<PodFeed>
  readonly written: WrittenStatuses
  readonly onStatuses: (changes: readonly StatusChange[]) => void
  readonly onProblem: (message: string) => void
}

/** Data planes in pods: made, fed and watched, each in the namespace of its Gateway. */
export class PodPlanes implements Planes {
  readonly #options: PodPlanesOptions
  readonly #feed: PodFeed
  readonly #owned: OwnedObjects
  readonly #addresses: PodAddresses
  readonly #reports = new PodReports()
  readonly #statuses: StatusQueue
  readonly #listeners = new Map<string, readonly Listener[]>()
  readonly #listed = Promise.withResolvers<void>()
  #isNew = true
  #snapshot: Snapshot | undefined
  #gateways: Translation['gateways'] = new Map()
  #crdVersions: readonly string[] = []
  #reportTimer: NodeJS.Immediate | undefined

  private constructor(options: PodPlanesOptions, feed: PodFeed) {
    this.#options = options
    this.#feed = feed
    const { client, onProblem } = options
    const labelSelector = `${controllerLabel}=${options.settings.controller}`
    const onChange = () => {
      if (this.#isListed) this.#listed.resolve()
      this.#reportSoon()
    }
    this.#owned = new OwnedObjects({ client, kinds: infrastructureKinds, labelSelector, onChange, onProblem })
    this.#addresses = new PodAddresses({ client, labelSelector, onChange, onProblem })
    this.#statuses = new StatusQueue(options.onStatuses)
  }

  /** Resolves when the feed listens. */
  static async open(options: PodPlanesOptions): Promise<PodPlanes> {
    let planes: PodPlanes | undefined
    const feed = await options.openFeed(
      (gateway, report) => planes?.heard(gateway, report),
      () => planes?.plan(),
    )
    planes = new PodPlanes(options, feed)
    return planes
  }

  get ready(): boolean {
    return this.#snapshot !== undefined
  }

  async apply(changes: readonly ObjectChange[], crdVersions: readonly string[]): Promise<void> {
    this.#crdVersions = crdVersions
    this.#reports.note(changes)
    const { delta, snapshot, statusChanges, gateways } = this.#options.translator.apply(changes)
    const isPlanned = gateways === this.#gateways && snapshot.listeners === this.#snapshot?.listeners
    if (gateways !== this.#gateways) this.#feed.want(gateways)
    this.#gateways = gateways
    this.#snapshot = snapshot
    const version = this.#feed.publish(delta)
    // Most changes are about routes: of Gateways there is nothing new to say then.
    if (!isPlanned) {
      this.#group(snapshot.listeners)
      for (const gateway of gateways.keys())
        this.#reports.publish(gateway, this.#listeners.get(gateway) ?? [], this.#feed.versionOf(gateway))
    }
    if (this.#isNew) this.#believe()
    this.#isNew = false
    if (!isPlanned) this.plan()
    // What has not been listed yet would look as if it were missing.
    if (this.#isListed) this.#listed.resolve()
    await this.#listed.promise
    const touched = [...gateways.keys()].filter((gateway) => this.#feed.versionOf(gateway) === version)
    this.#tell(statusChanges, () => touched.every((gateway) => this.#reports.isServed(gateway, version)))
  }

  lead(leads: boolean): void {
    this.#feed.lead(leads)
    if (!leads) return this.#owned.pause()
    // No proxy has told us anything so far: they follow the leader.
    this.#believe()
    this.#reportSoon()
    this.#owned.resume()
  }

  /** Says anew what has to be there. */
  plan(): void {
    const settings = { ...this.#options.settings, trust: this.#feed.trust }
    const objects = [...this.#gateways].flatMap(([gateway, plan]) => {
      if (plan.isRefused) return []
      const planned = planPodInfrastructure(gateway, plan, this.#listeners.get(gateway) ?? [], settings)
      return planned ? buildInfrastructure(planned) : []
    })
    const refused = [...this.#gateways.values()].flatMap(({ isRefused, uid }) => (isRefused && uid ? [uid] : []))
    this.#addresses.follow(this.#gateways.values())
    this.#owned.want(objects, new Set(refused))
    this.#reportSoon()
  }

  /** What the feed reports. */
  heard(gateway: string, report: FeedReport): void {
    this.#reports.heard(gateway, report)
    this.#statuses.flush()
    this.#reportSoon()
  }

  async metrics(): Promise<readonly MetricFamily[]> {
    return [
      simpleMetric('headgate_controller_gateways', 'gauge', 'Gateways of ours', [[{}, this.#gateways.size]]),
      simpleMetric(
        'headgate_controller_refused_resources',
        'gauge',
        'Parts of their configuration that data planes refuse.',
        [[{}, this.#reports.refusals]],
      ),
    ]
  }

  async end(): Promise<void> {
    clearImmediate(this.#reportTimer)
    this.#statuses[Symbol.dispose]()
    this.#owned[Symbol.dispose]()
    this.#addresses[Symbol.dispose]()
    await this.#feed.close()
  }

  get #isListed(): boolean {
    return this.#owned.isListed && this.#addresses.isListed
  }

  #believe(): void {
    for (const gateway of this.#gateways.keys()) this.#reports.believe(gateway, this.#options.written)
  }

  #group(listeners: readonly Listener[]): void {
    this.#listeners.clear()
    for (const [gateway, own] of Map.groupBy(listeners, ({ gateway }) => gateway)) this.#listeners.set(gateway, own)
  }

  /** One report for everything that happens at once. */
  #reportSoon(): void {
    this.#reportTimer ??= setImmediate(() => {
      this.#reportTimer = undefined
      if (this.#snapshot && this.#isListed) this.#tell([])
    })
  }

  #tell(before: readonly StatusChange[], isServed: () => boolean = () => true): void {
    const world = this.#reports.world(this.#facts(), this.#crdVersions)
    const after = this.#options.translator.apply([], world).statusChanges
    const changes = new Map([...before, ...after].map((change) => [change.key, change]))
    if (changes.size > 0) this.#statuses.push([...changes.values()], isServed)
  }

  #facts(): ReadonlyMap<string, PodFacts> {
    return new Map([...this.#gateways].map(([gateway, plan]) => [gateway, this.#factsOf(gateway, plan)]))
  }

  #factsOf(gateway: string, plan: GatewayPlan): PodFacts {
    const [namespace = '', name = ''] = gateway.split('/')
    const { uid = '', className, parameters = {} } = plan
    const object = infrastructureName(name, className)
    const service = this.#owned.live('Service', namespace, object, uid)
    const deployment = this.#owned.live('Deployment', namespace, object, uid)
    const { addresses, problem } = this.#addresses.read(namespace, name, plan, service)
    const { readyReplicas = 0 } = (deployment?.status ?? {}) as { readonly readyReplicas?: number }
    const missing = readyReplicas > 0 ? undefined : `no pod of Deployment ${namespace}/${object} is ready`
    const pending = missing === undefined ? undefined : { reason: 'Pending', message: missing, path: '' }
    const first = this.#owned.problem(uid) ?? problem ?? pending
    return { addresses, ...(first && { problem: first }), hostNetwork: parameters.hostNetwork ?? false }
  }
}
