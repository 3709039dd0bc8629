import { isDeepStrictEqual } from 'node:util'
import type { KubeObject, ObjectKey } from '#api'
import { type KubeClient, KubeError } from './kube-client.ts'
import type { ObjectHead, ObjectHeads } from './object-heads.ts'
import { objectPath, type RawObject } from './resource.ts'
import { WritePace } from './write-pace.ts'

export interface StatusWriterOptions<S> {
  readonly client: KubeClient
  readonly heads: () => ObjectHeads
  /** The object as it should stand, with all that is not ours in place; the same object when nothing is to be said. */
  readonly merge: (object: KubeObject, status: S | undefined) => KubeObject
  readonly onProblem: (message: string) => void
}

export interface StatusWish<S> {
  readonly key: ObjectKey
  /** Undefined: nothing of ours may be left. */
  readonly status: S | undefined
}

/** So many at a time, unless the API server asks for fewer: the lease and Secrets use the same connections. */
const mostAtOnce = 8
const mostAttempts = 5
const retryMs = 1_000
/** A status is not written again within this time: a Gateway whose routes come by the hundred counts them once. */
const restMs = 100

/**
 * Brings statuses into the cluster: only those that differ, only our part of them, each at the version that was read. Writes
 * that lost a race read again; the last wish for an object is the one that counts.
 */
export class StatusWriter<S> implements Disposable {
  readonly #options: StatusWriterOptions<S>
  readonly #wishes = new Map<ObjectKey, S | undefined>()
  readonly #queue = new Set<ObjectKey>()
  /** Being written, or just written. */
  readonly #busy = new Set<ObjectKey>()
  #inFlight = 0
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #pace = new WritePace(mostAtOnce)
  #isPaused = true
  #isWaking = false
  /** Writes that were sent. */
  writes = 0

  constructor(options: StatusWriterOptions<S>) {
    this.#options = options
  }

  /** Only a leader writes; wishes are kept until then. */
  resume(): void {
    this.#isPaused = false
    for (const key of this.#wishes.keys()) this.#queue.add(key)
    this.#work()
  }

  pause(): void {
    this.#isPaused = true
  }

  want(wishes: readonly StatusWish<S>[]): void {
    for (const { key, status } of wishes) {
      this.#wishes.set(key, status)
      this.#queue.add(key)
    }
    this.#work()
  }

  /** The status in the cluster has changed: ours may be gone from it. */
  check(key: ObjectKey): void {
    if (!this.#wishes.has(key)) return
    this.#queue.add(key)
    this.#work()
  }

  [Symbol.dispose](): void {
    this.#isPaused = true
    for (const timer of this.#timers) clearTimeout(timer)
  }

  #work(): void {
    if (this.#isPaused) return
    const pauseMs = this.#pace.pauseMs(performance.now())
    if (pauseMs > 0) return this.#wakeIn(pauseMs)
    for (const key of this.#queue) {
      if (this.#inFlight >= this.#pace.atOnce) return
      if (this.#busy.has(key)) continue
      this.#queue.delete(key)
      this.#busy.add(key)
      this.#inFlight++
      void this.#write(key).then((wrote) => {
        this.#inFlight--
        if (wrote) this.#after(restMs, () => this.#busy.delete(key))
        else this.#busy.delete(key)
        this.#work()
      })
    }
  }

  #wakeIn(ms: number): void {
    if (this.#isWaking) return
    this.#isWaking = true
    this.#after(ms, () => {
      this.#isWaking = false
    })
  }

  #later(ms: number, key: ObjectKey): void {
    this.#after(ms, () => this.#queue.add(key))
  }

  #after(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
      this.#work()
    }, ms)
    this.#timers.add(timer)
  }

  /** @returns whether there was something to write */
  async #write(key: ObjectKey): Promise<boolean> {
    try {
      for (let attempt = 1; attempt <= mostAttempts; attempt++) {
        const result = await this.#tryToWrite(key)
        if (result !== 'lost') return result === 'written'
      }
      this.#later(retryMs, key)
    } catch (error) {
      if (error instanceof KubeError && error.status === 429) {
        this.#heardPatience(key, error)
        return false
      }
      const message = error instanceof Error ? error.message : String(error)
      this.#options.onProblem(`status of ${key}: ${message}`)
      // What is refused as it is will be refused again; everything else may pass.
      if (!(error instanceof KubeError && error.status === 422)) this.#later(retryMs, key)
    }
    return true
  }

  #heardPatience(key: ObjectKey, { message, retryAfterMs }: KubeError): void {
    if (this.#pace.refused(performance.now(), retryAfterMs))
      this.#options.onProblem(`statuses: the API server asks for patience: ${message}`)
    this.#queue.add(key)
  }

  /** Lost: someone was faster. */
  async #tryToWrite(key: ObjectKey): Promise<'written' | 'needless' | 'lost'> {
    const { client, merge } = this.#options
    const heads = this.#options.heads()
    const entry = heads.get(key)
    const wish = this.#wishes.get(key)
    if (!entry) {
      if (wish === undefined) this.#wishes.delete(key)
      return 'needless'
    }
    const { resource, head } = entry
    const merged = merge(head, wish)
    if (merged === head) return 'needless'
    this.writes++
    const path = objectPath(resource, head.metadata)
    try {
      const written = await client.request<RawObject>({
        method: 'PATCH',
        path: `${path}/status`,
        contentType: 'application/merge-patch+json',
        body: patchOf(head, merged),
      })
      this.#pace.took()
      // The watch may have been faster, with something newer than our answer.
      if (heads.get(key)?.head === head) heads.put(key, resource, written)
      return 'written'
    } catch (error) {
      if (!(error instanceof KubeError)) throw error
      if (error.status === 404) return 'needless'
      if (error.status !== 409) throw error
      const now = await client.request<RawObject>({ path }).catch((lost: unknown) => {
        if (lost instanceof KubeError && lost.status === 404) return undefined
        throw lost
      })
      // One that was made anew under the same name has a status of its own coming.
      if (now?.metadata.uid !== head.metadata.uid) return 'needless'
      heads.put(key, resource, now!)
      return 'lost'
    }
  }
}

/** The fields of the status that differ; refused when the object is not the one that we have seen. */
function patchOf(before: ObjectHead, after: KubeObject): object {
  const old = (before.status ?? {}) as Readonly<Record<string, unknown>>
  const changed = Object.entries(after.status as object).filter(
    ([field, value]) => !isDeepStrictEqual(old[field], value),
  )
  const { resourceVersion, uid } = before.metadata
  return { metadata: { resourceVersion, uid }, status: Object.fromEntries(changed) }
}
