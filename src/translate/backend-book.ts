import type { Backend, BackendKey, EndpointSet } from '#ir'
import { type BackendUse, buildBackend } from './backend-ref.ts'
import { Dependencies, type Topic } from './dependencies.ts'
import { trackingReader } from './reader.ts'
import type { RouteStep } from './route-book.ts'
import { sameValue } from './same-value.ts'
import type { Store } from './store.ts'
import type { Table } from './table.ts'

/** The backends that routes use, and no others. */
export class BackendBook {
  readonly #store: Store
  readonly #users = new Map<BackendKey, { use: BackendUse; count: number }>()
  readonly #dependencies = new Dependencies<BackendKey>()

  constructor(store: Store) {
    this.#store = store
  }

  update(
    touched: ReadonlySet<Topic>,
    steps: readonly RouteStep[],
    backends: Table<Backend, BackendKey>,
    endpoints: Table<EndpointSet, BackendKey>,
  ): void {
    const dirty = this.#dependencies.affected(touched)
    for (const { before } of steps) for (const key of before?.uses.keys() ?? []) this.#users.get(key)!.count--
    for (const { after } of steps) for (const use of after?.uses.values() ?? []) this.#add(use, dirty)
    for (const { before } of steps) {
      for (const key of before?.uses.keys() ?? []) if (this.#users.get(key)?.count === 0) dirty.add(key)
    }
    for (const key of dirty) {
      const built = this.#build(key)
      if (built) {
        backends.put(built.backend)
        endpoints.put(built.endpoints)
      } else {
        backends.delete(key)
        endpoints.delete(key)
      }
    }
  }

  #add(use: BackendUse, dirty: Set<BackendKey>): void {
    const known = this.#users.get(use.key)
    if (known) {
      // The same policy may say something else now.
      if (!sameValue(known.use.policy, use.policy)) dirty.add(use.key)
      known.use = use
      known.count++
    } else {
      this.#users.set(use.key, { use, count: 1 })
      dirty.add(use.key)
    }
  }

  #build(key: BackendKey): ReturnType<typeof buildBackend> {
    const user = this.#users.get(key)
    if (!user || user.count === 0) {
      this.#users.delete(key)
      this.#dependencies.delete(key)
      return undefined
    }
    const topics = new Set<Topic>()
    const built = buildBackend(trackingReader(this.#store, topics), user.use)
    this.#dependencies.set(key, topics)
    return built
  }
}
