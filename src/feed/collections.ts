import type { Snapshot } from '#ir'

/** The lists of a snapshot, in the order in which they travel. */
export const collections = ['listeners', 'routes', 'streams', 'backends', 'endpoints', 'certificates'] as const

/** One of the lists of a snapshot. */
export type Collection = (typeof collections)[number]

export type Item<C extends Collection = Collection> = Snapshot[C][number]

/** What an item is known by in its list. */
export function keyOfItem(item: Item): string {
  return 'key' in item ? item.key : item.backend
}

/** One value for each list. */
export function perCollection<T>(make: (collection: Collection) => T): Record<Collection, T> {
  return Object.fromEntries(collections.map((collection) => [collection, make(collection)])) as Record<Collection, T>
}
