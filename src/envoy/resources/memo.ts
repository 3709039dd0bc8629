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

/** The same for what is made of one object in the first place: it is forgotten with the object, and costs no key. */
export class OwnedMemo<T> {
  readonly #entries = new WeakMap<object, { readonly inputs: readonly unknown[]; readonly made: T }>()

  /** @param inputs what `make` reads besides the owner */
  get(owner: object, inputs: readonly unknown[], make: () => T): T {
    const known = this.#entries.get(owner)
    if (known && sameInputs(known.inputs, inputs)) return known.made
    const made = make()
    this.#entries.set(owner, { inputs, made })
    return made
  }
}

interface Entry {
  readonly inputs: readonly unknown[]
  readonly made: unknown
}

/** Whether both lists hold the same objects in the same order. */
export function sameInputs(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
