import { compareAge, compareText, type RouteKey, type StreamRoute } from '#ir'
import { HostMap } from './host-map.ts'

/** The connection routes of one listener, by server name. `T` is what the plane runs for one. */
export class StreamTable<T> {
  readonly #names = new HostMap<Ranked<T>[]>()
  readonly #routes = new Map<RouteKey, StreamRoute>()

  get size(): number {
    return this.#routes.size
  }

  put(route: StreamRoute, target: T): void {
    this.delete(route.key)
    this.#routes.set(route.key, route)
    for (const name of route.serverNames) {
      const ranked = this.#names.get(name) ?? []
      ranked.push({ route, target })
      ranked.sort((a, b) => compareStreams(a.route, b.route))
      this.#names.set(name, ranked)
    }
  }

  delete(key: RouteKey): void {
    const known = this.#routes.get(key)
    if (!known) return
    this.#routes.delete(key)
    for (const name of known.serverNames) {
      const left = (this.#names.get(name) ?? []).filter(({ route }) => route.key !== key)
      if (left.length > 0) this.#names.set(name, left)
      else this.#names.delete(name)
    }
  }

  /** The route with the most specific name wins, then the oldest. A name is needed only where no route takes any. */
  find(serverName: string): T | undefined {
    return this.#names.best(serverName)?.[0]?.target
  }
}

interface Ranked<T> {
  readonly route: StreamRoute
  readonly target: T
}

/**
 * Nothing but the name tells connections apart, so that of routes with the same name one gets all: the oldest, then by
 * `namespace/name`, then the first rule (Gateway API, guides/api-design, Conflicts).
 */
function compareStreams(a: StreamRoute, b: StreamRoute): number {
  return (
    compareAge(a.createdAt, b.createdAt) ||
    compareText(a.origin.namespace, b.origin.namespace) ||
    compareText(a.origin.name, b.origin.name) ||
    a.rule - b.rule
  )
}
