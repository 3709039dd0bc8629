import { type BackendKey, compareText, type Listener, type Route } from '#ir'
import type { Message } from '../message.ts'
import { changedItems } from './changed-items.ts'
import { bestPattern, coveringPatterns } from './host-patterns.ts'
import { sameInputs } from './memo.ts'
import { virtualHostResource } from './route-configurations.ts'
import { buildVirtualHost, type RuledRoute } from './virtual-hosts.ts'

/** A virtual host, inside of its RouteConfiguration and as a resource of its own. */
export interface BuiltHost {
  readonly host: Message
  readonly resource: Message
}

/** What the virtual hosts of a listener are made of. */
export interface HostInputs {
  readonly listener: Listener
  /** Of the listener, sorted by key. */
  readonly routes: readonly Route[]
  /** Of all listeners of the socket. */
  readonly hostnames: ReadonlySet<string>
  /** Backends that have come, gone or changed since the last time. */
  readonly backends: ReadonlySet<BackendKey>
}

interface KeptHost extends BuiltHost {
  readonly rules: readonly RuledRoute[]
}

/**
 * The virtual hosts of one listener, from one snapshot to the next: a change costs the hosts that it touches, however many
 * there are. One per hostname of the routes, and one for the listener's own. Envoy asks a single virtual host, so that each
 * repeats the rules of the less specific hostnames that cover it (Gateway API: they are asked next). A hostname for which the
 * socket has a more specific listener is left to that (listener isolation).
 */
export class HostTable {
  readonly #name: string
  #before: HostInputs | undefined
  /** Routes that the table's owner must know of. */
  readonly #telling = new Map<Route, RuledRoute>()
  /** Each sorted by key. */
  readonly #byHostname = new Map<string, readonly RuledRoute[]>()
  readonly #byBackend = new Map<BackendKey, Set<Route>>()
  readonly #kept = new Map<string, KeptHost>()
  /** Sorted names of what is kept; undefined: others than before. */
  #names: readonly string[] | undefined

  /** @param name of the RouteConfiguration */
  constructor(name: string) {
    this.#name = name
  }

  /** Routes that want clusters of their own, or are closed. */
  get telling(): Iterable<RuledRoute> {
    return this.#telling.values()
  }

  /** @param rule gives the same object again for a route that has not changed */
  update(now: HostInputs, rule: (route: Route) => RuledRoute): readonly BuiltHost[] {
    const touched = this.#takeRoutes(now, rule)
    const hosts = touched.size > 0 ? this.#affected(touched, now.listener) : []
    for (const host of hosts) this.#rebuild(host, now)
    this.#names ??= [...this.#kept.keys()].sort(compareText)
    return this.#names.map((host) => this.#kept.get(host)!)
  }

  /** @returns hostnames whose routes are others than before */
  #takeRoutes(now: HostInputs, rule: (route: Route) => RuledRoute): ReadonlySet<string> {
    const before = this.#before
    this.#before = now
    const touched = new Set<string>()
    const goesOn = before && before.listener === now.listener && sameInputs([...before.hostnames], [...now.hostnames])
    if (!goesOn) {
      this.#forget()
      touched.add(now.listener.hostname)
    }
    const { gone, come } = changedItems(goesOn ? before.routes : [], now.routes)
    for (const route of gone) this.#forgetRoute(route)
    const led = [...now.backends].flatMap((backend) => [...(this.#byBackend.get(backend) ?? [])])
    const fresh = new Map([...led, ...come].map((route) => [route, rule(route)]))
    for (const [route, ruled] of fresh) this.#noteRoute(route, ruled)
    for (const { hostnames } of [...gone, ...fresh.keys()]) for (const hostname of hostnames) touched.add(hostname)
    this.#regroup(touched, new Set([...gone, ...led]), fresh)
    return touched
  }

  #noteRoute(route: Route, ruled: RuledRoute): void {
    const tells = ruled.rules.some((one) => one.merged || one.clusters.length > 0 || one.unsupported.length > 0)
    if (tells) this.#telling.set(route, ruled)
    else this.#telling.delete(route)
    for (const backend of backendsOf(route)) {
      const known = this.#byBackend.get(backend)
      if (known) known.add(route)
      else this.#byBackend.set(backend, new Set([route]))
    }
  }

  #forgetRoute(route: Route): void {
    this.#telling.delete(route)
    for (const backend of backendsOf(route)) {
      const known = this.#byBackend.get(backend)
      if (known?.delete(route) && known.size === 0) this.#byBackend.delete(backend)
    }
  }

  #regroup(hostnames: ReadonlySet<string>, without: ReadonlySet<Route>, fresh: ReadonlyMap<Route, RuledRoute>): void {
    const added = new Map<string, RuledRoute[]>()
    for (const ruled of fresh.values()) {
      for (const hostname of ruled.route.hostnames) {
        const known = added.get(hostname)
        if (known) known.push(ruled)
        else added.set(hostname, [ruled])
      }
    }
    for (const hostname of hostnames) {
      const stay = (this.#byHostname.get(hostname) ?? []).filter(({ route }) => !without.has(route))
      const all = [...stay, ...(added.get(hostname) ?? [])].sort((a, b) => compareText(a.route.key, b.route.key))
      if (all.length > 0) this.#byHostname.set(hostname, all)
      else this.#byHostname.delete(hostname)
    }
  }

  /** The virtual hosts that have, or had, rules of these hostnames. */
  #affected(hostnames: ReadonlySet<string>, listener: Listener): readonly string[] {
    const wide = [...hostnames].some((hostname) => hostname === '' || hostname.startsWith('*.'))
    if (!wide) return [...hostnames]
    const hosts = new Set([...this.#byHostname.keys(), ...this.#kept.keys(), listener.hostname])
    return [...hosts].filter((host) => bestPattern(host, hostnames) !== undefined)
  }

  #rebuild(host: string, { listener, hostnames }: HostInputs): void {
    const isWanted = host === listener.hostname || this.#byHostname.has(host)
    if (!isWanted || (hostnames.size > 1 && bestPattern(host, hostnames) !== listener.hostname)) {
      if (this.#kept.delete(host)) this.#names = undefined
      return
    }
    const levels = [...coveringPatterns(host)].map((pattern) => this.#byHostname.get(pattern) ?? [])
    const rules = levels.flat()
    const known = this.#kept.get(host)
    if (known && sameInputs(known.rules, rules)) return
    if (!known) this.#names = undefined
    const built = buildVirtualHost({ host, levels })
    this.#kept.set(host, { host: built, resource: virtualHostResource(this.#name, built), rules })
  }

  #forget(): void {
    this.#telling.clear()
    this.#byHostname.clear()
    this.#byBackend.clear()
    this.#kept.clear()
    this.#names = undefined
  }
}

function backendsOf({ action }: Route): readonly BackendKey[] {
  return action.kind === 'forward' ? action.to.flatMap((one) => (one.kind === 'backend' ? one.backend : [])) : []
}
