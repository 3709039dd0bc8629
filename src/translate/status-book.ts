import type { ObjectKey } from '#api'
import type { Topic } from './dependencies.ts'
import { sameValue } from './same-value.ts'
import type { Status } from './status.ts'

export interface StatusChange {
  readonly key: ObjectKey
  /** Undefined: nothing of ours may be left in the object's status. */
  readonly status: Status | undefined
}

/** The statuses by now, and which of them are news. */
export class StatusBook {
  readonly all = new Map<ObjectKey, Status>()
  /** The key that each object had when it got its status: after a deletion nobody else knows it. */
  readonly #keys = new Map<Topic, ObjectKey>()
  #changes: StatusChange[] = []

  /** @param key undefined when the object is gone */
  set(object: Topic, key: ObjectKey | undefined, status: Status | undefined): void {
    const before = this.#keys.get(object)
    if (before !== undefined && (before !== key || status === undefined)) {
      this.#keys.delete(object)
      this.all.delete(before)
      this.#changes.push({ key: before, status: undefined })
    }
    if (key === undefined || status === undefined || sameValue(this.all.get(key), status)) return
    this.#keys.set(object, key)
    this.all.set(key, status)
    this.#changes.push({ key, status })
  }

  takeChanges(): readonly StatusChange[] {
    const changes = this.#changes
    this.#changes = []
    return changes
  }
}
