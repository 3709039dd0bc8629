import type { StatusChange } from '#translate'

interface Waiting {
  readonly changes: readonly StatusChange[]
  readonly isDue: () => boolean
  readonly until: number
}

/** So long a status waits for the data planes that it is about: one that is away must not keep it for good. */
const longestMs = 2_000

/** Holds statuses back until what they say is served, in the order in which they came. */
export class StatusQueue implements Disposable {
  readonly #onStatuses: (changes: readonly StatusChange[]) => void
  readonly #waiting: Waiting[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(onStatuses: (changes: readonly StatusChange[]) => void) {
    this.#onStatuses = onStatuses
  }

  push(changes: readonly StatusChange[], isDue: () => boolean): void {
    this.#waiting.push({ changes, isDue, until: performance.now() + longestMs })
    this.flush()
  }

  /** To be called when something may be due now. */
  flush(): void {
    clearTimeout(this.#timer)
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const restMs = next.until - performance.now()
      if (restMs > 0 && !next.isDue()) {
        this.#timer = setTimeout(() => this.flush(), restMs)
        return
      }
      this.#waiting.shift()
      this.#onStatuses(next.changes)
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#waiting.length = 0
  }
}
