import { setTimeout as sleep } from 'node:timers/promises'
import { type KubeClient, KubeError } from './kube-client.ts'

export interface LeaseOptions {
  readonly client: KubeClient
  readonly namespace: string
  readonly name: string
  /** Who we are: different for each process. */
  readonly identity: string
  readonly onLead: () => void
  /** Also when we can't renew in time: someone else may lead by then. */
  readonly onLose: () => void
  readonly onProblem: (message: string) => void
  readonly seconds?: number
}

interface Lease {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion?: string }
  readonly spec?: {
    readonly holderIdentity?: string
    readonly leaseDurationSeconds?: number
    readonly acquireTime?: string
    readonly renewTime?: string
    readonly leaseTransitions?: number
  }
}

/**
 * One of several processes leads (coordination.k8s.io/v1, as client-go does it): it renews the Lease, and another takes it only
 * after it has seen it unchanged for its whole duration, by its own clock.
 */
export class LeaderLease {
  readonly #options: LeaseOptions
  readonly #durationMs: number
  readonly #stop = new AbortController()
  readonly #done: Promise<void>
  #isLeader = false
  #renewedAt = Number.NEGATIVE_INFINITY
  /** The version of another's Lease, and since when we see it. */
  #seen = { version: '', since: 0 }
  #isBroken = false

  constructor(options: LeaseOptions) {
    this.#options = options
    this.#durationMs = (options.seconds ?? 15) * 1_000
    this.#done = this.#run()
  }

  get isLeader(): boolean {
    return this.#isLeader
  }

  /** Gives the Lease back, so that the next one need not wait. */
  async release(): Promise<void> {
    this.#stop.abort()
    await this.#done
    if (!this.#isLeader) return
    this.#setLeader(false)
    const lease = await this.#read().catch(() => undefined)
    if (lease?.spec?.holderIdentity !== this.#options.identity) return
    const spec = { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime() }
    await this.#write({ ...lease, spec }).catch(() => {})
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        const leads = await this.#tryToLead()
        this.#isBroken = false
        this.#setLeader(leads)
      } catch (error) {
        if (!(error instanceof KubeError)) throw error
        if (!this.#isBroken) this.#options.onProblem(`lease ${this.#options.name}: ${error.message}`)
        this.#isBroken = true
        // Others count from their last look, so we have to stop before them.
        if (performance.now() - this.#renewedAt > this.#durationMs * (2 / 3)) this.#setLeader(false)
      }
      await sleep(this.#durationMs / 7, undefined, { signal }).catch(() => {})
    }
  }

  #setLeader(leads: boolean): void {
    if (leads === this.#isLeader) return
    this.#isLeader = leads
    if (leads) this.#options.onLead()
    else this.#options.onLose()
  }

  async #tryToLead(): Promise<boolean> {
    const { identity, namespace, name } = this.#options
    const startedAt = performance.now()
    const lease = await this.#read()
    const holder = lease?.spec?.holderIdentity ?? ''
    if (lease && holder !== '' && holder !== identity && !this.#isStale(lease)) return false
    const now = microTime()
    const mine = holder === identity
    const spec = {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(this.#durationMs / 1_000),
      acquireTime: (mine && lease?.spec?.acquireTime) || now,
      renewTime: now,
      leaseTransitions: (lease?.spec?.leaseTransitions ?? -1) + (mine ? 0 : 1),
    }
    try {
      await this.#write({ metadata: lease?.metadata ?? { namespace, name }, spec })
    } catch (error) {
      if (error instanceof KubeError && error.status === 409) return false
      throw error
    }
    this.#renewedAt = startedAt
    return true
  }

  #isStale({ metadata, spec }: Lease): boolean {
    const version = metadata.resourceVersion ?? ''
    if (version !== this.#seen.version) this.#seen = { version, since: performance.now() }
    return performance.now() - this.#seen.since > (spec?.leaseDurationSeconds ?? 15) * 1_000
  }

  get #collection(): string {
    return `/apis/coordination.k8s.io/v1/namespaces/${this.#options.namespace}/leases`
  }

  #read(): Promise<Lease | undefined> {
    return this.#options.client
      .request<Lease>({ path: `${this.#collection}/${this.#options.name}`, signal: this.#soon() })
      .catch((error: unknown) => {
        if (error instanceof KubeError && error.status === 404) return undefined
        throw error
      })
  }

  #write(lease: Lease): Promise<Lease> {
    const isNew = lease.metadata.resourceVersion === undefined
    return this.#options.client.request<Lease>({
      method: isNew ? 'POST' : 'PUT',
      path: isNew ? this.#collection : `${this.#collection}/${this.#options.name}`,
      body: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', ...lease },
      signal: this.#soon(),
    })
  }

  /** An API server that does not answer must not keep us believing that we lead. */
  #soon(): AbortSignal {
    return AbortSignal.timeout(this.#durationMs / 4)
  }
}

/** metav1.MicroTime wants six digits. */
function microTime(): string {
  return `${new Date().toISOString().slice(0, -1)}000Z`
}
