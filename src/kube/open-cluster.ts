import type { KubeObject, ObjectChange, ObjectKey } from '#api'
import { findDataReferences, isDataKind } from './find-data-references.ts'
import { type KubeClient, KubeError } from './kube-client.ts'
import { ObjectHeads } from './object-heads.ts'
import { OwnReferrers } from './own-referrers.ts'
import { readObject, sameObject } from './read-object.ts'
import { ReferencedData } from './referenced-data.ts'
import { defaultTiming, type Reflection, Reflector, type ReflectorTiming } from './reflector.ts'
import { keyOf, type RawObject, type Resource } from './resource.ts'
import { bundleVersion, crds, discoverKinds, isGatewayApiCrd, isWatchedGroup, metadataOnly } from './watched-kinds.ts'

export interface ClusterOptions {
  readonly client: KubeClient
  /** Ours: what Gateways of others refer to is not read. Left out: everybody's references count. */
  readonly controllerName?: string
  /**
   * All changes since the last call. The first call has everything there is, and comes only after every kind was listed: an
   * empty cache never looks like an empty cluster. The next call waits for the promise of the last.
   */
  readonly onChanges: (changes: readonly ObjectChange[], crdVersions: readonly string[]) => Promise<void>
  /** Someone wrote the status of an object (perhaps we). */
  readonly onStatus: (key: ObjectKey) => void
  readonly onProblem: (message: string) => void
  readonly timing?: Partial<ReflectorTiming>
}

/** The objects of a cluster as a source of changes. */
export interface ClusterSource extends Disposable {
  readonly heads: ObjectHeads
}

/** What comes within this time is one batch: a manifest is several objects. */
const batchMs = 2
/** CRDs are announced before they are served. */
const rediscoverMs = [100, 1_000, 5_000]

/** Starts to follow a cluster; CRDs may come and go meanwhile. */
export function openCluster(options: ClusterOptions): ClusterSource {
  return new Following(options)
}

interface Followed {
  readonly resource: Resource
  readonly stop: AbortController
  readonly objects: Map<ObjectKey, KubeObject>
  isListed: boolean
}

class Following implements ClusterSource {
  readonly heads = new ObjectHeads()
  readonly #options: ClusterOptions
  readonly #timing: ReflectorTiming
  readonly #stop = new AbortController()
  /** By kind. */
  readonly #followed = new Map<string, Followed>()
  readonly #crdVersions = new Map<string, string>()
  /** Of the groups that we watch: `plural.group`. */
  readonly #crdNames = new Set<string>()
  #versions: readonly string[] = []
  #crdsListed = false
  #isDiscovered = false
  #isUnanswered = false
  readonly #rediscoveries = new Set<NodeJS.Timeout>()
  #pending = new Map<ObjectKey, ObjectChange>()
  /** Deleted since the last call of `onChanges`; and those of them that have been made anew under their name. */
  readonly #gone = new Set<ObjectKey>()
  #anew = new Set<ObjectKey>()
  /** Whether there is news for `onChanges` beside objects. */
  #isNews = true
  #timer: NodeJS.Timeout | undefined
  #isBusy = false
  readonly #data: ReferencedData
  readonly #own: OwnReferrers
  /** Kinds whose references have to be looked at again, before anything is told. */
  readonly #unsure = new Set<string>()

