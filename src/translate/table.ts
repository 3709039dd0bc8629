import type { Changes } from '#ir'
import { sameValue } from './same-value.ts'

/**
 * One list of the snapshot: sorted by key, never changed in place. Changes gather until `commit`, which tells what really
 * changed; what is equal to before keeps its identity.
 */
export class Table<T, K extends string> {
  readonly #keyOf: (item: T) => K
  readonly #items = new Map<K, T>()
  readonly #pending = new Map<K, T | undefined>()
  #list: readonly T[] = []

  constructor(keyOf: (item: T) => K) {
    this.#keyOf = keyOf
  }

  get list(): readonly T[] {
    return this.#list
  }

  put(item: T): void {
    this.#pending.set(this.#keyOf(item), item)
  }

  delete(key: K): void {
    this.#pending.set(key, undefined)
  }

  /** Makes `items` the whole content. */
  replace(items: Iterable<T>): void {
    for (const key of this.#items.keys()) this.delete(key)
    for (const item of items) this.put(item)
  }

  commit(): Changes<T, K> {
    const put: T[] = []
    const deleted: K[] = []
    for (const key of [...this.#pending.keys()].sort()) {
      const next = this.#pending.get(key)
      const before = this.#items.get(key)
      if (next === undefined) {
        if (this.#items.delete(key)) deleted.push(key)
      } else if (!sameValue(before, next)) {
        this.#items.set(key, next)
        put.push(next)
      }
    }
    this.#pending.clear()
    if (put.length + deleted.length > 0) this.#list = this.#merge(put, new Set(deleted))
    return { put, delete: deleted }
  }

  /** Both lists are sorted, so one walk does it: the cost of a small change is that of copying pointers. */
  #merge(put: readonly T[], deleted: ReadonlySet<K>): readonly T[] {
    const merged: T[] = []
    const before = this.#list
    let from = 0
    const gone = [...deleted].map((key) => ({ key, item: undefined }))
    const steps = [...put.map((item) => ({ key: this.#keyOf(item), item })), ...gone]
    steps.sort((a, b) => (a.key < b.key ? -1 : 1))
    for (const { key, item } of steps) {
      const at = this.#position(before, key, from)
      for (let i = from; i < at; i++) merged.push(before[i]!)
      if (item !== undefined) merged.push(item)
      from = at < before.length && this.#keyOf(before[at]!) === key ? at + 1 : at
    }
    for (let i = from; i < before.length; i++) merged.push(before[i]!)
    return merged
  }

  /** First place at or after `from` whose key is not below `key`. */
  #position(list: readonly T[], key: K, from: number): number {
    let low = from
    let high = list.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#keyOf(list[middle]!) < key) low = middle + 1
      else high = middle
    }
    return low
  }
}
