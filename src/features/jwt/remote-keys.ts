import { Buffer } from 'node:buffer'
import type { ClientStream, Plane, RequestHead, ResponseHead } from '#proxy'
import { fetchMs, type RemoteKeys } from './ir.ts'
import { parseKeySet, type VerifyKey } from './key-set.ts'

/** Tokens with key ids that nobody knows don't make us ask more often. */
const unknownKidMs = 10_000
const maxSetBytes = 1024 * 1024

/**
 * The keys behind a URL, as one worker has them. Old keys stay in use while their host is away; who asks never waits longer than a
 * fetch may take.
 */
export class RemoteKeySet {
  readonly #plane: Plane
  readonly #from: RemoteKeys
  readonly #now: () => number
  #keys: readonly VerifyKey[] | undefined
  #fetchedAt = 0
  #triedAt = Number.NEGATIVE_INFINITY
  #running: Promise<void> | undefined

  constructor(plane: Plane, from: RemoteKeys, now: () => number = performance.now.bind(performance)) {
    this.#plane = plane
    this.#from = from
    this.#now = now
    // As soon as the backends of the snapshot are there.
    queueMicrotask(() => void this.#refresh())
  }

  /** The keys, where nobody needs to wait for them. */
  get fresh(): readonly VerifyKey[] | undefined {
    return this.#keys && this.#now() - this.#fetchedAt < this.#from.cacheMs ? this.#keys : undefined
  }

  /** @returns undefined: there are none, and none can be had now */
  async get(): Promise<readonly VerifyKey[] | undefined> {
    if (!this.fresh) await this.#refresh()
    return this.#keys
  }

  /** After a token with a key id that the keys don't have: they may have been changed. @returns undefined: nothing newer */
  async newer(): Promise<readonly VerifyKey[] | undefined> {
    if (this.#now() - this.#triedAt < unknownKidMs && !this.#running) return undefined
    const before = this.#keys
    await this.#refresh(unknownKidMs)
    return this.#keys === before ? undefined : this.#keys
  }

  #refresh(pauseMs = this.#from.failedMs): Promise<void> {
    if (this.#running) return this.#running
    if (this.#now() - this.#triedAt < pauseMs) return Promise.resolve()
    this.#triedAt = this.#now()
    this.#running = fetchText(this.#plane, this.#from).then((text) => {
      this.#running = undefined
      const keys = text === undefined ? 'no answer' : parseKeySet(text)
      if (typeof keys === 'string') return
      this.#keys = keys
      this.#fetchedAt = this.#now()
    })
    return this.#running
  }
}

/** @returns undefined for everything but a whole 200 */
function fetchText(plane: Plane, { backend, uri }: RemoteKeys): Promise<string | undefined> {
  const { protocol, host, pathname, search } = new URL(uri)
  const head: RequestHead = {
    method: 'GET',
    scheme: protocol === 'https:' ? 'https' : 'http',
    authority: host,
    path: `${pathname}${search}`,
    fields: ['accept', 'application/json'],
    contentLength: 0,
    upgrade: '',
    expectContinue: false,
  }
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = []
    let bytes = 0
    let status = 0
    let over = false
    const finish = (text: string | undefined) => {
      if (over) return
      over = true
      cancel()
      resolve(text)
    }
    const stop = (reason: 'timeout' | 'cancelled') => {
      if (over) return
      finish(undefined)
      stream.reset(reason)
    }
    const cancel = plane.after(fetchMs, () => stop('timeout'))
    const stream: ClientStream = plane.call(backend, head, true, {
      onInform() {},
      onResponse(response: ResponseHead) {
        status = response.status
      },
      onData(chunk) {
        bytes += chunk.length
        if (bytes > maxSetBytes) return stop('cancelled')
        chunks.push(chunk)
      },
      onEnd: () => finish(status === 200 ? Buffer.concat(chunks).toString('utf8') : undefined),
      onReset: () => finish(undefined),
      onWritable() {},
    })
  })
}

const sets = new WeakMap<Plane, Map<string, WeakRef<RemoteKeySet>>>()

/** One for all routes of a plane that ask for the same: snapshots come often, and keys seldom. */
export function remoteKeySet(plane: Plane, from: RemoteKeys): RemoteKeySet {
  const ofPlane = sets.get(plane) ?? new Map<string, WeakRef<RemoteKeySet>>()
  sets.set(plane, ofPlane)
  const name = JSON.stringify([from.backend, from.uri, from.cacheMs, from.failedMs])
  const kept = ofPlane.get(name)?.deref()
  if (kept) return kept
  for (const [other, set] of ofPlane) if (!set.deref()) ofPlane.delete(other)
  const made = new RemoteKeySet(plane, from)
  ofPlane.set(name, new WeakRef(made))
  return made
}
