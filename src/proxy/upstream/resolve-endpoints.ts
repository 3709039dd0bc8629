import { lookup, Resolver } from 'node:dns/promises'
import {
  type BackendKey,
  compareText,
  type Endpoint,
  type EndpointSet,
  endpointKey,
  type Snapshot,
  type SnapshotDelta,
} from '#ir'

/** The addresses of a name now, and for how long they hold. */
export interface Resolution {
  readonly addresses: readonly string[]
  readonly ttlMs: number
}

export type Resolve = (host: string) => Promise<Resolution>

const leastTtlMs = 1_000
const longestTtlMs = 300_000
// For names from a hosts file, which have no TTL, and after a failure.
const plainTtlMs = 5_000
/** A new route waits this long for the first addresses of its backends. */
const firstAnswerMs = 1_000

/**
 * Asks the system (hosts file first, as every other program on the machine does) for the addresses, and DNS for their TTL.
 * Rejects when the name is unknown.
 */
export const resolveHost: Resolve = async (host) => {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 })
  const [found, v4, v6] = await Promise.allSettled([
    lookup(host, { all: true }),
    resolver.resolve4(host, { ttl: true }),
    resolver.resolve6(host, { ttl: true }),
  ])
  if (found.status === 'rejected') throw found.reason
  const records = [v4, v6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  const ttlMs = records.length === 0 ? plainTtlMs : Math.min(...records.map(({ ttl }) => ttl)) * 1_000
  return { addresses: found.value.map(({ address }) => address), ttlMs }
}

/**
 * Stands between the translation and the workers: endpoints that are names become addresses, once for all workers, and are
 * looked up again by their TTL. When a name can't be resolved its last addresses stay.
 */
export class EndpointResolver {
  readonly #resolve: Resolve
  readonly #onChange: (sets: readonly EndpointSet[]) => void
  readonly #onProblem: (message: string) => void
  readonly #sets = new Map<BackendKey, EndpointSet>()
  readonly #names = new Map<string, Name>()

  constructor(
    onChange: (sets: readonly EndpointSet[]) => void,
    onProblem: (message: string) => void,
    resolve: Resolve = resolveHost,
  ) {
    this.#onChange = onChange
    this.#onProblem = onProblem
    this.#resolve = resolve
  }

  /** @returns the same delta with addresses instead of names, after their first answers or a second */
  async delta(delta: SnapshotDelta): Promise<SnapshotDelta> {
    for (const key of delta.endpoints.delete) this.#sets.delete(key)
    const named = delta.endpoints.put.filter(hasNames)
    for (const set of delta.endpoints.put) if (!hasNames(set)) this.#sets.delete(set.backend)
    for (const set of named) this.#sets.set(set.backend, set)
    this.#forgetUnused()
    if (named.length === 0) return delta
    const first = Promise.all(
      named.flatMap(({ endpoints }) => endpoints.flatMap((one) => this.#name(one)?.first ?? [])),
    )
    await Promise.race([first, new Promise((resolve) => setTimeout(resolve, firstAnswerMs).unref())])
    return { ...delta, endpoints: { ...delta.endpoints, put: delta.endpoints.put.map((set) => this.#resolved(set)) } }
  }

  /** The snapshot as workers should have it. */
  snapshot(snapshot: Snapshot): Snapshot {
    if (this.#sets.size === 0) return snapshot
    return { ...snapshot, endpoints: snapshot.endpoints.map((set) => this.#resolved(set)) }
  }

  close(): void {
    for (const name of this.#names.values()) clearTimeout(name.timer)
    this.#names.clear()
    this.#sets.clear()
  }

  #name(endpoint: Endpoint): Name | undefined {
    if (endpoint.kind !== 'dns') return undefined
    const known = this.#names.get(endpoint.host)
    if (known) return known
    const name: Name = {
      host: endpoint.host,
      addresses: [],
      timer: undefined,
      complained: false,
      first: Promise.resolve(),
    }
    this.#names.set(endpoint.host, name)
    name.first = this.#look(name)
    return name
  }

  async #look(name: Name): Promise<void> {
    let waitMs = plainTtlMs
    try {
      const { addresses, ttlMs } = await this.#resolve(name.host)
      waitMs = Math.min(Math.max(ttlMs, leastTtlMs), longestTtlMs)
      name.complained = false
      const sorted = [...new Set(addresses)].sort(compareText)
      if (sorted.join() !== name.addresses.join()) {
        name.addresses = sorted
        this.#changed(name.host)
      }
    } catch (error) {
      if (!name.complained) this.#onProblem(`${name.host} can't be resolved: ${(error as Error).message}`)
      name.complained = true
    }
    if (this.#names.get(name.host) !== name) return
    name.timer = setTimeout(() => void this.#look(name), waitMs)
    name.timer.unref()
  }

  #changed(host: string): void {
    const touched = [...this.#sets.values()].filter(({ endpoints }) =>
      endpoints.some((endpoint) => endpoint.kind === 'dns' && endpoint.host === host),
    )
    if (touched.length > 0) this.#onChange(touched.map((set) => this.#resolved(set)))
  }

  #resolved(set: EndpointSet): EndpointSet {
    if (!hasNames(set)) return set
    const endpoints = set.endpoints.flatMap((endpoint): Endpoint[] => {
      if (endpoint.kind !== 'dns') return [endpoint]
      const addresses = this.#names.get(endpoint.host)?.addresses ?? []
      return addresses.map((address) => ({ kind: 'ip', address, port: endpoint.port }))
    })
    const unique = new Map(endpoints.map((endpoint) => [endpointKey(endpoint), endpoint]))
    return { backend: set.backend, endpoints: [...unique.keys()].sort(compareText).map((key) => unique.get(key)!) }
  }

  #forgetUnused(): void {
    const used = new Set(
      [...this.#sets.values()].flatMap(({ endpoints }) => endpoints.map((one) => one.kind === 'dns' && one.host)),
    )
    for (const [host, name] of this.#names) {
      if (used.has(host)) continue
      clearTimeout(name.timer)
      this.#names.delete(host)
    }
  }
}

interface Name {
  readonly host: string
  addresses: readonly string[]
  timer: NodeJS.Timeout | undefined
  complained: boolean
  first: Promise<void>
}

function hasNames(set: EndpointSet): boolean {
  return set.endpoints.some((endpoint) => endpoint.kind === 'dns')
}
