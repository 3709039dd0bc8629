import { setTimeout as sleep } from 'node:timers/promises'
import type { ObjectKey } from '#api'
import type { DataKind } from './find-data-references.ts'
import { type KubeClient, KubeError } from './kube-client.ts'
import type { ReflectorTiming } from './reflector.ts'
import { keyOf, objectPath, type RawMeta, type RawObject, type Resource } from './resource.ts'

export interface ReferencedDataOptions {
  readonly client: KubeClient
  readonly timing: ReflectorTiming
  readonly onObject: (kind: DataKind, object: RawObject) => void
  readonly onGone: (kind: DataKind, key: ObjectKey) => void
  /** Nothing is under way any more. */
  readonly onSettled: () => void
  readonly onProblem: (message: string) => void
}

interface Wanted {
  readonly kind: DataKind
  readonly meta: RawMeta
  readonly referrers: Set<ObjectKey>
  /** Of the version we have; undefined: none, or not known. */
  version: string | undefined
  /** Asked for; others wait for the answer. */
  isWaiting: boolean
  /** Its metadata said that it changed, while it was under way or has no turn yet. */
  isStale: boolean
  isBusy: boolean
  /** Answers in a row that were errors. */
  failures: number
}

/** So many at a time: statuses and the lease use the same connections. */
const mostRequests = 8
/** An API server that answers with an error so often is not waited for any more; it is asked all the same. */
const patience = 3

/**
 * Secrets and ConfigMaps, but only those that something refers to: of all the others we are told the metadata, and remember
 * not even that. What is referred to is got, and got again when its metadata changes.
 */
export class ReferencedData implements Disposable {
  readonly #options: ReferencedDataOptions
  readonly #stop = new AbortController()
  readonly #resources = new Map<DataKind, Resource>()
  readonly #wanted = new Map<ObjectKey, Wanted>()
  /** What each object refers to. */
  readonly #references = new Map<ObjectKey, readonly ObjectKey[]>()
  readonly #queue: Wanted[] = []
  #running = 0
  #waiting = 0

  constructor(options: ReferencedDataOptions) {
    this.#options = options
  }

  /** Whether something is referred to and on its way: who tells of the reference now tells half the truth. */
  get isWaiting(): boolean {
    return this.#waiting > 0
  }

