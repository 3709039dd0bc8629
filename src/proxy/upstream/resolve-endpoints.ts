import { lookup, Resolver } from 'node:dns/promises'
import { isIPv4, isIPv6 } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import {
  type BackendKey,
  compareText,
  type Endpoint,
  type EndpointSet,
  endpointKey,
  type NameLookup,
  type Snapshot,
  type SnapshotDelta,
} from '#ir'

/** The addresses of a name now, and for how long they hold. */
export interface Resolution {
  readonly addresses: readonly string[]
  /** Left out: nobody said. */
  readonly ttlMs?: number
}

export type Resolve = (host: string) => Promise<Resolution>

const leastTtlMs = 1_000
const longestTtlMs = 300_000
// For names from a hosts file, which have no TTL, and after a failure.
const plainTtlMs = 5_000
const byTtl: NameLookup = {}
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
  const addresses = found.value.map(({ address }) => address)
  return records.length === 0 ? { addresses } : { addresses, ttlMs: Math.min(...records.map(({ ttl }) => ttl)) * 1_000 }
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
  readonly #lookups = new Map<BackendKey, NameLookup>()
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
    for (const set of delta.endpoints.put) {
      if (hasNames(set)) this.#sets.set(set.backend, set)
      else this.#sets.delete(set.backend)
    }
    const put = [...delta.endpoints.put, ...this.#lookedUpAnew(delta)]
    this.#forgetUnused()
    const names = put.flatMap((set) => set.endpoints.flatMap((one) => this.#name(one, set.backend) ?? []))
    if (names.length === 0) return delta
    const first = Promise.all(names.map((name) => name.first))
    await Promise.race([first, new Promise((resolve) => setTimeout(resolve, firstAnswerMs).unref())])
    return { ...delta, endpoints: { ...delta.endpoints, put: put.map((set) => this.#resolved(set)) } }
  }

  /** The endpoints that are as they were, of backends whose names are to be looked up in another way. */
  #lookedUpAnew({ backends, endpoints }: SnapshotDelta): EndpointSet[] {
    for (const key of backends.delete) this.#lookups.delete(key)
    return backends.put.flatMap(({ key, lookup = byTtl }) => {
      const before = this.#lookups.get(key) ?? byTtl
      if (isDeepStrictEqual(before, lookup)) return []
      this.#lookups.set(key, lookup)
      const set = this.#sets.get(key)
      return set && !endpoints.put.includes(set) ? [set] : []
    })
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
    this.#lookups.clear()
  }

  /** Names that are looked up alike are looked up once. */
  #keyOf(host: string, backend: BackendKey): string {
    const { refreshMs, byTtl: obeysTtl = true, family = 'all' } = this.#lookups.get(backend) ?? byTtl
    return `${host} ${refreshMs} ${obeysTtl} ${family}`
  }

  #name(endpoint: Endpoint, backend: BackendKey): Name | undefined {
    if (endpoint.kind !== 'dns') return undefined
    const key = this.#keyOf(endpoint.host, backend)
    const known = this.#names.get(key)
    if (known) return known
    const name: Name = {
      key,
      host: endpoint.host,
      lookup: this.#lookups.get(backend) ?? byTtl,
      addresses: [],
      timer: undefined,
      complained: false,
      first: Promise.resolve(),
    }
    this.#names.set(key, name)
    name.first = this.#look(name)
    return name
  }

  async #look(name: Name): Promise<void> {
    const { refreshMs = plainTtlMs, byTtl: obeysTtl = true, family } = name.lookup
    let waitMs = refreshMs
    try {
      const { addresses, ttlMs } = await this.#resolve(name.host)
      if (obeysTtl && ttlMs !== undefined) waitMs = Math.min(Math.max(ttlMs, leastTtlMs), longestTtlMs)
      const wanted = ofFamily([...new Set(addresses)], family)
      if (wanted.length === 0) throw new Error(`it has no address of the family that is asked for`)
      name.complained = false
      const sorted = wanted.sort(compareText)
      if (sorted.join() !== name.addresses.join()) {
        name.addresses = sorted
        this.#changed(name)
      }
    } catch (error) {
      if (!name.complained) this.#onProblem(`${name.host} can't be resolved: ${(error as Error).message}`)
      name.complained = true
    }
    if (this.#names.get(name.key) !== name) return
    name.timer = setTimeout(() => void this.#look(name), waitMs)
    name.timer.unref()
  }

  #changed({ key }: Name): void {
    const touched = [...this.#sets.values()].filter(({ backend, endpoints }) =>
      endpoints.some((endpoint) => endpoint.kind === 'dns' && this.#keyOf(endpoint.host, backend) === key),
    )
    if (touched.length > 0) this.#onChange(touched.map((set) => this.#resolved(set)))
  }

  #resolved(set: EndpointSet): EndpointSet {
    if (!hasNames(set)) return set
    const endpoints = set.endpoints.flatMap((endpoint): Endpoint[] => {
      if (endpoint.kind !== 'dns') return [endpoint]
      const addresses = this.#names.get(this.#keyOf(endpoint.host, set.backend))?.addresses ?? []
      return addresses.map((address) => ({ kind: 'ip', address, port: endpoint.port, name: endpoint.host }))
    })
    const unique = new Map(endpoints.map((endpoint) => [endpointKey(endpoint), endpoint]))
    return { backend: set.backend, endpoints: [...unique.keys()].sort(compareText).map((key) => unique.get(key)!) }
  }

  #forgetUnused(): void {
    const used = new Set(
      [...this.#sets.values()].flatMap(({ backend, endpoints }) =>
        endpoints.flatMap((one) => (one.kind === 'dns' ? this.#keyOf(one.host, backend) : [])),
      ),
    )
    for (const [key, name] of this.#names) {
      if (used.has(key)) continue
      clearTimeout(name.timer)
      this.#names.delete(key)
    }
  }
}

interface Name {
  readonly key: string
  readonly host: string
  readonly lookup: NameLookup
  addresses: readonly string[]
  timer: NodeJS.Timeout | undefined
  complained: boolean
  first: Promise<void>
}

function hasNames(set: EndpointSet): boolean {
  return set.endpoints.some((endpoint) => endpoint.kind === 'dns')
}

function ofFamily(addresses: readonly string[], family: NameLookup['family'] = 'all'): string[] {
  const v4 = addresses.filter((address) => isIPv4(address))
  const v6 = addresses.filter((address) => isIPv6(address))
  switch (family) {
    case 'v4':
      return v4
    case 'v6':
      return v6
    case 'v4Preferred':
      return v4.length > 0 ? v4 : v6
    case 'v6Preferred':
      return v6.length > 0 ? v6 : v4
    case 'all':
      return [...v4, ...v6]
  }
}
