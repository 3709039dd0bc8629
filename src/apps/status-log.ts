import type { ObjectKey } from '#api'
import { formatStatus, type StatusChange } from '#translate'

/** Says what statuses say anew: of a Gateway to which a route attached, the listener that has one more, and nothing else. */
export class StatusLog {
  readonly #log: (message: string) => void
  readonly #said = new Map<ObjectKey, readonly string[]>()

  constructor(log: (message: string) => void) {
    this.#log = log
  }

  note(changes: readonly StatusChange[]): void {
    for (const { key, status } of changes) {
      const lines = status ? formatStatus(key, status) : [`${subject(key)}: gone`]
      const before = this.#said.get(key) ?? []
      for (const line of lines) if (!before.includes(line)) this.#log(`status ${line}`)
      if (status) this.#said.set(key, lines)
      else this.#said.delete(key)
    }
  }
}

function subject(key: ObjectKey): string {
  const [kind, namespace, name] = key.split('/')
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`
}
