import { isDeepStrictEqual } from 'node:util'
import type { Problem } from '#kit/outcome.ts'
import { keepReplicas } from './keep-replicas.ts'
import { type KubeClient, KubeError } from './kube-client.ts'
import { LiveObjects } from './live-objects.ts'
import { type OwnedObject, ownedPath, ownedResource } from './owned-object.ts'
import type { ReflectorTiming } from './reflector.ts'
import type { OwnerReference } from './resource.ts'
import { lastApplied, type RawObject } from './resource.ts'

export interface OwnedOptions {
  readonly client: KubeClient
  readonly kinds: readonly string[]
  /** `key=value`: the label that all of them carry, of this controller alone. */
  readonly labelSelector: string
  /** What is in the cluster, or what stands in the way, is another thing than before. */
  readonly onChange: () => void
  readonly onProblem: (message: string) => void
  readonly timing?: Partial<ReflectorTiming>
}

const fieldManager = 'headgate'
const firstRetryMs = 1_000
const longestRetryMs = 15_000
/** Someone who changes a thing again and again is answered this often. */
const correctionMs = 1_000
const atOnce = 8

interface Applied {
  readonly object: OwnedObject
  /** Of the object that the API server answered. */
  readonly fingerprint: string
  readonly at: number
}

/**
 * Keeps objects in the cluster as they are wanted: made and changed by server-side apply, put back when someone else changes
 * or deletes them, deleted when they are wanted no more. What belongs to somebody else is never touched.
 */
export class OwnedObjects implements Disposable {
  readonly #options: OwnedOptions
  readonly #live: LiveObjects
  #wanted = new Map<string, OwnedObject>()
  /** Owners whose objects stay as they are. */
  #kept: ReadonlySet<string> = new Set()
  #isWanted = false
  readonly #applied = new Map<string, Applied>()
  /** By the owner's uid. */
  readonly #problems = new Map<string, Problem>()
  readonly #said = new Map<string, string>()
  #work: Promise<void> = Promise.resolve()
  #isDue = false
  #retry: NodeJS.Timeout | undefined
  #retryMs = firstRetryMs
  #isPaused = true

