/** Something that a translation read: an object's id, or a question such as "the grants of a namespace". */
export type Topic = string

/** Remembers which results came from which topics, to know what a change makes stale. */
export class Dependencies<K extends string> {
  readonly #topics = new Map<K, ReadonlySet<Topic>>()
  readonly #dependents = new Map<Topic, Set<K>>()

  /** Replaces what `key` depends on. */
  set(key: K, topics: ReadonlySet<Topic>): void {
    this.delete(key)
    this.#topics.set(key, topics)
    for (const topic of topics) {
      const dependents = this.#dependents.get(topic)
      if (dependents) dependents.add(key)
      else this.#dependents.set(topic, new Set([key]))
    }
  }

  delete(key: K): void {
    for (const topic of this.#topics.get(key) ?? []) {
      const dependents = this.#dependents.get(topic)
      dependents?.delete(key)
      if (dependents?.size === 0) this.#dependents.delete(topic)
    }
    this.#topics.delete(key)
  }

  /** What `key` depends on. */
  topicsOf(key: K): ReadonlySet<Topic> | undefined {
    return this.#topics.get(key)
  }

  /** Everything that read one of `topics`. */
  affected(topics: Iterable<Topic>): Set<K> {
    const affected = new Set<K>()
    for (const topic of topics) for (const key of this.#dependents.get(topic) ?? []) affected.add(key)
    return affected
  }
}
