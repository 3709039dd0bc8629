import { Dependencies, type Topic } from './dependencies.ts'
import { type PolicyFeatures, type PolicyModel, translatePolicy, type WrittenPolicy } from './policy-model.ts'
import type { PlaneName, PolicyTraffic, SlicedKind } from './policy-slice.ts'
import { type Reader, trackingReader } from './reader.ts'
import { sameValue } from './same-value.ts'
import type { Store } from './store.ts'

/** A reader that also knows what policies come to; asking counts as depending on it. */
export interface PolicyReader extends Reader {
  /**
   * @param names `namespace/name` of the policy, and of the one it is merged with
   * @param plane where; what one plane refuses another one may do
   * @returns undefined: one of them does not exist
   */
  model(
    kind: SlicedKind,
    names: readonly [string, string?],
    carries: PolicyTraffic,
    plane: PlaneName | undefined,
  ): PolicyModel | undefined
}

/** The policies, each understood once for all that meet it. */
export class PolicyModels {
  readonly #store: Store
  readonly #features: PolicyFeatures
  readonly #entries = new Map<Topic, Entry>()
  readonly #dependencies = new Dependencies<Topic>()

  constructor(store: Store, features: PolicyFeatures) {
    this.#store = store
    this.#features = features
  }

  /** Understands again what has changed or has read something that has. @returns the topics of those that differ now */
  update(touched: ReadonlySet<Topic>): readonly Topic[] {
    const changed: Topic[] = []
    for (const topic of this.#dependencies.affected(touched)) {
      const entry = this.#entries.get(topic)!
      const before = entry.model
      this.#translate(topic, entry)
      if (sameValue(before, entry.model)) entry.model = before
      else changed.push(topic)
      if (!entry.model) this.#entries.delete(topic)
    }
    return changed
  }

  reader(topics: Set<Topic>): PolicyReader {
    return {
      ...trackingReader(this.#store, topics),
      model: (kind, names, carries, plane) => {
        const topic = `model for ${carries} of ${kind} ${names.join(' over ')} on ${plane ?? 'any plane'}`
        topics.add(topic)
        const known = this.#entries.get(topic)
        if (known) return known.model
        const entry: Entry = { kind, names, carries, plane, model: undefined }
        this.#translate(topic, entry)
        if (entry.model) this.#entries.set(topic, entry)
        return entry.model
      },
    }
  }

  #translate(topic: Topic, entry: Entry): void {
    const topics = new Set<Topic>()
    const reader = trackingReader(this.#store, topics)
    const [policy, parent] = entry.names.map((name) => writtenPolicy(reader, entry.kind, name!))
    const complete = policy && (entry.names.length === 1 || parent)
    entry.model = complete
      ? translatePolicy(policy, parent, entry.carries, entry.plane, reader, this.#features)
      : undefined
    if (entry.model) this.#dependencies.set(topic, topics)
    else this.#dependencies.delete(topic)
  }
}

interface Entry {
  readonly kind: SlicedKind
  readonly names: readonly [string, string?]
  readonly carries: PolicyTraffic
  readonly plane: PlaneName | undefined
  model: PolicyModel | undefined
}

function writtenPolicy(reader: Reader, kind: SlicedKind, fullName: string): WrittenPolicy | undefined {
  const [namespace = '', name = ''] = fullName.split('/')
  const object = reader.get(kind, namespace, name)
  return object && { origin: { kind, namespace, name }, spec: object.spec }
}
