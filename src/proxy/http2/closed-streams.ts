const REMEMBERED = 64
const REMEMBERED_RESETS = 512

/**
 * Which streams were closed lately, and how. Frames that a peer had under way when we reset its stream are let pass; the
 * same frames on a stream that the peer itself had ended are a mistake (RFC 9113 5.1).
 */
export class ClosedStreams {
  readonly #ended: number[] = []
  #at = 0
  #resets: Set<number> | undefined

  ended(id: number): void {
    this.#ended[this.#at] = id
    this.#at = (this.#at + 1) % REMEMBERED
  }

  reset(id: number): void {
    this.#resets ??= new Set()
    if (this.#resets.size >= REMEMBERED_RESETS) this.#resets.delete(this.#resets.values().next().value!)
    this.#resets.add(id)
  }

  wasReset(id: number): boolean {
    return this.#resets?.has(id) ?? false
  }

  wasOpen(id: number): boolean {
    return this.#ended.includes(id) || this.wasReset(id)
  }
}
