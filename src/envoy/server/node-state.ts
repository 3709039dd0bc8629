import { channel } from 'node:diagnostics_channel'
import type { Problem } from '#kit/outcome.ts'
import { type EnvoyResources, type ResourceKind, resourceKinds, resourceName } from '../envoy-resources.ts'
import type { Message } from '../message.ts'
import { type PackedResource, packResource } from '../protobuf/pack-resource.ts'
import { changedItems } from '../resources/changed-items.ts'
import { equalJson } from './equal-json.ts'
import type { Served } from './subscription.ts'

/** A resource that Envoy, or the check before, refused. What was served under its name before goes on being served. */
export interface Refusal {
  readonly kind: ResourceKind
  readonly name: string
  readonly message: string
}

/** For whoever watches the process, as tests do, in which nothing may be refused: `{ kind, name, message }`. */
const watchers = channel('headgate:envoy-refusal')

/** What others still use when it is no longer wanted goes after them, and later. */
const lingering: ReadonlySet<ResourceKind> = new Set(['secret', 'cluster', 'endpoints', 'extension', 'route'])

interface Kept {
  readonly map: Map<string, PackedResource>
  /** What is wanted; `map` differs where it was refused, or lingers. */
  readonly wanted: Map<string, PackedResource>
  /** As `publish` was given it, and by name. */
  list: readonly Message[]
  readonly json: Map<string, Message>
  /** What Envoy has accepted. */
  readonly good: Map<string, PackedResource>
  readonly refused: Map<string, { readonly version: string; readonly message: string }>
}

export interface Touched {
  readonly kind: ResourceKind
  readonly name: string
}

/** What the Envoys of one Gateway should have. */
export class NodeState {
  #generation = 0
  readonly #kinds: Readonly<Record<ResourceKind, Kept>>

  constructor() {
    const kept = (): Kept => ({
      map: new Map(),
      wanted: new Map(),
      list: [],
      json: new Map(),
      good: new Map(),
      refused: new Map(),
    })
    this.#kinds = Object.fromEntries(resourceKinds.map((kind) => [kind, kept()])) as unknown as Record<
      ResourceKind,
      Kept
    >
  }

  /** Counts what was published; 0: nothing yet. */
  get generation(): number {
    return this.#generation
  }

  served(kind: ResourceKind): Served {
    return this.#kinds[kind].map
  }

  get refusals(): readonly Refusal[] {
    return resourceKinds.flatMap((kind) =>
      [...this.#kinds[kind].refused].map(([name, { message }]) => ({ kind, name, message })),
    )
  }

  /** Takes the new resources. What is no longer wanted is gone at once or, where others may still use it, by `sweep`. */
  publish(resources: EnvoyResources): readonly Touched[] {
    this.#generation++
    return resourceKinds.flatMap((kind) => this.#publishKind(kind, resources))
  }

  #publishKind(kind: ResourceKind, resources: EnvoyResources): Touched[] {
    const kept = this.#kinds[kind]
    const { map, wanted, json, good, refused } = kept
    // Most are the same objects as before, and need not be looked at.
    const { gone, come } = changedItems(kept.list, resources[kind])
    kept.list = resources[kind]
    const names = new Set(come.map((resource) => resourceName(kind, resource)))
    const left = gone.map((resource) => resourceName(kind, resource)).filter((name) => !names.has(name))
    for (const name of left) {
      json.delete(name)
      wanted.delete(name)
    }
    const touched: Touched[] = []
    for (const resource of come) {
      const packed = this.#take(kind, resource)
      if (!packed) continue
      const { name, version } = packed
      if (refused.get(name)?.version === version) continue
      refused.delete(name)
      if (map.get(name)?.version === version) continue
      map.set(name, packed)
      touched.push({ kind, name })
    }
    for (const name of refused.keys()) if (!json.has(name)) refused.delete(name)
    if (lingering.has(kind)) return touched
    for (const name of left) {
      good.delete(name)
      if (map.delete(name)) touched.push({ kind, name })
    }
    return touched
  }

  /** @returns undefined when it is invalid, which has been noted */
  #take(kind: ResourceKind, resource: Message): PackedResource | undefined {
    const { wanted, json, refused } = this.#kinds[kind]
    const name = resourceName(kind, resource)
    const before = json.get(name)
    // What says the same as before is not packed again.
    const same = before && equalJson(before, resource) ? before : resource
    json.set(name, same)
    const packed = packResource(kind, same)
    if (packed.ok) {
      wanted.set(name, packed.value)
      return packed.value
    }
    wanted.delete(name)
    const message = describe(packed.problems)
    if (refused.get(name)?.message !== message) watchers.publish({ kind, name, message })
    refused.set(name, { version: '', message })
    return undefined
  }

  /** Removes what lingers. */
  sweep(): readonly Touched[] {
    const touched: Touched[] = []
    for (const kind of [...resourceKinds].reverse()) {
      const { map, wanted, refused, good } = this.#kinds[kind]
      for (const name of map.keys()) {
        if (wanted.has(name) || refused.has(name)) continue
        map.delete(name)
        good.delete(name)
        touched.push({ kind, name })
      }
    }
    return touched
  }

  /** What was refused is offered once more: the reason may be gone (a port that another program had). */
  retry(): readonly Touched[] {
    return resourceKinds.flatMap((kind) => {
      const { map, wanted, refused } = this.#kinds[kind]
      const again = [...refused.keys()].flatMap((name) => wanted.get(name) ?? [])
      for (const resource of again) {
        refused.delete(resource.name)
        map.set(resource.name, resource)
      }
      return again.map(({ name }) => ({ kind, name }))
    })
  }

  accept(kind: ResourceKind, resource: PackedResource): void {
    this.#kinds[kind].good.set(resource.name, resource)
  }

  /** Envoy refused it: what it had accepted before under this name is served again, or nothing. @returns false when that is known */
  refuse(kind: ResourceKind, { name, version }: PackedResource, message: string): boolean {
    const { map, good, refused } = this.#kinds[kind]
    // Changed since: the newer one is on its way.
    if (map.get(name)?.version !== version) return false
    refused.set(name, { version, message })
    watchers.publish({ kind, name, message })
    const before = good.get(name)
    if (before && before.version !== version) map.set(name, before)
    else map.delete(name)
    return true
  }
}

function describe(problems: readonly Problem[]): string {
  return problems.map(({ message }) => message).join('; ')
}
