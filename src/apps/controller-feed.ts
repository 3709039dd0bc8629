import { type FeedReport, FeedServer } from '#feed'
import type { SnapshotDelta } from '#ir'
import { feedAudience, infrastructureName, type KubeClient, reviewToken, type TokenOwner } from '#kube'
import type { Translation } from '#translate'
import { FeedAuthority } from './feed-authority.ts'

export interface ControllerFeedOptions {
  readonly client: KubeClient
  /** Of the controller: where its Secret is. */
  readonly namespace: string
  readonly host: string
  readonly port: number
  readonly onReport: (gateway: string, report: FeedReport) => void
  /** Whom proxies may believe, PEM: each time it changes. */
  readonly onTrust: (trust: string) => void
  readonly onProblem: (message: string) => void
}

type Gateways = Translation['gateways']

const refreshMs = 10 * 60_000

/** The feed as a controller has it: its authority in a Secret, proxies known by the ServiceAccount that was made for their Gateway. */
export class ControllerFeed {
  readonly #options: ControllerFeedOptions
  readonly #authority: FeedAuthority
  readonly #server: FeedServer
  readonly #timer: NodeJS.Timeout
  #gateways: Gateways = new Map()
  /** `namespace/name` of a ServiceAccount -> its Gateway. */
  #owners: ReadonlyMap<string, string> = new Map()

  private constructor(options: ControllerFeedOptions, authority: FeedAuthority, server: FeedServer) {
    this.#options = options
    this.#authority = authority
    this.#server = server
    this.#timer = setInterval(() => void this.#refresh(), refreshMs).unref()
  }

  /** Resolves when it listens. */
  static async open(options: ControllerFeedOptions): Promise<ControllerFeed> {
    const { client, host, port, namespace, onReport, onProblem } = options
    const authority = await FeedAuthority.open(client, namespace)
    let feed: ControllerFeed | undefined
    const server = await FeedServer.start({
      authority: authority.current,
      host,
      port,
      reviewToken: (token) => reviewToken(client, token, feedAudience),
      gatewayOf: (owner) => feed?.gatewayOf(owner),
      uidOf: (gateway) => feed?.uidOf(gateway),
      onReport,
      onProblem,
    })
    feed = new ControllerFeed(options, authority, server)
    return feed
  }

  get port(): number {
    return this.#server.port
  }

  /** PEM bundle: whom proxies may believe. */
  get trust(): string {
    return this.#authority.current.trust
  }

  /** To be called before `publish`, as often as the Gateways change. */
  want(gateways: Gateways): void {
    this.#gateways = gateways
    const owners = [...gateways].map(([gateway, { className }]): [string, string] => {
      const [namespace = '', name = ''] = gateway.split('/')
      return [`${namespace}/${infrastructureName(name, className)}`, gateway]
    })
    this.#owners = new Map(owners)
    this.#server.recheck()
  }

  /** The Gateway that a ServiceAccount was made for. */
  gatewayOf({ namespace, serviceAccount }: TokenOwner): string | undefined {
    return this.#owners.get(`${namespace}/${serviceAccount}`)
  }

  uidOf(gateway: string): string | undefined {
    return this.#gateways.get(gateway)?.uid
  }

  /** @see FeedServer.publish */
  publish(delta: SnapshotDelta): number {
    return this.#server.publish(delta)
  }

  /** @see FeedServer.versionOf */
  versionOf(gateway: string): number {
    return this.#server.versionOf(gateway)
  }

  /** @see FeedServer.lead */
  lead(leads: boolean): void {
    this.#server.lead(leads)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#server.close()
  }

  async #refresh(): Promise<void> {
    try {
      if (!(await this.#authority.refresh())) return
      await this.#server.setAuthority(this.#authority.current)
      this.#options.onTrust(this.trust)
    } catch (error) {
      this.#options.onProblem(
        `feed: its authority can't be looked at: ${error instanceof Error ? error.message : error}`,
      )
    }
  }
}
