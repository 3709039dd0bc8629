import type { RouteKey } from '#ir'
import { type Candidate, firstThatHolds, insertCandidate, type Question } from './match-list.ts'

type Lists<T> = Map<string, Candidate<T>[]>

/** Stands for every map and list that nothing was put into. Never changed. */
const none = Object.assign(new Map<string, never[]>(), { regex: [] as never[] })

/**
 * All matches of one hostname, found by path: a few hash look-ups however many routes there are (bench: 5,000 routes).
 * Changed in place between two requests; the event loop makes each change whole.
 */
export class PathTable<T> {
  // Most hostnames use one of the four: an empty map of its own for each of the others would double the table.
  #exact: Lists<T> = none
  #prefix: Lists<T> = none
  /** Methods of gRPC, of whatever service. */
  #method: Lists<T> = none
  #regex: Candidate<T>[] = none.regex
  /** Longest prefix ever put: a request of 8,000 slashes is not looked up 8,000 times. */
  #longest = 0

  get empty(): boolean {
    return this.#exact.size + this.#prefix.size + this.#method.size + this.#regex.length === 0
  }

  put(candidate: Candidate<T>): void {
    const { kind, value } = candidate.ranked.match.path
    if (kind === 'regex') {
      if (this.#regex === none.regex) this.#regex = []
      return insertCandidate(this.#regex, candidate)
    }
    const table = this.#ownTable(kind)
    const list = table.get(value)
    if (list) insertCandidate(list, candidate)
    else table.set(value, [candidate])
    if (kind === 'prefix' && value.length > this.#longest) this.#longest = value.length
  }

  delete(candidate: Candidate<T>): void {
    const { kind, value } = candidate.ranked.match.path
    const key = candidate.ranked.route.key
    if (kind === 'regex') return removeRoute(this.#regex, key)
    const table = this.#tableOf(kind)
    const list = table.get(value)
    if (!list) return
    removeRoute(list, key)
    if (list.length === 0) table.delete(value)
  }

  #ownTable(kind: 'exact' | 'prefix' | 'method'): Lists<T> {
    const table = this.#tableOf(kind)
    if (table !== none) return table
    const own: Lists<T> = new Map()
    if (kind === 'exact') this.#exact = own
    else if (kind === 'prefix') this.#prefix = own
    else this.#method = own
    return own
  }

  #tableOf(kind: 'exact' | 'prefix' | 'method'): Lists<T> {
    return kind === 'exact' ? this.#exact : kind === 'prefix' ? this.#prefix : this.#method
  }

  find(path: string, question: Question): Candidate<T> | undefined {
    const exact = this.#exact.get(path)
    if (exact) {
      const found = firstThatHolds(exact, path, question)
      if (found) return found
    }
    if (this.#regex.length > 0) {
      const found = firstThatHolds(this.#regex, path, question)
      if (found) return found
    }
    return this.#findPrefix(path, question)
  }

  /** Tries whole path elements, longest first: `/a/b` and `/a/b/` ask `/a/b`, `/a`, `/`. */
  #findPrefix(path: string, question: Question): Candidate<T> | undefined {
    let end = path.length
    while (end > 1) {
      if (path.charCodeAt(end - 1) !== 47 && end <= this.#longest) {
        const list = this.#prefix.get(end === path.length ? path : path.slice(0, end))
        if (list) {
          const found = firstThatHolds(list, path, question)
          if (found) return found
        }
      }
      end = path.lastIndexOf('/', end - 1)
    }
    if (this.#method.size > 0) {
      const found = this.#findMethod(path, question)
      if (found) return found
    }
    const root = this.#prefix.get('/')
    return root && firstThatHolds(root, path, question)
  }

  /** The second of exactly two path elements: `/any.Service/Method`. */
  #findMethod(path: string, question: Question): Candidate<T> | undefined {
    const slash = path.indexOf('/', 1)
    if (slash <= 1) return undefined
    const list = this.#method.get(path.slice(slash + 1))
    return list && firstThatHolds(list, path, question)
  }
}

function removeRoute<T>(list: Candidate<T>[], key: RouteKey): void {
  for (let i = list.length - 1; i >= 0; i--) if (list[i]!.ranked.route.key === key) list.splice(i, 1)
}
