import type { Changes, Snapshot, SnapshotDelta } from '#ir'
import { type Collection, type Item, keyOfItem, perCollection } from './collections.ts'
import type { ListChanges } from './gateway-slice.ts'
import { itemText } from './item-text.ts'

/** An update as it arrives, piece by piece. */
export class ReceivedUpdate {
  readonly #lists: Readonly<Record<Collection, { whole: boolean; put: Item[]; delete: string[] }>>

  /** @param whole the lists that come as a whole */
  constructor(whole: readonly Collection[]) {
    this.#lists = perCollection((collection) => ({ whole: whole.includes(collection), put: [], delete: [] }))
  }

  add(collection: Collection, put: readonly Item[], gone: readonly string[]): void {
    const list = this.#lists[collection]
    for (const item of put) list.put.push(item)
    for (const key of gone) list.delete.push(key)
  }

  /** @param isSure whether everything of `before` is served as it says */
  delta(before: Snapshot, isSure: boolean): SnapshotDelta {
    return deltaOf(this.#lists, before, isSure)
  }
}

/**
 * @returns the step from `before`; of lists that came as a whole only what differs, so that workers do not start anew
 * @param isSure false: some of `before` may not be served, so what is equal is put all the same
 */
export function deltaOf(
  lists: Readonly<Record<Collection, ListChanges>>,
  before: Snapshot,
  isSure = true,
): SnapshotDelta {
  return {
    version: 0,
    listeners: changesOf(lists.listeners, before.listeners, isSure),
    routes: changesOf(lists.routes, before.routes, isSure),
    streams: changesOf(lists.streams, before.streams, isSure),
    backends: changesOf(lists.backends, before.backends, isSure),
    endpoints: changesOf(lists.endpoints, before.endpoints, isSure),
    certificates: changesOf(lists.certificates, before.certificates, isSure),
  }
}

function changesOf<T extends Item>(list: ListChanges, before: readonly T[], isSure: boolean): Changes<T, string> {
  const put = list.put as readonly T[]
  if (!list.whole) return { put, delete: list.delete }
  const known = new Map<string, Item>(before.map((item) => [keyOfItem(item), item]))
  const news = put.filter((item) => {
    const old = known.get(keyOfItem(item))
    known.delete(keyOfItem(item))
    return !isSure || old === undefined || itemText(old) !== itemText(item)
  })
  return { put: news, delete: [...known.keys()] }
}
