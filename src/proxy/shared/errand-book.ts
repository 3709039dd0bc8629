import { ErrandDesk, type Errands, type FromErrands, type ToErrands } from './errands.ts'

interface Entry {
  text: string | undefined
  foundAt: number
  triedAt: number
  /** Workers that hear of it. */
  readonly rows: Set<number>
  /** Those among them that wait. */
  readonly waiting: Set<number>
  /** Who is at it, since when. */
  runner: { readonly row: number; readonly since: number } | undefined
}

/** A worker that has not come back by then hangs: another one goes. */
const overdueMs = 15_000

/** Who runs which errand, and what was found: one for all workers of a proxy, so that a new worker knows what the others do. */
export class ErrandBook {
  readonly #send: (row: number, message: ToErrands) => void
  readonly #now: () => number
  readonly #entries = new Map<string, Entry>()

  constructor(send: (row: number, message: ToErrands) => void, now: () => number = performance.now.bind(performance)) {
    this.#send = send
    this.#now = now
  }

  receive(row: number, message: FromErrands): void {
    const { name } = message
    switch (message.kind) {
      case 'errand asked': {
        const entry = this.#entryOf(name)
        entry.rows.add(row)
        const { freshMs, pauseMs } = message.wish
        const now = this.#now()
        const fresh = entry.text !== undefined && now - entry.foundAt < freshMs
        if (!entry.runner && (fresh || now - entry.triedAt < pauseMs)) return this.#tell(row, name, entry)
        entry.waiting.add(row)
        if (!entry.runner || now - entry.runner.since > overdueMs) this.#run(row, name, entry)
        return
      }
      case 'errand run': {
        const entry = this.#entries.get(name)
        if (!entry) return
        entry.runner = undefined
        if (message.text !== undefined) {
          entry.text = message.text
          entry.foundAt = this.#now()
        }
        entry.waiting.clear()
        for (const one of entry.rows) this.#tell(one, name, entry)
        return
      }
      case 'errand left': {
        const entry = this.#entries.get(name)
        entry?.rows.delete(row)
        if (entry?.rows.size === 0) this.#entries.delete(name)
      }
    }
  }

  /** A worker died: what it was at is for another one who waits. */
  gone(row: number): void {
    for (const [name, entry] of this.#entries) {
      entry.rows.delete(row)
      entry.waiting.delete(row)
      if (entry.runner?.row !== row) continue
      entry.runner = undefined
      const [next] = entry.waiting
      if (next !== undefined) this.#run(next, name, entry)
    }
  }

  #entryOf(name: string): Entry {
    const known = this.#entries.get(name)
    if (known) return known
    const never = Number.NEGATIVE_INFINITY
    const made: Entry = {
      text: undefined,
      foundAt: never,
      triedAt: never,
      rows: new Set(),
      waiting: new Set(),
      runner: undefined,
    }
    this.#entries.set(name, made)
    return made
  }

  #run(row: number, name: string, entry: Entry): void {
    entry.triedAt = this.#now()
    entry.runner = { row, since: entry.triedAt }
    this.#send(row, { kind: 'run errand', name })
  }

  #tell(row: number, name: string, { text, foundAt, triedAt }: Entry): void {
    const now = this.#now()
    this.#send(row, { kind: 'errand heard', name, finding: { text, ageMs: now - foundAt, triedMs: now - triedAt } })
  }
}

/** For a plane that has no others beside it. */
export function loneErrands(now?: () => number): Errands {
  const book: ErrandBook = new ErrandBook((_row, message) => desk.receive(message), now)
  const desk: ErrandDesk = new ErrandDesk((message) => book.receive(0, message))
  return desk
}
