import type { Problem } from '#kit/outcome.ts'
import type { ListenerModel } from './gateway.ts'
import { protocolOf } from './protocols.ts'

/**
 * HTTPS listeners of one port between which a client may reuse a connection, because their hostnames or their certificates
 * overlap (gateway_types.go, OverlappingTLSConfig). The plane answers such requests with 421; the condition tells why.
 * @param listeners of one Gateway and its ListenerSets
 */
export function findOverlaps(listeners: readonly ListenerModel[]): ReadonlyMap<ListenerModel, Problem> {
  const overlaps = new Map<ListenerModel, Problem>()
  const ports = new Map<number, ListenerModel[]>()
  for (const listener of listeners) {
    if (listener.conflict || protocolOf(listener.protocol)?.ir !== 'https') continue
    const port = ports.get(listener.socketPort)
    if (port) port.push(listener)
    else ports.set(listener.socketPort, [listener])
  }
  for (const port of ports.values()) if (port.length > 1) findOnPort(port, overlaps)
  return overlaps
}

function findOnPort(listeners: readonly ListenerModel[], overlaps: Map<ListenerModel, Problem>): void {
  const hosts = new Index(listeners, (listener) => namesOf(listener).host)
  const certificates = new Index(listeners, (listener) => namesOf(listener).certificate)
  for (const listener of listeners) {
    // gateway_types.go: where both reasons apply it should be this one.
    const byCertificate = certificates.rivalsOf(listener)
    const byHost = byCertificate.length > 0 ? [] : hosts.rivalsOf(listener)
    if (byCertificate.length > 0)
      overlaps.set(listener, overlap('OverlappingCertificates', 'certificate', listener, byCertificate))
    else if (byHost.length > 0) overlaps.set(listener, overlap('OverlappingHostnames', 'hostname', listener, byHost))
  }
}

interface Names {
  readonly names: readonly string[]
  /** The wildcards that one of the names is inside of. */
  readonly patterns: readonly string[]
}

// Models are never changed in place, and each change of one of thousands asks about all of them.
const known = new WeakMap<ListenerModel, { readonly host: Names; readonly certificate: Names }>()

function namesOf(listener: ListenerModel): { readonly host: Names; readonly certificate: Names } {
  const before = known.get(listener)
  if (before) return before
  const certified = [...new Set(listener.certificates.flatMap(({ names }) => names))]
  const names = {
    host: { names: [listener.hostname], patterns: suffixesOf(listener.hostname) },
    certificate: { names: certified, patterns: [...new Set(certified.flatMap(wildcardOf))] },
  }
  known.set(listener, names)
  return names
}

/** More rivals than these are not named: a wildcard may have thousands. */
const named = 3

/** Finds the listeners that share a name, or of whom one has a name inside a pattern of the other. */
class Index {
  readonly #namesOf: (listener: ListenerModel) => Names
  /** Listeners by the name they have. */
  readonly #having = new Map<string, ListenerModel[]>()
  /** Listeners by each pattern that one of their names is inside of. */
  readonly #inside = new Map<string, ListenerModel[]>()

  constructor(listeners: readonly ListenerModel[], of: (listener: ListenerModel) => Names) {
    this.#namesOf = of
    for (const listener of listeners) {
      const { names, patterns } = of(listener)
      for (const name of names) add(this.#having, name, listener)
      for (const pattern of patterns) add(this.#inside, pattern, listener)
    }
  }

  /** Some of them, in the order of the list: enough to name a few and to know that there are more. */
  rivalsOf(listener: ListenerModel): readonly ListenerModel[] {
    const { names, patterns } = this.#namesOf(listener)
    const rivals: ListenerModel[] = []
    const note = (others: readonly ListenerModel[] | undefined) => {
      for (const other of others ?? []) if (other !== listener && !rivals.includes(other)) rivals.push(other)
    }
    for (const name of names) {
      note(this.#having.get(name))
      note(this.#inside.get(name))
    }
    for (const pattern of patterns) note(this.#having.get(pattern))
    return rivals
  }
}

/** Of many with one name the first are enough: those that are named, one that tells of more, and the one that asks. */
function add(map: Map<string, ListenerModel[]>, key: string, listener: ListenerModel): void {
  const before = map.get(key)
  if (!before) map.set(key, [listener])
  else if (before.length < named + 2) before.push(listener)
}

/** Hostnames: a wildcard stands for any number of labels, '' for every host. The patterns that are wider than this one. */
function suffixesOf(hostname: string): readonly string[] {
  if (hostname === '') return []
  const patterns = ['']
  const from = hostname.startsWith('*.') ? 2 : 0
  for (let dot = hostname.indexOf('.', from); dot >= 0; dot = hostname.indexOf('.', dot + 1))
    patterns.push(`*${hostname.slice(dot)}`)
  return patterns
}

/** Names in certificates: a wildcard stands for one label (RFC 6125 6.4.3). */
function wildcardOf(name: string): readonly string[] {
  const dot = name.indexOf('.')
  return dot <= 0 || name.startsWith('*.') ? [] : [`*${name.slice(dot)}`]
}

function overlap(reason: string, what: string, own: ListenerModel, rivals: readonly ListenerModel[]): Problem {
  const names = rivals.slice(0, named).map((rival) => nameFor(own, rival))
  const list = [...new Set(names), ...(rivals.length > named ? ['others'] : [])].join(', ')
  const message = `the ${what} overlaps with that of ${list}: requests that reuse a connection for the other are answered 421`
  return { reason, message, path: '' }
}

// What stands in somebody else's object is not told (listenerset_types.go, about leaking what siblings hold).
function nameFor(own: ListenerModel, rival: ListenerModel): string {
  return ownerOf(own) === ownerOf(rival) ? rival.name : 'a listener that another object adds to the Gateway'
}

function ownerOf({ key, name }: ListenerModel): string {
  return key.slice(0, -name.length)
}
