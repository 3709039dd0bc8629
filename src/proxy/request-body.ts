import type { Fields } from './message.ts'

/** Kept for another attempt, and held while no attempt is connected. Beyond this the sender waits, or the body can't be sent again. */
const maxHeldBytes = 65_536

/** No chunks. Never changed: most requests have no body, and need no list. */
const none: Uint8Array[] = []

/** The part of a request body that may still be needed: not yet sent, or sent and perhaps to be sent again. */
export class RequestBody {
  ended: boolean
  trailers: Fields | null = null
  /** Everything received so far is still here, so the request can be sent from its start. */
  replayable = true
  #chunks: Uint8Array[] = none
  #bytes = 0
  #keep = true
  #wanted = 0
  #onGathered: (() => void) | undefined

  constructor(ended: boolean) {
    this.ended = ended
  }

  /** What comes is kept, for now. */
  get keeps(): boolean {
    return this.#keep
  }

  get chunks(): readonly Uint8Array[] {
    return this.#chunks
  }

  /** @returns false when enough is held: the sender should wait */
  push(chunk: Uint8Array): boolean {
    if (!this.#keep) return true
    if (this.#chunks === none) this.#chunks = [chunk]
    else this.#chunks.push(chunk)
    this.#bytes += chunk.length
    if (this.#onGathered && this.#bytes > this.#wanted) this.#gatheringDone()
    return this.#bytes <= Math.max(maxHeldBytes, this.#wanted)
  }

  end(trailers: Fields | null): void {
    this.ended = true
    this.trailers = trailers
    if (this.#onGathered) this.#gatheringDone()
  }

  /** Calls `then` once the body is complete or longer than `bytes`; at once when it already is. */
  gather(bytes: number, then: () => void): void {
    this.#wanted = bytes
    this.#onGathered = then
    if (this.ended || this.#bytes > bytes) this.#gatheringDone()
  }

  #gatheringDone(): void {
    const then = this.#onGathered!
    this.#onGathered = undefined
    then()
  }

  /** The whole body, or undefined when it is longer than was asked for. */
  gathered(): Uint8Array | undefined {
    return this.ended && this.#bytes <= this.#wanted ? Buffer.concat(this.#chunks) : undefined
  }

  /** An attempt has taken everything held so far; from now on chunks are kept only if it may have to be repeated. */
  sent(mayRepeat: boolean): void {
    if (!mayRepeat || this.#bytes > maxHeldBytes) this.forget()
  }

  /** No further attempt: nothing needs to be kept. */
  forget(): void {
    if (this.#bytes > 0 || !this.ended) this.replayable = false
    this.#keep = false
    this.#chunks = none
  }
}
