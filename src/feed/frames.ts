const headBytes = 4

/** The peer speaks something else, or more than it may. */
export class FeedError extends Error {
  override readonly name = 'FeedError'
}

/** One message: its length in four bytes, big-endian, and its text. */
export function frame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const bytes = Buffer.allocUnsafe(headBytes + length)
  bytes.writeUInt32BE(length)
  bytes.write(text, headBytes)
  return bytes
}

/** Cuts a stream of bytes into messages. */
export class FrameReader {
  readonly #most: number
  #chunks: Buffer[] = []
  #length = 0

  /** @param most length of a message, in bytes: memory is not the peer's to fill */
  constructor(most: number) {
    this.#most = most
  }

  /** @returns the texts that are complete by now; throws a FeedError when one is longer than allowed */
  push(chunk: Buffer): string[] {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    const texts: string[] = []
    for (let need = this.#need(); need !== undefined && this.#length >= need; need = this.#need()) {
      const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
      texts.push(all.toString('utf8', headBytes, need))
      this.#length -= need
      this.#chunks = this.#length > 0 ? [all.subarray(need)] : []
    }
    return texts
  }

  /** Length of the next message with its head; undefined while that is not known. */
  #need(): number | undefined {
    if (this.#length < headBytes) return undefined
    if (this.#chunks[0]!.length < headBytes) this.#chunks = [Buffer.concat(this.#chunks)]
    const length = this.#chunks[0]!.readUInt32BE()
    if (length > this.#most) throw new FeedError(`a message of ${length} bytes; ${this.#most} are allowed`)
    return headBytes + length
  }
}
