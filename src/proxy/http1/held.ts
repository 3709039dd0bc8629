/** Bytes kept until more arrive. Grows by doubling, so that a peer who sends byte by byte costs no quadratic copying. */
export class Held {
  #buffer: Buffer = EMPTY
  #length = 0

  get length(): number {
    return this.#length
  }

  /** @param lent the bytes change when the caller's turn is over: they are copied */
  append(bytes: Buffer, lent: boolean): void {
    if (this.#length === 0 && !lent) {
      // Not copied: what waits behind a pipelined request would be, once for each of them.
      this.#buffer = bytes
      this.#length = bytes.length
      return
    }
    const length = this.#length + bytes.length
    if (length > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, this.#buffer.length * 2, 512))
      this.#buffer.copy(grown, 0, 0, this.#length)
      this.#buffer = grown
    }
    bytes.copy(this.#buffer, this.#length)
    this.#length = length
  }

  /** The bytes so far. They stay held. */
  peek(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  /** Hands the bytes over; nothing is held afterwards. */
  take(): Buffer {
    const bytes = this.#buffer.subarray(0, this.#length)
    this.clear()
    return bytes
  }

  clear(): void {
    this.#buffer = EMPTY
    this.#length = 0
  }
}

const EMPTY = Buffer.alloc(0)
