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

  delta(before: Snapshot): SnapshotDelta {
    return deltaOf(this.#lists, before)
  }
}

/** @returns the step from `before`; of lists that came as a whole only what differs, so that workers do not start anew */
export function deltaOf(lists: Readonly<Record<Collection, ListChanges>>, before: Snapshot): SnapshotDelta {
  return {
    version: 0,
    listeners: changesOf(lists, 'listeners', before),
    routes: changesOf(lists, 'routes', before),
    streams: changesOf(lists, 'streams', before),
    backends: changesOf(lists, 'backends', before),
    endpoints: changesOf(lists, 'endpoints', before),
    certificates: changesOf(lists, 'certificates', before),
  }
}

function changesOf<C extends Collection>(
  lists: Readonly<Record<Collection, ListChanges>>,
  collection: C,
  before: Snapshot,
): Changes<Item<C>, string> {
  const list = lists[collection]
  const put = list.put as readonly Item<C>[]
  if (!list.whole) return { put, delete: list.delete }
  const known = new Map<string, Item>(before[collection].map((item) => [keyOfItem(item), item]))
  const news = put.filter((item) => {
    const old = known.get(keyOfItem(item))
    known.delete(keyOfItem(item))
    return old === undefined || itemText(old) !== itemText(item)
  })
  return { put: news, delete: [...known.keys()] }
}
