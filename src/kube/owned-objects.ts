import { isDeepStrictEqual } from 'node:util'
import { type KubeClient, KubeError } from './kube-client.ts'
import { groupPath } from './resource.ts'

/** An object that exists because of another one, and goes with it (ownerReferences). */
export interface OwnedObject {
  readonly apiVersion: string
  readonly kind: string
  readonly plural: string
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly labels: Readonly<Record<string, string>>
    readonly annotations: Readonly<Record<string, string>>
    readonly ownerReferences: readonly object[]
  }
}

const fieldManager = 'headgate'
const retryMs = 1_000

/** Keeps objects of ours in the cluster as they are wanted: made, changed by server-side apply, and deleted. */
export class OwnedObjects implements Disposable {
  readonly #client: KubeClient
  readonly #onProblem: (message: string) => void
  #wanted = new Map<string, OwnedObject>()
  readonly #applied = new Map<string, OwnedObject>()
  #work: Promise<void> = Promise.resolve()
  #retry: NodeJS.Timeout | undefined
  #isPaused = true

  constructor(client: KubeClient, onProblem: (message: string) => void) {
    this.#client = client
    this.#onProblem = onProblem
  }

  /** Only a leader writes; what is wanted is kept until then. */
  resume(): void {
    this.#isPaused = false
    this.#settleSoon()
  }

  pause(): void {
    this.#isPaused = true
  }

  want(objects: readonly OwnedObject[]): void {
    this.#wanted = new Map(objects.map((object) => [pathOf(object), object]))
    this.#settleSoon()
  }

  [Symbol.dispose](): void {
    this.#isPaused = true
    clearTimeout(this.#retry)
  }

  #settleSoon(): void {
    clearTimeout(this.#retry)
    this.#work = this.#work.then(() => this.#settle())
  }

  async #settle(): Promise<void> {
    if (this.#isPaused) return
    const wanted = this.#wanted
    const steps = [
      ...[...wanted].map(
        ([path, object]) =>
          () =>
            this.#apply(path, object),
      ),
      ...[...this.#applied.keys()].filter((path) => !wanted.has(path)).map((path) => () => this.#delete(path)),
    ]
    let failed = false
    for (const step of steps) {
      await step().catch((error: unknown) => {
        failed = true
        // A namespace that is being deleted takes nothing new; the owner in it will go soon.
        const isEnding = error instanceof KubeError && (error.status === 403 || error.status === 404)
        if (!isEnding) this.#onProblem(`infrastructure: ${error instanceof Error ? error.message : error}`)
      })
    }
    if (failed) this.#retry = setTimeout(() => this.#settleSoon(), retryMs)
  }

  async #apply(path: string, object: OwnedObject): Promise<void> {
    if (isDeepStrictEqual(this.#applied.get(path), object)) return
    const { plural: _, ...body } = object
    await this.#client.request({
      method: 'PATCH',
      path: `${path}?fieldManager=${fieldManager}&force=true`,
      contentType: 'application/apply-patch+yaml',
      body,
    })
    this.#applied.set(path, object)
  }

  async #delete(path: string): Promise<void> {
    await this.#client.request({ method: 'DELETE', path }).catch(ignoreMissing)
    this.#applied.delete(path)
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof KubeError && error.status === 404)) throw error
}

function pathOf({ apiVersion, plural, metadata }: OwnedObject): string {
  return `${groupPath(apiVersion)}/namespaces/${metadata.namespace}/${plural}/${metadata.name}`
}
