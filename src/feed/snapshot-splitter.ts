import { backendsOf, type Changes, gatewayOfListener, type Listener, type SnapshotDelta } from '#ir'
import { type Collection, type Item, keyOfItem } from './collections.ts'
import { GatewaySlice } from './gateway-slice.ts'

/** What several Gateways may use at once. */
const shared = ['backends', 'endpoints', 'certificates'] as const
type Shared = (typeof shared)[number]

/** Who uses one backend or certificate: how often. */
type Users = Map<GatewaySlice, number>

/**
 * Keeps each Gateway's slice as changes come: the cost follows the change, not the number of Gateways. Backends and certificates
 * belong to every Gateway whose routes and listeners refer to them, and leave with the last reference.
 */
export class SnapshotSplitter {
  readonly #hashKey: Buffer
  readonly #slices = new Map<string, GatewaySlice>()
  readonly #shared: Readonly<Record<Shared, Map<string, Item>>> = {
    backends: new Map(),
    endpoints: new Map(),
    certificates: new Map(),
  }
  /** Endpoints go where their backend goes. */
  readonly #backendUsers = new Map<string, Users>()
  readonly #certificateUsers = new Map<string, Users>()
  /** Whose each route is: a deletion says only its key. */
  readonly #owners = new Map<string, GatewaySlice>()
  #touched = new Set<GatewaySlice>()
  #version = 0

  constructor(hashKey: Buffer) {
    this.#hashKey = hashKey
  }

  /** The slice of a Gateway, an empty one when nothing of it is known. */
  slice(gateway: string): GatewaySlice {
    const known = this.#slices.get(gateway)
    if (known) return known
    const slice = new GatewaySlice(gateway, this.#hashKey, this.#version)
    this.#slices.set(gateway, slice)
    return slice
  }

  find(gateway: string): GatewaySlice | undefined {
    return this.#slices.get(gateway)
  }

  /** To be called when nobody holds the slice any more. */
  forgetIfEmpty(gateway: string): void {
    if (this.#slices.get(gateway)?.isEmpty) this.#slices.delete(gateway)
  }

  /** @returns the slices that have changed */
  apply(delta: SnapshotDelta, version: number): ReadonlySet<GatewaySlice> {
    this.#touched = new Set()
    this.#version = version
    for (const collection of shared) this.#applyShared(version, collection, delta[collection])
    this.#applyListeners(version, delta.listeners)
    this.#applyRoutes(version, 'routes', delta.routes)
    this.#applyRoutes(version, 'streams', delta.streams)
    return this.#touched
  }

  #set(version: number, slice: GatewaySlice, collection: Collection, key: string, item: Item | undefined): void {
    if (slice.get(collection, key) === item) return
    slice.set(version, collection, key, item)
    this.#touched.add(slice)
  }

  #applyShared(version: number, collection: Shared, changes: Changes<Item, string>): void {
    const items = this.#shared[collection]
    const users = collection === 'certificates' ? this.#certificateUsers : this.#backendUsers
    for (const key of changes.delete) {
      items.delete(key)
      for (const slice of users.get(key)?.keys() ?? []) this.#set(version, slice, collection, key, undefined)
    }
    for (const item of changes.put) {
      const key = keyOfItem(item)
      items.set(key, item)
      for (const slice of users.get(key)?.keys() ?? []) this.#set(version, slice, collection, key, item)
    }
  }

  #applyListeners(version: number, changes: SnapshotDelta['listeners']): void {
    const steps: [key: string, listener: Listener | undefined][] = [
      ...changes.delete.map((key): [string, undefined] => [key, undefined]),
      ...changes.put.map((listener): [string, Listener] => [listener.key, listener]),
    ]
    for (const [key, listener] of steps) {
      const slice = this.slice(gatewayOfListener(key))
      const before = slice.get('listeners', key) as Listener | undefined
      this.#set(version, slice, 'listeners', key, listener)
      for (const name of listener?.tls?.certificates ?? []) this.#use(version, slice, this.#certificateUsers, name)
      for (const name of before?.tls?.certificates ?? []) this.#leave(version, slice, this.#certificateUsers, name)
    }
  }

  #applyRoutes<C extends 'routes' | 'streams'>(version: number, collection: C, changes: SnapshotDelta[C]): void {
    for (const key of changes.delete) {
      this.#dropRoute(version, collection, key)
      this.#owners.delete(key)
    }
    for (const route of changes.put) {
      const slice = this.slice(gatewayOfListener(route.listener))
      // First in, then out: a backend that both name does not leave in between.
      for (const name of backendsOf(route)) this.#use(version, slice, this.#backendUsers, name)
      this.#dropRoute(version, collection, route.key, slice)
      this.#set(version, slice, collection, route.key, route)
      this.#owners.set(route.key, slice)
    }
  }

  /** @param next who has the route from now on */
  #dropRoute(version: number, collection: 'routes' | 'streams', key: string, next?: GatewaySlice): void {
    const owner = this.#owners.get(key)
    const before = owner?.get(collection, key)
    if (!owner || !before || !('listener' in before)) return
    for (const name of backendsOf(before)) this.#leave(version, owner, this.#backendUsers, name)
    if (owner !== next) this.#set(version, owner, collection, key, undefined)
  }

  #use(version: number, slice: GatewaySlice, users: Map<string, Users>, key: string): void {
    const ofKey = users.get(key) ?? new Map()
    users.set(key, ofKey)
    const count = ofKey.get(slice) ?? 0
    ofKey.set(slice, count + 1)
    if (count === 0)
      for (const one of this.#listsOf(users)) this.#set(version, slice, one, key, this.#shared[one].get(key))
  }

  #leave(version: number, slice: GatewaySlice, users: Map<string, Users>, key: string): void {
    const ofKey = users.get(key)
    const count = ofKey?.get(slice) ?? 0
    if (count > 1) {
      ofKey?.set(slice, count - 1)
      return
    }
    ofKey?.delete(slice)
    if (ofKey?.size === 0) users.delete(key)
    for (const one of this.#listsOf(users)) this.#set(version, slice, one, key, undefined)
  }

  #listsOf(users: Map<string, Users>): readonly Shared[] {
    return users === this.#certificateUsers ? ['certificates'] : ['backends', 'endpoints']
  }
}
