import { compareAge, compareText } from '#ir'
import { Dependencies, type Topic } from './dependencies.ts'
import { type ListenerSetModel, translateListenerSet } from './listener-set.ts'
import type { PolicyModels } from './policy-models.ts'
import { sameValue } from './same-value.ts'
import type { Settings } from './settings.ts'
import { type Store, topicsOfKind } from './store.ts'

/** The ListenerSets of our Gateways, each understood by itself. */
export class ListenerSetBook {
  readonly #store: Store
  readonly #policies: PolicyModels
  readonly #settings: Settings
  readonly #dependencies = new Dependencies<string>()
  readonly #drafts = new Map<string, ListenerSetModel>()
  readonly #ofGateway = new Map<string, Map<string, ListenerSetModel>>()
  /** In the order of precedence; emptied when a set of the Gateway changes. */
  readonly #sorted = new Map<string, readonly ListenerSetModel[]>()

  constructor(store: Store, policies: PolicyModels, settings: Settings) {
    this.#policies = policies
    this.#store = store
    this.#settings = settings
  }

  /** Translates again what has changed or has read something that has. @returns whether anything is new */
  update(touched: ReadonlySet<Topic>): boolean {
    const dirty = new Set([...this.#dependencies.affected(touched), ...topicsOfKind(touched, 'ListenerSet')])
    let changed = false
    for (const name of dirty) if (this.#draft(name)) changed = true
    return changed
  }

  /** Oldest first, then by `namespace/name` (listenerset_types.go, Listeners). */
  of(gateway: string): readonly ListenerSetModel[] {
    const known = this.#sorted.get(gateway)
    if (known) return known
    const sets = [...(this.#ofGateway.get(gateway)?.values() ?? [])]
    sets.sort((a, b) => compareAge(a.createdAt, b.createdAt) || compareText(a.name, b.name))
    this.#sorted.set(gateway, sets)
    return sets
  }

  #draft(name: string): boolean {
    const before = this.#drafts.get(name)
    const object = this.#store.find('ListenerSet', name)?.object
    const topics = new Set<Topic>()
    const after = object && translateListenerSet(object, this.#policies.reader(topics), this.#settings)
    if (object) this.#dependencies.set(name, topics)
    else this.#dependencies.delete(name)
    // What says the same stays the same object: nobody has to look at it twice.
    if (sameValue(before, after)) return false
    if (before) this.#forget(before)
    if (after) this.#keep(after)
    return true
  }

  #forget({ name, gateway }: ListenerSetModel): void {
    this.#drafts.delete(name)
    const siblings = this.#ofGateway.get(gateway)
    siblings?.delete(name)
    if (siblings?.size === 0) this.#ofGateway.delete(gateway)
    this.#sorted.delete(gateway)
  }

  #keep(set: ListenerSetModel): void {
    this.#drafts.set(set.name, set)
    const siblings = this.#ofGateway.get(set.gateway)
    if (siblings) siblings.set(set.name, set)
    else this.#ofGateway.set(set.gateway, new Map([[set.name, set]]))
    this.#sorted.delete(set.gateway)
  }
}
