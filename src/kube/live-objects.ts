import type { KubeClient } from './kube-client.ts'
import { defaultTiming, Reflector, type ReflectorTiming } from './reflector.ts'
import { objectPath, type RawObject, type Resource } from './resource.ts'

export interface LiveOptions {
  readonly client: KubeClient
  /** Something came, went or changed; or everything of a kind is known now. */
  readonly onChange: () => void
  readonly onProblem: (message: string) => void
  readonly timing?: Partial<ReflectorTiming>
}

interface Followed {
  readonly resource: Resource
  readonly stop: AbortController
  readonly objects: Map<string, RawObject>
  isListed: boolean
  /** Rises with each event. */
  events: number
}

/** Objects of some kinds as they are in the cluster now, whole, with their statuses. */
export class LiveObjects implements Disposable {
  readonly #options: LiveOptions
  readonly #followed = new Map<string, Followed>()

  constructor(options: LiveOptions) {
    this.#options = options
  }

  /** Makes these the kinds that are followed: what is new is listed, what is missing forgotten. */
  follow(resources: readonly Resource[]): void {
    const wanted = new Set(resources.map(({ kind }) => kind))
    for (const [kind, { stop }] of this.#followed) {
      if (wanted.has(kind)) continue
      stop.abort()
      this.#followed.delete(kind)
    }
    for (const resource of resources) if (!this.#followed.has(resource.kind)) this.#start(resource)
  }

  /** Everything that is followed was listed, or may not be. */
  get isListed(): boolean {
    return [...this.#followed.values()].every(({ isListed }) => isListed)
  }

  /** By path. */
  get(kind: string, path: string): RawObject | undefined {
    return this.#followed.get(kind)?.objects.get(path)
  }

  *all(kind: string): Iterable<[path: string, object: RawObject]> {
    yield* this.#followed.get(kind)?.objects ?? []
  }

  /**
   * Sends a write, and takes its answer for what there is now: the watch will say the same a little later. Where the watch was
   * faster it may have brought something newer already, so the answer counts only when nothing was heard of the kind meanwhile.
   */
  async write(kind: string, path: string, send: () => Promise<RawObject>): Promise<RawObject> {
    const followed = this.#followed.get(kind)
    const before = followed?.events
    const answer = await send()
    if (followed?.events === before) followed?.objects.set(path, answer)
    return answer
  }

  [Symbol.dispose](): void {
    for (const { stop } of this.#followed.values()) stop.abort()
    this.#followed.clear()
  }

  #start(resource: Resource): void {
    const { client, onChange, onProblem, timing } = this.#options
    const followed: Followed = { resource, stop: new AbortController(), objects: new Map(), isListed: false, events: 0 }
    this.#followed.set(resource.kind, followed)
    const listed = () => {
      followed.isListed = true
      onChange()
    }
    const reflection = {
      replace(all: readonly RawObject[]) {
        followed.events++
        followed.objects.clear()
        for (const object of all) followed.objects.set(objectPath(resource, object.metadata), object)
        listed()
      },
      put(object: RawObject) {
        followed.events++
        followed.objects.set(objectPath(resource, object.metadata), object)
        onChange()
      },
      remove({ metadata }: RawObject) {
        followed.events++
        followed.objects.delete(objectPath(resource, metadata))
        onChange()
      },
      missing: listed,
      problem(message: string, status: number) {
        onProblem(message)
        // Without the right to see them we make them all the same, and don't notice when someone else changes them.
        if (status === 403) listed()
      },
    }
    const reflector = new Reflector(client, resource, reflection, { ...defaultTiming, ...timing })
    void reflector.run(followed.stop.signal)
  }
}
