import { type Collection, collections, type Item, keyOfItem, perCollection } from './collections.ts'
import { ContentHash } from './content-hash.ts'
import { itemText } from './item-text.ts'

/** What has to be sent: of one list, what is new or changed, and what is gone. */
export interface ListChanges {
  /** The list as a whole: what is not in `put` is gone. */
  readonly whole: boolean
  readonly put: readonly Item[]
  readonly delete: readonly string[]
}

interface LogEntry {
  readonly version: number
  readonly collection: Collection
  readonly key: string
}

/** A log this much longer than the content is cut: who needs what was cut gets the lists as a whole. */
const logSlack = 256

/** The hashes of each list. */
export type Hashes = Readonly<Record<Collection, string>>

/**
 * One Gateway's part of the snapshot, and a log of which items changed in which version. The log holds names, not values: what a
 * slow proxy has missed is looked up when it is ready for it, so ten changes of one route travel as one.
 */
export class GatewaySlice {
  readonly #items = perCollection(() => new Map<string, Item>())
  readonly #hashes: Readonly<Record<Collection, ContentHash>>
  #log: LogEntry[] = []
  readonly gateway: string
  /** Changes up to this version are not in the log. */
  #horizon: number
  /** When it last changed. */
  version: number

  /** @param version from which on it is known; who had something of the Gateway before is compared by hashes */
  constructor(gateway: string, hashKey: Buffer, version: number) {
    this.gateway = gateway
    this.version = version
    this.#horizon = version
    this.#hashes = perCollection(() => new ContentHash(hashKey))
  }

  get(collection: Collection, key: string): Item | undefined {
    return this.#items[collection].get(key)
  }

  get isEmpty(): boolean {
    return collections.every((collection) => this.#items[collection].size === 0)
  }

  /** @param item undefined: gone */
  set(version: number, collection: Collection, key: string, item: Item | undefined): void {
    const items = this.#items[collection]
    const before = items.get(key)
    if (before === item) return
    if (before) this.#hashes[collection].toggle(itemText(before))
    if (item) {
      this.#hashes[collection].toggle(itemText(item))
      items.set(key, item)
    } else {
      items.delete(key)
    }
    // Nobody has anything of a slice that has just begun, so nobody needs its steps.
    if (version > this.#horizon) this.#note({ version, collection, key })
    this.version = version
  }

  #note(entry: LogEntry): void {
    this.#log.push(entry)
    const size = collections.reduce((sum, collection) => sum + this.#items[collection].size, 0)
    if (this.#log.length <= logSlack + size) return
    const half = this.#log.length >>> 1
    this.#horizon = this.#log[half]!.version
    this.#log = this.#log.slice(half).filter(({ version }) => version > this.#horizon)
  }

  get hashes(): Hashes {
    return perCollection((collection) => this.#hashes[collection].text)
  }

  /** @returns undefined: so long ago that the steps are forgotten */
  since(version: number): Readonly<Record<Collection, ListChanges>> | undefined {
    if (version < this.#horizon) return undefined
    const touched = perCollection(() => new Set<string>())
    for (let i = this.#log.length - 1; i >= 0 && this.#log[i]!.version > version; i--) {
      const { collection, key } = this.#log[i]!
      touched[collection].add(key)
    }
    return perCollection((collection) => {
      const items = this.#items[collection]
      const keys = [...touched[collection]]
      return {
        whole: false,
        put: keys.flatMap((key) => items.get(key) ?? []),
        delete: keys.filter((key) => !items.has(key)),
      }
    })
  }

  /** For a proxy that has something of which only the hashes are known: the lists that differ, each as a whole. */
  differing(hashes: Partial<Hashes>): Readonly<Record<Collection, ListChanges>> {
    const own = this.hashes
    return perCollection((collection) => {
      if (own[collection] === hashes[collection]) return { whole: false, put: [], delete: [] }
      return { whole: true, put: [...this.#items[collection].values()], delete: [] }
    })
  }

  /** Everything, sorted by key, for tests and for looking at. */
  list(collection: Collection): readonly Item[] {
    return [...this.#items[collection].values()].sort((a, b) => (keyOfItem(a) < keyOfItem(b) ? -1 : 1))
  }
}