  constructor(options: ClusterOptions) {
    this.#options = options
    this.#own = new OwnReferrers(options.controllerName)
    this.#timing = { ...defaultTiming, ...options.timing }
    this.#data = new ReferencedData({
      client: options.client,
      timing: this.#timing,
      onObject: (kind, object) => this.#put(this.#followed.get(kind)!, object),
      onGone: (kind, key) => this.#forget(this.#followed.get(kind)!, key),
      onSettled: () => this.#flushSoon(),
      onProblem: options.onProblem,
    })
    const reflector = new Reflector(options.client, crds, this.#reflectCrds(), this.#timing, metadataOnly)
    void reflector.run(this.#stop.signal)
    void this.#discover()
  }

  [Symbol.dispose](): void {
    this.#stop.abort()
    this.#data[Symbol.dispose]()
    for (const { stop } of this.#followed.values()) stop.abort()
    for (const timer of this.#rediscoveries) clearTimeout(timer)
    clearTimeout(this.#timer)
  }

  async #discover(): Promise<void> {
    try {
      const resources = await discoverKinds(this.#options.client)
      if (this.#stop.signal.aborted) return
      this.#isDiscovered = true
      this.#isUnanswered = false
      this.#follow(resources)
      this.#flushSoon()
    } catch (error) {
      if (!(error instanceof KubeError)) throw error
      if (this.#stop.signal.aborted) return
      if (!this.#isUnanswered) this.#options.onProblem(`the cluster does not answer: ${error.message}`)
      this.#isUnanswered = true
      this.#rediscover([this.#timing.longestPauseMs])
    }
  }

  #rediscover(afterMs: readonly number[] = rediscoverMs): void {
    for (const timer of this.#rediscoveries) clearTimeout(timer)
    this.#rediscoveries.clear()
    for (const ms of afterMs) {
      const timer = setTimeout(() => {
        this.#rediscoveries.delete(timer)
        void this.#discover()
      }, ms)
      this.#rediscoveries.add(timer)
    }
  }

  #follow(resources: readonly Resource[]): void {
    const wanted = new Map(resources.map((resource) => [resource.kind, resource]))
    for (const [kind, followed] of this.#followed) {
      const resource = wanted.get(kind)
      if (resource?.apiVersion === followed.resource.apiVersion && resource.plural === followed.resource.plural)
        continue
      // An API server that starts anew may not serve it yet: while its CRD is there, so are its objects.
      if (!resource && this.#crdNames.has(crdNameOf(followed.resource))) continue
      followed.stop.abort()
      this.#followed.delete(kind)
      // In another version it is the same objects: the new list says which of them are left.
      if (!resource) for (const key of followed.objects.keys()) this.#forget(followed, key)
      else this.#start(resource, followed.objects)
    }
    for (const resource of resources) if (!this.#followed.has(resource.kind)) this.#start(resource, new Map())
  }

  #start(resource: Resource, objects: Map<ObjectKey, KubeObject>): void {
    const followed: Followed = { resource, stop: new AbortController(), objects, isListed: false }
    this.#followed.set(resource.kind, followed)
    const reflector = isDataKind(resource.kind)
      ? new Reflector(this.#options.client, resource, this.#reflectData(followed), this.#timing, metadataOnly)
      : new Reflector(this.#options.client, resource, this.#reflectObjects(followed), this.#timing)
    if (isDataKind(resource.kind)) this.#data.serve(resource.kind, resource)
    void reflector.run(followed.stop.signal)
  }

  #reflectObjects(followed: Followed): Reflection {
    return {
      replace: (all) => this.#replace(followed, all),
      put: (object) => this.#put(followed, object),
      remove: ({ metadata }) => this.#forget(followed, keyOf(followed.resource, metadata)),
      // Many kinds may be missing, again and again: that must not put off the next look.
      missing: () => {
        if (this.#rediscoveries.size === 0) this.#rediscover()
      },
      problem: (message) => this.#options.onProblem(message),
    }
  }

  /** Metadata alone: what is referred to is got whole. */
  #reflectData(followed: Followed): Reflection {
    const { resource } = followed
    return {
      ...this.#reflectObjects(followed),
      replace: (all) => {
        this.#data.replace(
          resource,
          all.map(({ metadata }) => metadata),
        )
        followed.isListed = true
        this.#flushSoon()
      },
      put: ({ metadata }) => this.#data.note(resource, metadata),
      remove: ({ metadata }) => this.#data.forget(resource, metadata),
    }
  }

  #replace(followed: Followed, all: readonly RawObject[]): void {
    const there = new Set(all.map(({ metadata }) => keyOf(followed.resource, metadata)))
    for (const key of followed.objects.keys()) if (!there.has(key)) this.#forget(followed, key)
    for (const object of all) this.#put(followed, object)
    followed.isListed = true
    this.#flushSoon()
  }

  #put({ resource, objects }: Followed, raw: RawObject): void {
    const key = keyOf(resource, raw.metadata)
    if (resource.status && this.heads.put(key, resource, raw)) this.#options.onStatus(key)
    if (resource.status && this.#gone.has(key)) this.#anew.add(key)
    const object = readObject(resource, raw)
    const before = objects.get(key)
    if (before && sameObject(before, object)) return
    objects.set(key, object)
    this.#noteReferrer(key, object)
    this.#pending.set(key, { kind: 'put', key, object })
    this.#flushSoon()
  }

  #forget({ objects }: Followed, key: ObjectKey): void {
    this.heads.delete(key)
    if (!objects.delete(key)) return
    this.#gone.add(key)
    this.#noteReferrer(key, undefined)
    this.#pending.set(key, { kind: 'delete', key })
    this.#flushSoon()
  }

  #noteReferrer(key: ObjectKey, object: KubeObject | undefined): void {
    for (const kind of this.#own.note(key, object)) this.#unsure.add(kind)
    this.#refer(key, object)
  }

  #refer(key: ObjectKey, object: KubeObject | undefined): void {
    this.#data.refer(key, object && this.#own.isOurs(object) ? findDataReferences(object) : [])
  }

  /** Once for all that came together. */
  #referAgain(): void {
    const kinds = [...this.#unsure]
    this.#unsure.clear()
    for (const kind of kinds)
      for (const [key, object] of this.#followed.get(kind)?.objects ?? []) this.#refer(key, object)
  }

  #flushSoon(): void {
    if (this.#isBusy || this.#timer) return
    if (this.#pending.size === 0 && !this.#isNews) return
    if (!this.#isDiscovered || !this.#crdsListed) return
    if ([...this.#followed.values()].some(({ isListed }) => !isListed)) return
    if (this.#unsure.size > 0) this.#referAgain()
    // A Gateway without its Secret would be half of the truth.
    if (this.#data.isWaiting) return
    this.#timer = setTimeout(() => void this.#flush(), batchMs)
  }

  async #flush(): Promise<void> {
    this.#timer = undefined
    if (this.#unsure.size > 0) this.#referAgain()
    if (this.#data.isWaiting) return
    this.#isBusy = true
    this.#isNews = false
    const changes = [...this.#pending.values()]
    this.#pending = new Map()
    const anew = this.#anew
    this.#anew = new Set()
    this.#gone.clear()
    try {
      await this.#options.onChanges(changes, this.#versions)
      // To whoever sees both steps as one its status may be no news, but it has none yet.
      for (const key of anew) this.#options.onStatus(key)
    } finally {
      this.#isBusy = false
    }
    if (!this.#stop.signal.aborted) this.#flushSoon()
  }

  #reflectCrds() {
    const note = ({ metadata: { name, annotations } }: RawObject) => {
      if (!isWatchedGroup(name)) return false
      this.#crdNames.add(name)
      if (isGatewayApiCrd(name)) this.#setCrdVersion(name, annotations?.[bundleVersion] ?? '')
      return true
    }
    const done = () => {
      this.#crdsListed = true
      this.#flushSoon()
    }
    return {
      replace: (all: readonly RawObject[]) => {
        const there = new Set(all.map(({ metadata }) => metadata.name))
        for (const name of this.#crdNames) if (!there.has(name)) this.#forgetCrd(name)
        const isLater = this.#crdsListed
        for (const crd of all) note(crd)
        if (isLater) this.#rediscover()
        done()
      },
      put: (crd: RawObject) => {
        if (note(crd)) this.#rediscover()
      },
      remove: (crd: RawObject) => {
        if (!isWatchedGroup(crd.metadata.name)) return
        this.#forgetCrd(crd.metadata.name)
        this.#rediscover()
      },
      missing: done,
      problem: (message: string, status: number) => {
        this.#options.onProblem(message)
        // Without the right to see CRDs we serve what is there now.
        if (status === 403) done()
      },
    }
  }

  #forgetCrd(name: string): void {
    this.#crdNames.delete(name)
    this.#setCrdVersion(name, undefined)
  }

  #setCrdVersion(name: string, version: string | undefined): void {
    if (this.#crdVersions.get(name) === version) return
    if (version === undefined) this.#crdVersions.delete(name)
    else this.#crdVersions.set(name, version)
    this.#versions = [...this.#crdVersions.values()].sort()
    this.#isNews = true
    this.#flushSoon()
  }
}

function crdNameOf({ apiVersion, plural }: Resource): string {
  return `${plural}.${apiVersion.slice(0, apiVersion.indexOf('/'))}`
}
