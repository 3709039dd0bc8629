import type { Listener, ListenerKey, Route, RouteKey } from '#ir'
import { HostMap } from './host-map.ts'
import { type Candidate, compileMatch, type Question } from './match-list.ts'
import type { Target } from './path.ts'
import { PathTable } from './path-table.ts'
import { StreamTable } from './stream-table.ts'

/** Why a request has no route. */
export type Miss = 'no route' | 'ambiguous path'

/** The routes of one listener, by hostname and path. `T` is what the plane runs for a rule, `S` for one about connections. */
export class ListenerTable<T, S = never> {
  listener: Listener
  readonly streams = new StreamTable<S>()
  readonly #hosts = new HostMap<PathTable<T>>()
  readonly #routes = new Map<RouteKey, { readonly route: Route; readonly candidates: readonly Candidate<T>[] }>()

  constructor(listener: Listener) {
    this.listener = listener
  }

  put(route: Route, target: T): void {
    this.delete(route.key)
    const candidates = route.matches.map((match, index) => compileMatch(route, match, index, target))
    this.#routes.set(route.key, { route, candidates })
    for (const hostname of route.hostnames) {
      const table = this.#hosts.get(hostname) ?? new PathTable<T>()
      this.#hosts.set(hostname, table)
      for (const candidate of candidates) table.put(candidate)
    }
  }

  delete(key: RouteKey): void {
    const known = this.#routes.get(key)
    if (!known) return
    this.#routes.delete(key)
    for (const hostname of known.route.hostnames) {
      const table = this.#hosts.get(hostname)
      if (!table) continue
      for (const candidate of known.candidates) table.delete(candidate)
      if (table.empty) this.#hosts.delete(hostname)
    }
  }

  /**
   * Gateway API: rules of the route with the longest matching hostname come first; when none of them matches, those of
   * less specific hostnames of the same listener are asked.
   */
  find(host: string, target: Target, question: Question): Candidate<T> | Miss {
    const found = this.#find(host, target.path, question)
    // Servers that read the path more loosely than we do would be reached past the route that guards it: refuse.
    if (target.suspect !== undefined && this.#find(host, target.suspect, question)?.target !== found?.target)
      return 'ambiguous path'
    return found ?? 'no route'
  }

  #find(host: string, path: string, question: Question): Candidate<T> | undefined {
    return this.#hosts.each(host, (table) => table.find(path, question))
  }
}

/** The listeners of one socket. Requests belong to the most specific of them (listener isolation): no falling through. */
export class PortTable<T, S = never> {
  readonly #listeners = new HostMap<ListenerTable<T, S>>()
  readonly #byKey = new Map<ListenerKey, ListenerTable<T, S>>()
  #last: ListenerTable<T, S> | undefined
  #caps: ConnectionCaps | undefined

  get listeners(): Iterable<ListenerTable<T, S>> {
    return this.#byKey.values()
  }

  /**
   * Any of them, for what they have in common; a socket may have thousands. When all are gone the last one: open connections
   * may still ask something.
   */
  get first(): ListenerTable<T, S> | undefined {
    return this.#byKey.values().next().value ?? this.#last
  }

  get empty(): boolean {
    return this.#byKey.size === 0
  }

  /** Of connections to the port, whichever of its listeners they are for; the strictest counts. 0: none has one. */
  get maxConnections(): number {
    return this.#limits().port
  }

  /** The same with the listeners' own limits: where nobody knows which of them a connection is for when it comes. */
  get maxConnectionsOfAll(): number {
    return this.#limits().all
  }

  /** A listener has a limit of its own. */
  get hasOwnLimits(): boolean {
    return this.#limits().own
  }

  #limits(): ConnectionCaps {
    this.#caps ??= capsOf(this.#byKey.values())
    return this.#caps
  }

  put(listener: Listener): void {
    this.#caps = undefined
    const known = this.#byKey.get(listener.key)
    if (known && known.listener.hostname === listener.hostname) {
      known.listener = listener
      return
    }
    const table = known ?? new ListenerTable<T, S>(listener)
    if (known) this.#listeners.delete(known.listener.hostname)
    table.listener = listener
    this.#listeners.set(listener.hostname, table)
    this.#byKey.set(listener.key, table)
  }

  delete(key: ListenerKey): void {
    this.#caps = undefined
    const known = this.#byKey.get(key)
    if (!known) return
    this.#byKey.delete(key)
    this.#last = known
    if (this.#listeners.get(known.listener.hostname) === known) this.#listeners.delete(known.listener.hostname)
  }

  get(key: ListenerKey): ListenerTable<T, S> | undefined {
    return this.#byKey.get(key)
  }

  listenerFor(host: string): ListenerTable<T, S> | undefined {
    return this.#listeners.best(host)
  }
}

interface ConnectionCaps {
  readonly port: number
  readonly all: number
  readonly own: boolean
}

function capsOf(tables: Iterable<{ readonly listener: Listener }>): ConnectionCaps {
  let [port, own] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (const { listener } of tables) {
    const { maxConnections, maxListenerConnections } = listener.client
    port = Math.min(port, maxConnections || port)
    own = Math.min(own, maxListenerConnections || own)
  }
  const orNone = (limit: number) => (limit === Number.POSITIVE_INFINITY ? 0 : limit)
  return { port: orNone(port), all: orNone(Math.min(port, own)), own: orNone(own) > 0 }
}
