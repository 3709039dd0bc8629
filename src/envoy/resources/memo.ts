/**
 * Remembers what was made of what: the same inputs under the same key give the same object again, so that a resource which did
 * not change is not packed, compared and sent.
 */
export class Memo {
  #before = new Map<string, Entry>()
  #now = new Map<string, Entry>()

  /** @param inputs all that `make` reads; compared by identity */
  get<T>(key: string, inputs: readonly unknown[], make: () => T): T {
    const known = this.#now.get(key) ?? this.#before.get(key)
    const entry = known && sameInputs(known.inputs, inputs) ? known : { inputs, made: make() }
    this.#now.set(key, entry)
    return entry.made as T
  }

  /** Forgets what was not asked for since the last call. */
  sweep(): void {
    this.#before = this.#now
    this.#now = new Map()
  }
}

interface Entry {
  readonly inputs: readonly unknown[]
  readonly made: unknown
}

function sameInputs(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i])
}
