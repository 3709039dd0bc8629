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
  const hosts = new Index(listeners, ({ hostname }) => [hostname], suffixesOf)
  const names = new Index(listeners, ({ certificates }) => certificates.flatMap((one) => one.names), wildcardOf)
  for (const listener of listeners) {
    // gateway_types.go: where both reasons apply it should be this one.
    const byCertificate = names.rivalsOf(listener)
    const byHost = byCertificate.length > 0 ? [] : hosts.rivalsOf(listener)
    if (byCertificate.length > 0)
      overlaps.set(listener, overlap('OverlappingCertificates', 'certificate', listener, byCertificate))
    else if (byHost.length > 0) overlaps.set(listener, overlap('OverlappingHostnames', 'hostname', listener, byHost))
  }
}

/** More rivals than these are not named: a wildcard may have thousands. */
const named = 3

/** Finds the listeners that share a name, or of whom one has a name inside a pattern of the other. */
class Index {
  readonly #namesOf: (listener: ListenerModel) => readonly string[]
  readonly #patternsOver: (name: string) => readonly string[]
  /** Listeners by the name they have. */
  readonly #having = new Map<string, ListenerModel[]>()
  /** Listeners by each pattern that one of their names is inside of. */
  readonly #inside = new Map<string, ListenerModel[]>()

  constructor(
    listeners: readonly ListenerModel[],
    namesOf: (listener: ListenerModel) => readonly string[],
    patternsOver: (name: string) => readonly string[],
  ) {
    this.#namesOf = namesOf
    this.#patternsOver = patternsOver
    for (const listener of listeners) {
      for (const name of new Set(namesOf(listener))) {
        add(this.#having, name, listener)
        for (const pattern of patternsOver(name)) add(this.#inside, pattern, listener)
      }
    }
  }

  /** Some of them, in the order of the list: enough to name a few and to know that there are more. */
  rivalsOf(listener: ListenerModel): readonly ListenerModel[] {
    const rivals = new Set<ListenerModel>()
    for (const name of this.#namesOf(listener)) {
      const over = this.#patternsOver(name).map((pattern) => this.#having.get(pattern))
      for (const others of [this.#having.get(name), this.#inside.get(name), ...over]) {
        for (const other of others?.slice(0, named + 2) ?? []) if (other !== listener) rivals.add(other)
      }
    }
    return [...rivals]
  }
}

function add(map: Map<string, ListenerModel[]>, key: string, listener: ListenerModel): void {
  const known = map.get(key)
  if (known) known.push(listener)
  else map.set(key, [listener])
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