  /** The kind can be asked for from now on. */
  serve(kind: DataKind, resource: Resource): void {
    this.#resources.set(kind, resource)
    for (const one of this.#wanted.values()) if (one.kind === kind && one.version === undefined) this.#fetch(one)
  }

  /** @param keys everything that the object refers to; nothing: it does not any more, or is gone */
  refer(referrer: ObjectKey, keys: readonly ObjectKey[]): void {
    const before = this.#references.get(referrer) ?? []
    if (keys.length > 0) this.#references.set(referrer, keys)
    else this.#references.delete(referrer)
    for (const key of keys) this.#want(key, referrer)
    for (const key of before) if (!keys.includes(key)) this.#unwant(key, referrer)
  }

  /** Metadata of an object that came or changed. */
  note(resource: Resource, meta: RawMeta): void {
    const one = this.#wanted.get(keyOf(resource, meta))
    if (one && one.version !== meta.resourceVersion) this.#fetch(one)
  }

  /** The object was deleted. */
  forget(resource: Resource, meta: RawMeta): void {
    const one = this.#wanted.get(keyOf(resource, meta))
    if (!one) return
    // An answer that is on its way may be older than this.
    if (one.isBusy) one.isStale = true
    this.#lose(one)
  }

  /** Metadata of all objects of a kind: what is not among them is gone. */
  replace(resource: Resource, all: readonly RawMeta[]): void {
    const there = new Set<ObjectKey>()
    for (const meta of all) {
      const key = keyOf(resource, meta)
      if (!this.#wanted.has(key)) continue
      there.add(key)
      this.note(resource, meta)
    }
    for (const [key, { kind, meta }] of this.#wanted)
      if (kind === resource.kind && !there.has(key)) this.forget(resource, meta)
  }

  [Symbol.dispose](): void {
    this.#stop.abort()
  }

  #want(key: ObjectKey, referrer: ObjectKey): void {
    const before = this.#wanted.get(key)
    if (before) {
      before.referrers.add(referrer)
      return
    }
    const [kind, namespace, name] = key.split('/') as [DataKind, string, string]
    const one: Wanted = {
      kind,
      meta: { namespace, name },
      referrers: new Set([referrer]),
      version: undefined,
      isWaiting: false,
      isStale: false,
      isBusy: false,
      failures: 0,
    }
    this.#wanted.set(key, one)
    this.#fetch(one)
  }

  #unwant(key: ObjectKey, referrer: ObjectKey): void {
    const one = this.#wanted.get(key)
    if (!one) return
    one.referrers.delete(referrer)
    if (one.referrers.size > 0) return
    this.#wanted.delete(key)
    this.#settle(one)
    this.#options.onGone(one.kind, key)
  }

  #fetch(one: Wanted): void {
    if (!this.#resources.has(one.kind)) return
    if (!one.isWaiting) {
      one.isWaiting = true
      this.#waiting++
    }
    if (one.isBusy) {
      one.isStale = true
      return
    }
    one.isBusy = true
    this.#queue.push(one)
    this.#next()
  }

  #next(): void {
    while (this.#running < mostRequests && this.#queue.length > 0) {
      this.#running++
      void this.#get(this.#queue.shift()!).finally(() => {
        this.#running--
        this.#next()
      })
    }
  }

  async #get(one: Wanted): Promise<void> {
    if (one.referrers.size === 0) return
    one.isStale = false
    const path = objectPath(this.#resources.get(one.kind)!, one.meta)
    try {
      const object = await this.#options.client.request<RawObject>({ path, signal: this.#stop.signal })
      if (one.isStale) this.#queue.push(one)
      else this.#finish(one, object)
    } catch (error) {
      if (this.#stop.signal.aborted) return
      if (!(error instanceof KubeError)) throw error
      if (error.status !== 404) void this.#tryLater(one, error)
      else if (one.isStale) this.#queue.push(one)
      else this.#finish(one, undefined)
    }
  }

  /** @param object undefined: there is none */
  #finish(one: Wanted, object: RawObject | undefined): void {
    one.isBusy = false
    one.failures = 0
    if (one.referrers.size === 0) return
    if (!object) this.#lose(one)
    else {
      one.version = object.metadata.resourceVersion
      this.#options.onObject(one.kind, object)
    }
    this.#settle(one)
  }

  async #tryLater(one: Wanted, { status, message }: KubeError): Promise<void> {
    one.failures++
    if (one.failures === 1) {
      const { namespace, name } = one.meta
      this.#options.onProblem(`${one.kind} ${namespace}/${name}: can't be read (${message}); what is known of it stays`)
    }
    // While the server is away nothing else changes either. One that refuses must not keep everybody waiting.
    if (status === 403 || (status !== 0 && one.failures >= patience)) this.#settle(one)
    const { firstPauseMs, longestPauseMs } = this.#options.timing
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** one.failures) * (0.5 + Math.random())
    await sleep(pauseMs, undefined, { signal: this.#stop.signal, ref: false }).catch(() => {})
    if (this.#stop.signal.aborted) return
    this.#queue.push(one)
    this.#next()
  }

  #lose(one: Wanted): void {
    one.version = undefined
    this.#options.onGone(one.kind, keyOf(this.#resources.get(one.kind)!, one.meta))
  }

  #settle(one: Wanted): void {
    if (!one.isWaiting) return
    one.isWaiting = false
    this.#waiting--
    if (this.#waiting === 0) this.#options.onSettled()
  }
}