  constructor(options: OwnedOptions) {
    this.#options = options
    const { client, kinds, labelSelector, onProblem, timing } = options
    this.#live = new LiveObjects({
      client,
      onChange: () => {
        options.onChange()
        this.#settleSoon()
      },
      onProblem: (message) => onProblem(`infrastructure: ${message}`),
      ...(timing && { timing }),
    })
    this.#live.follow(kinds.map((kind) => ownedResource(kind, labelSelector)))
  }

  /** Only a leader writes; what is wanted is kept until then. */
  resume(): void {
    this.#isPaused = false
    this.#settleSoon()
  }

  pause(): void {
    this.#isPaused = true
  }

  /** @param kept uids of owners whose objects stay as they are, though none are wanted */
  want(objects: readonly OwnedObject[], kept: ReadonlySet<string> = new Set()): void {
    this.#wanted = new Map(objects.map((object) => [ownedPath(object.kind, object.metadata), object]))
    this.#kept = kept
    this.#isWanted = true
    this.#retryMs = firstRetryMs
    this.#settleSoon()
  }

  /** Everything of these kinds was listed once, or may not be. */
  get isListed(): boolean {
    return this.#live.isListed
  }

  /** As it is in the cluster, when it is of this owner. */
  live(kind: string, namespace: string, name: string, ownerUid: string): RawObject | undefined {
    const object = this.#live.get(kind, ownedPath(kind, { namespace, name }))
    return object && controllerOf(object)?.uid === ownerUid ? object : undefined
  }

  /** Why the owner's objects are not all there. */
  problem(ownerUid: string): Problem | undefined {
    return this.#problems.get(ownerUid)
  }

  [Symbol.dispose](): void {
    this.#isPaused = true
    clearTimeout(this.#retry)
    this.#live[Symbol.dispose]()
  }

  #settleSoon(afterMs = 0): void {
    if (afterMs > 0) {
      clearTimeout(this.#retry)
      this.#retry = setTimeout(() => this.#settleSoon(), afterMs)
      return
    }
    if (this.#isDue) return
    this.#isDue = true
    this.#work = this.#work
      .then(() => this.#settle())
      .catch((error: unknown) =>
        this.#options.onProblem(`infrastructure: ${error instanceof Error ? error.stack : error}`),
      )
  }

  async #settle(): Promise<void> {
    this.#isDue = false
    // What we have not seen yet we can't tell from what belongs to others.
    if (this.#isPaused || !this.#isWanted || !this.#live.isListed) return
    const owners = [...Map.groupBy(this.#wanted, ([, { metadata }]) => metadata.ownerReferences[0].uid)]
    let waitMs = Number.POSITIVE_INFINITY
    await inTurn(owners, atOnce, async ([uid, objects]) => {
      waitMs = Math.min(waitMs, await this.#settleOwner(uid, objects))
    })
    for (const uid of this.#problems.keys()) if (!owners.some(([owner]) => owner === uid)) this.#setProblem(uid)
    await this.#sweep().catch((error: unknown) => {
      this.#say('', error)
      waitMs = Math.min(waitMs, this.#retryMs)
    })
    if (this.#isPaused || waitMs === Number.POSITIVE_INFINITY) return
    this.#settleSoon(waitMs)
  }

  /** @returns when to look again, in milliseconds; infinite when all is well */
  async #settleOwner(uid: string, objects: readonly (readonly [string, OwnedObject])[]): Promise<number> {
    let waitMs = Number.POSITIVE_INFINITY
    for (const [path, object] of objects) {
      if (this.#isPaused || this.#wanted.get(path) !== object) return waitMs
      const before = this.#applied.get(path)
      if (before && !this.#isChanged(path, object, before)) continue
      const isDrift = before !== undefined && isDeepStrictEqual(before.object, object)
      const restMs = isDrift ? before.at + correctionMs - performance.now() : 0
      if (restMs > 0) {
        waitMs = Math.min(waitMs, restMs)
        continue
      }
      try {
        const problem = await this.#apply(path, object)
        if (problem) return this.#fail(uid, problem, waitMs)
      } catch (error) {
        return this.#fail(uid, problemOf(object, error), waitMs)
      }
    }
    this.#setProblem(uid)
    this.#retryMs = firstRetryMs
    return waitMs
  }

  #fail(uid: string, problem: Problem | undefined, waitMs: number): number {
    this.#setProblem(uid, problem)
    const ms = this.#retryMs
    this.#retryMs = Math.min(longestRetryMs, this.#retryMs * 2)
    return Math.min(waitMs, ms)
  }

  #isChanged(path: string, object: OwnedObject, before: Applied): boolean {
    const live = this.#live.get(object.kind, path)
    return !live || fingerprintOf(live) !== before.fingerprint || !isDeepStrictEqual(before.object, object)
  }

  /** @returns why it must not be done */
  async #apply(path: string, object: OwnedObject): Promise<Problem | undefined> {
    const { client } = this.#options
    // Without our label it may be there all the same.
    const live = this.#live.get(object.kind, path) ?? (await client.request<RawObject>({ path }).catch(ignoreMissing))
    const [owner] = object.metadata.ownerReferences
    const controller = live && controllerOf(live)
    if (live && controller?.uid !== owner.uid) {
      // A Gateway of this name that is gone: what was made for it goes, too.
      if (!isLeftOver(object, live, controller)) return foreignProblem(object, controller)
      await this.#delete(path, live)
      return {
        reason: 'Pending',
        message: `${nameOf(object)} of an earlier Gateway of this name is being deleted`,
        path: '',
      }
    }
    if (live) await keepReplicas(client, path, object, fieldManager)
    const answer = await this.#live.write(object.kind, path, () =>
      client.request<RawObject>({
        method: 'PATCH',
        path: `${path}?fieldManager=${fieldManager}&force=true`,
        contentType: 'application/apply-patch+yaml',
        body: object,
      }),
    )
    this.#applied.set(path, { object, fingerprint: fingerprintOf(answer), at: performance.now() })
    this.#options.onChange()
    return undefined
  }

  /** Takes away what we made and nobody wants any more. */
  async #sweep(): Promise<void> {
    for (const kind of this.#options.kinds) {
      for (const [path, object] of [...this.#live.all(kind)]) {
        const controller = controllerOf(object)
        // Our label alone does not make it ours.
        if (this.#wanted.has(path) || controller?.kind !== 'Gateway' || this.#kept.has(controller.uid)) continue
        if (object.metadata.deletionTimestamp !== undefined || this.#isPaused) continue
        await this.#delete(path, object)
      }
    }
    for (const path of this.#applied.keys()) if (!this.#wanted.has(path)) this.#applied.delete(path)
  }

  async #delete(path: string, { metadata: { uid } }: RawObject): Promise<void> {
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background', preconditions: { uid } }
    await this.#options.client.request({ method: 'DELETE', path, body }).catch(ignoreMissing)
    this.#applied.delete(path)
  }

  #setProblem(uid: string, problem?: Problem): void {
    if (isDeepStrictEqual(this.#problems.get(uid), problem)) return
    if (problem) this.#problems.set(uid, problem)
    else this.#problems.delete(uid)
    if (problem && problem.reason !== 'Pending') this.#say(uid, problem.message)
    this.#options.onChange()
  }

  #say(about: string, what: unknown): void {
    const message = what instanceof Error ? what.message : String(what)
    if (this.#said.get(about) === message) return
    this.#said.set(about, message)
    this.#options.onProblem(`infrastructure: ${message}`)
  }
}

/** What anyone may have changed: everything but the status and the API server's own notes. */
function fingerprintOf({ metadata, status: _, apiVersion: __, kind: ___, ...rest }: RawObject): string {
  const { uid, labels, ownerReferences } = metadata
  // The watch leaves out the copy that kubectl keeps of an object.
  const { [lastApplied]: ____, ...annotations } = metadata.annotations ?? {}
  return JSON.stringify([uid, labels, annotations, ownerReferences, rest])
}

function controllerOf({ metadata }: RawObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller)
}

function isLeftOver(object: OwnedObject, live: RawObject, controller: OwnerReference | undefined): boolean {
  const [owner] = object.metadata.ownerReferences
  if (controller?.kind !== 'Gateway' || controller.name !== owner.name) return false
  const ours = Object.entries(object.metadata.labels).filter(([key]) => key.endsWith('/controller'))
  return ours.every(([key, value]) => live.metadata.labels?.[key] === value)
}

function nameOf({ kind, metadata }: OwnedObject): string {
  return `${kind} ${metadata.namespace}/${metadata.name}`
}

function foreignProblem(object: OwnedObject, controller: OwnerReference | undefined): Problem {
  const whose = controller ? `belongs to ${controller.kind} ${controller.name}` : 'was made by someone else'
  const message = `${nameOf(object)} ${whose} and is not touched: rename or delete it, or give the Gateway another name`
  return { reason: 'InfrastructureNotOwned', message, path: '' }
}

function problemOf(object: OwnedObject, error: unknown): Problem {
  if (!(error instanceof KubeError)) throw error
  // A namespace that is being deleted takes nothing new; the owner in it will go soon.
  if (error.message.includes('because it is being terminated') || error.status === 404)
    return { reason: 'Pending', message: error.message, path: '' }
  return { reason: 'InfrastructureFailed', message: `${nameOf(object)}: ${error.message}`, path: '' }
}

function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof KubeError && error.status === 404)) throw error
}

async function inTurn<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values()
  const worker = async () => {
    for (const item of rest) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
}
