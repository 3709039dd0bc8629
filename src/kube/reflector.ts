import { setTimeout as sleep } from 'node:timers/promises'
import { type KubeClient, KubeError } from './kube-client.ts'
import {
  collectionPath,
  lastApplied,
  type ObjectForm,
  type RawMeta,
  type RawObject,
  type Resource,
} from './resource.ts'

/** What a reflector tells of one kind. */
export interface Reflection {
  /** Everything there is, after the first list and after each later one. */
  replace(objects: readonly RawObject[]): void
  put(object: RawObject): void
  remove(object: RawObject): void
  /** The kind is not served any more, or not yet. */
  missing(): void
  /** @param status of the API server's answer, 0 when it could not be reached */
  problem(message: string, status: number): void
}

export interface ReflectorTiming {
  readonly firstPauseMs: number
  readonly longestPauseMs: number
  /** The API server ends a watch after about this long; we go on where it ended. */
  readonly watchSeconds: number
}

export const defaultTiming: ReflectorTiming = { firstPauseMs: 200, longestPauseMs: 5_000, watchSeconds: 300 }

const pageSize = 500

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: RawObject & { readonly code?: number; readonly reason?: string; readonly message?: string }
}

interface ListAnswer {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string }
  readonly items: readonly RawObject[] | null
}

/**
 * Follows all objects of one kind: lists once, then watches from there on. A watch that breaks is resumed where it was; only
 * when the API server has forgotten that point (410) everything is listed again. While it is away, what is known stays.
 */
export class Reflector {
  readonly #client: KubeClient
  readonly #resource: Resource
  readonly #reflection: Reflection
  readonly #timing: ReflectorTiming
  readonly #form: ObjectForm | undefined
  /** Where to watch from; undefined: list first. */
  #version: string | undefined
  #pauseMs = 0
  #isBroken = false

  /** @param form of the objects, when not the whole of them is wanted */
  constructor(
    client: KubeClient,
    resource: Resource,
    reflection: Reflection,
    timing: ReflectorTiming = defaultTiming,
    form?: ObjectForm,
  ) {
    this.#client = client
    this.#resource = resource
    this.#reflection = reflection
    this.#timing = timing
    this.#form = form
  }

  /** Runs until the signal says no more. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#version === undefined) await this.#list(signal)
        await this.#watch(signal)
      } catch (error) {
        if (signal.aborted) return
        this.#onError(error)
      }
      if (this.#pauseMs > 0) await sleep(this.#pauseMs * (0.5 + Math.random()), undefined, { signal }).catch(() => {})
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const objects: RawObject[] = []
    let next = ''
    let version: string | undefined
    do {
      const path = this.#path({ limit: String(pageSize), ...(next !== '' && { continue: next }) })
      const answer = await this.#client.request<ListAnswer>({ path, signal, ...this.#accept('list') })
      for (const object of answer.items ?? []) objects.push(slim(object))
      version = answer.metadata.resourceVersion
      next = answer.metadata.continue ?? ''
    } while (next !== '')
    this.#version = version
    this.#reflection.replace(objects)
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const startedAt = performance.now()
    const path = this.#path({
      watch: '1',
      allowWatchBookmarks: 'true',
      resourceVersion: this.#version ?? '0',
      // Spread, so that not all watches of all controllers end at once.
      timeoutSeconds: String(Math.round(this.#timing.watchSeconds * (1 + Math.random()))),
    })
    let events = 0
    await this.#client.watch({ path, signal, ...this.#accept('watch') }, (event) => {
      this.#onEvent(event as WatchEvent)
      events++
      this.#recover()
    })
    // One that ends at once without a word, again and again, must not keep us or the API server busy.
    if (events === 0 && performance.now() - startedAt < 1_000) this.#slowDown()
    else this.#recover()
  }

  #onEvent({ type, object }: WatchEvent): void {
    switch (type) {
      case 'ADDED':
      case 'MODIFIED':
        this.#reflection.put(object)
        break
      case 'DELETED':
        this.#reflection.remove(object)
        break
      case 'BOOKMARK':
        break
      case 'ERROR':
        throw new KubeError(object.code ?? 500, object.reason ?? '', object.message ?? 'the watch failed')
    }
    this.#version = object.metadata.resourceVersion ?? this.#version
  }

  #onError(error: unknown): void {
    this.#slowDown()
    if (!(error instanceof KubeError)) {
      this.#version = undefined
      this.#reflection.problem(`${this.#resource.kind}: ${error instanceof Error ? error.stack : error}`, 0)
      return
    }
    // 410 Gone, and Expired for continue tokens: our point in time is forgotten. 400: it is none of this server's.
    if (error.status === 410 || error.status === 400) {
      this.#version = undefined
      return
    }
    // The CRD went away: no fault of the cluster.
    if (error.status === 404) {
      this.#version = undefined
      this.#reflection.missing()
      return
    }
    if (this.#isBroken) return
    this.#isBroken = true
    const { kind } = this.#resource
    this.#reflection.problem(
      `${kind}: the cluster does not answer (${error.message}); what is known of it stays`,
      error.status,
    )
  }

  #slowDown(): void {
    const { firstPauseMs, longestPauseMs } = this.#timing
    this.#pauseMs = Math.min(longestPauseMs, Math.max(firstPauseMs, this.#pauseMs * 2))
  }

  #recover(): void {
    this.#pauseMs = 0
    this.#isBroken = false
  }

  #path(query: Readonly<Record<string, string>>): string {
    const { labelSelector } = this.#resource
    const search = new URLSearchParams({ ...query, ...(labelSelector !== undefined && { labelSelector }) })
    return `${collectionPath(this.#resource)}?${search}`
  }

  #accept(verb: keyof ObjectForm): { readonly accept?: string } {
    return this.#form === undefined ? {} : { accept: this.#form[verb] }
  }
}

/** Without who wrote which field and the copy that `kubectl apply` leaves: often more than the rest, and held until the last page. */
function slim(object: RawObject): RawObject {
  const { managedFields: _, ...metadata } = object.metadata as RawMeta & { readonly managedFields?: unknown }
  if (!metadata.annotations?.[lastApplied]) return { ...object, metadata }
  const { [lastApplied]: __, ...annotations } = metadata.annotations
  return { ...object, metadata: { ...metadata, annotations } }
}
