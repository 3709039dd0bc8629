import type { ClientStream, ClientStreamHandler, ResponseHead, StreamError } from '#proxy'

/** What a mirror may still take, shared by all its copies. */
export interface Allowance {
  copies: number
  bytes: number
}

/** Body bytes that one copy holds back while its backend is slower than the client; above, the copy is cut. */
const maxHeldBytes = 1024 * 1024
/** From the end of the request until the answer must have ended. */
const answerTimeoutMs = 30_000
/** An answer is read and dropped, so that its connection can be used again; a larger one is cheaper to cut. */
const maxAnswerBytes = 1024 * 1024

/** One copied request. It never holds the client back: what it can't take in time, it gives up. */
export class Copy implements ClientStreamHandler {
  readonly #allowance: Allowance
  readonly #after: (ms: number, then: () => void) => () => void
  #stream: ClientStream | undefined
  #held: Uint8Array[] = []
  #heldBytes = 0
  #blocked = false
  /** The client has sent all of it. */
  #whole: boolean
  #ended: boolean
  #over = false
  #answerBytes = 0
  #cancelTimeout: (() => void) | undefined

  constructor(allowance: Allowance, hasBody: boolean, after: (ms: number, then: () => void) => () => void) {
    this.#allowance = allowance
    this.#after = after
    this.#whole = !hasBody
    this.#ended = !hasBody
    allowance.copies--
  }

  start(stream: ClientStream): void {
    this.#stream = stream
    if (this.#ended) this.#await()
  }

  write(chunk: Uint8Array): void {
    if (this.#over || this.#ended) return
    if (!this.#blocked) {
      this.#blocked = this.#stream?.write(chunk) === false
      return
    }
    if (this.#heldBytes + chunk.length > maxHeldBytes || chunk.length > this.#allowance.bytes) {
      this.#cut('cancelled')
      return
    }
    this.#held.push(chunk)
    this.#heldBytes += chunk.length
    this.#allowance.bytes -= chunk.length
  }

  end(): void {
    this.#whole = true
    if (this.#held.length === 0) this.#end()
    else if (!this.#over) this.#await()
  }

  /** The client's exchange is over. A copy that has its whole request goes on by itself. */
  leave(): void {
    if (!this.#whole) this.#cut('cancelled')
  }

  onWritable(): void {
    if (this.#over) return
    this.#blocked = false
    while (this.#held.length > 0 && !this.#blocked) {
      const chunk = this.#held.shift()!
      this.#heldBytes -= chunk.length
      this.#allowance.bytes += chunk.length
      this.#blocked = this.#stream?.write(chunk) === false
    }
    if (this.#whole && this.#held.length === 0) this.#end()
  }

  onInform(): void {}

  onResponse(_head: ResponseHead): void {}

  onData(chunk: Uint8Array): void {
    this.#answerBytes += chunk.length
    if (this.#answerBytes > maxAnswerBytes) this.#cut('cancelled')
  }

  onEnd(): void {
    // An early answer, while the client still sends: the copy has told what it had to tell.
    if (this.#ended) this.#finish()
    else this.#cut('cancelled')
  }

  onReset(_error: StreamError): void {
    this.#finish()
  }

  #end(): void {
    if (this.#over || this.#ended) return
    this.#ended = true
    this.#stream?.end(null)
    this.#await()
  }

  #await(): void {
    this.#cancelTimeout ??= this.#after(answerTimeoutMs, () => this.#cut('timeout'))
  }

  #cut(reason: 'cancelled' | 'timeout'): void {
    if (this.#over) return
    this.#finish()
    this.#stream?.reset(reason)
  }

  #finish(): void {
    if (this.#over) return
    this.#over = true
    this.#cancelTimeout?.()
    this.#allowance.copies++
    this.#allowance.bytes += this.#heldBytes
    this.#held = []
    this.#heldBytes = 0
  }
}
