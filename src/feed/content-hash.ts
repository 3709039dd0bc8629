import { createHmac } from 'node:crypto'

const length = 16

/**
 * The hash of a set of items that changes with one item at the cost of one: each item's own hash, joined by XOR. Keyed, because
 * with a known hash function whoever writes many routes could choose them so that a change goes unseen.
 */
export class ContentHash {
  readonly #key: Buffer
  readonly #sum = Buffer.alloc(length)

  constructor(key: Buffer) {
    this.#key = key
  }

  /** Takes an item in, or out when it is in. */
  toggle(text: string): void {
    const digest = createHmac('sha256', this.#key).update(text).digest()
    for (let i = 0; i < length; i++) this.#sum[i] = this.#sum[i]! ^ digest[i]!
  }

  get text(): string {
    return this.#sum.toString('base64')
  }
}
