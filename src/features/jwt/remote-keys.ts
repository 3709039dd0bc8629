import { type Errands, type Finding, loneErrands, type Plane, type Wish } from '#proxy'
import { fetchText } from './fetch-text.ts'
import { type RemoteKeys, usualFetchMs } from './ir.ts'
import { parseKeySet, type VerifyKey } from './key-set.ts'

/** Tokens with key ids that nobody knows don't make us ask more often. */
const unknownKidMs = 10_000
/** A worker that fetches for all may die over it, or hang: so much longer than a fetch is waited. */
const patienceMs = 1_000

/**
 * The keys behind a URL, as one worker has them: one fetches for all. Old keys stay in use while their host is away; who asks never
 * waits longer than a fetch may take.
 */
export class RemoteKeySet {
  readonly #plane: Plane
  readonly #from: RemoteKeys
  readonly #ask: (wish: Wish) => void
  readonly #now: () => number
  #text: string | undefined
  #keys: readonly VerifyKey[] | undefined
  #fetchedAt = Number.NEGATIVE_INFINITY
  #triedAt = Number.NEGATIVE_INFINITY
  #waiting: Promise<void> | undefined
  #heard: (() => void) | undefined

  /** @param ask `hear` follows */
  constructor(plane: Plane, from: RemoteKeys, ask: (wish: Wish) => void, now = performance.now.bind(performance)) {
    this.#plane = plane
    this.#from = from
    this.#ask = ask
    this.#now = now
  }

  /** The keys, where nobody needs to wait for them. */
  get fresh(): readonly VerifyKey[] | undefined {
    return this.#keys && this.#now() - this.#fetchedAt < this.#from.cacheMs ? this.#keys : undefined
  }

  /** @returns undefined: there are none, and none can be had now */
  async get(): Promise<readonly VerifyKey[] | undefined> {
    if (this.fresh) return this.#keys
    // Their host was away when we last asked: who has old keys need not wait for the next try as well.
    const away = this.#triedAt > this.#fetchedAt
    const asked = this.refresh()
    if (!this.#keys || !away) await asked
    return this.#keys
  }

  /** After a token with a key id that the keys don't have: they may have been changed. @returns undefined: nothing newer */
  async newer(): Promise<readonly VerifyKey[] | undefined> {
    const before = this.#keys
    await this.refresh({ freshMs: 0, pauseMs: unknownKidMs })
    return this.#keys === before ? undefined : this.#keys
  }

  refresh(wish: Wish = { freshMs: this.#from.cacheMs, pauseMs: this.#from.failedMs }): Promise<void> {
    if (this.#waiting) return this.#waiting
    if (this.#now() - this.#triedAt < wish.pauseMs) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting = promise
    this.#heard = () => {
      this.#waiting = undefined
      this.#heard = undefined
      resolve()
    }
    this.#ask(wish)
    const heard: (() => void) | undefined = this.#heard
    const waitMs = (this.#from.fetchMs ?? usualFetchMs) + patienceMs
    if (heard) void promise.then(this.#plane.after(waitMs, heard))
    return promise
  }

  /** For all workers. */
  async run(): Promise<string | undefined> {
    const text = await fetchText(this.#plane, this.#from)
    return text === undefined || typeof parseKeySet(text) === 'string' ? undefined : text
  }

  hear({ text, ageMs, triedMs }: Finding): void {
    const now = this.#now()
    this.#triedAt = now - triedMs
    this.#fetchedAt = now - ageMs
    // The same keys stay the same object: what was verified with them stays verified.
    if (text !== undefined && text !== this.#text) {
      const keys = parseKeySet(text)
      if (typeof keys !== 'string') this.#keys = keys
      this.#text = text
    }
    this.#heard?.()
  }
}

interface KeySets {
  readonly errands: Errands
  readonly byName: Map<string, WeakRef<RemoteKeySet>>
}

const ofPlanes = new WeakMap<Plane, KeySets>()

/** One for all routes of a plane that ask for the same: snapshots come often, and keys seldom. */
export function remoteKeySet(plane: Plane, from: RemoteKeys): RemoteKeySet {
  const known = ofPlanes.get(plane)
  const { errands, byName } = known ?? { errands: plane.errands ?? loneErrands(), byName: new Map() }
  if (!known) ofPlanes.set(plane, { errands, byName })
  const name = `jwt keys ${JSON.stringify([from.backend, from.uri, from.cacheMs, from.failedMs, from.fetchMs])}`
  const kept = byName.get(name)?.deref()
  if (kept) return kept
  for (const [other, set] of byName) {
    if (set.deref()) continue
    byName.delete(other)
    errands.leave(other)
  }
  const made = new RemoteKeySet(plane, from, (wish) => errands.ask(name, wish))
  const ref = new WeakRef(made)
  byName.set(name, ref)
  errands.enrol(name, {
    run: async () => ref.deref()?.run(),
    hear: (finding) => ref.deref()?.hear(finding),
  })
  // As soon as the backends of the snapshot are there.
  queueMicrotask(() => void made.refresh())
  return made
}
