import type { BackendKey } from '#ir'
import type { ClientStream, ClientStreamHandler, Fields, Plane, RequestHead, ResponseHead, StreamError } from '#proxy'

/** What came of asking. */
export type Answer =
  | {
      readonly kind: 'answer'
      readonly head: ResponseHead
      readonly body: Uint8Array
      readonly trailers: Fields | null
    }
  /** `why`: in a few words, for the access log. */
  | { readonly kind: 'failed'; readonly why: string }

/** A login page fits; an authoriser gone wild does not fill our memory. */
const maxAnswerBytes = 256 * 1024

/** One question to an authoriser, and its answer: always one, in bounded time and memory. */
export class AuthCall implements ClientStreamHandler {
  readonly answer: Promise<Answer>
  readonly #headSuffices: (head: ResponseHead) => boolean
  #resolve: (answer: Answer) => void = () => {}
  #stream: ClientStream | undefined
  #cancelTimeout: (() => void) | undefined
  #head: ResponseHead | undefined
  #chunks: Uint8Array[] = []
  #bytes = 0
  #answered = false
  #over = false

  /** @param headSuffices whether an answer is complete with its head: its body is dropped */
  constructor(headSuffices: (head: ResponseHead) => boolean) {
    this.#headSuffices = headSuffices
    this.answer = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  start(plane: Plane, backend: BackendKey, head: RequestHead, body: Uint8Array, timeoutMs: number): void {
    const empty = body.length === 0
    this.#cancelTimeout = plane.after(timeoutMs, () => this.#giveUp('timeout', 'the authoriser took too long'))
    this.#stream = plane.call(backend, head, empty, this)
    if (empty) return
    this.#stream.write(body)
    this.#stream.end(null)
  }

  /** The client is gone: nobody needs the answer. */
  cancel(): void {
    if (!this.#answered) this.#giveUp('cancelled', 'cancelled')
  }

  onInform(): void {}

  onResponse(head: ResponseHead): void {
    this.#head = head
    if (this.#headSuffices(head)) this.#settle({ kind: 'answer', head, body: new Uint8Array(0), trailers: null })
  }

  onData(chunk: Uint8Array): void {
    this.#bytes += chunk.length
    if (this.#bytes > maxAnswerBytes) this.#giveUp('cancelled', 'the answer of the authoriser is too large')
    // What comes after an answer that is complete is read only to keep the connection.
    else if (!this.#answered) this.#chunks.push(chunk)
  }

  onEnd(trailers: Fields | null): void {
    this.#close()
    const head = this.#head
    if (head) this.#settle({ kind: 'answer', head, body: Buffer.concat(this.#chunks), trailers })
    else this.#settle({ kind: 'failed', why: 'the authoriser sent no answer' })
  }

  onReset(error: StreamError): void {
    this.#close()
    this.#settle({ kind: 'failed', why: `the authoriser failed (${error.code})` })
  }

  onWritable(): void {}

  #giveUp(reason: 'cancelled' | 'timeout', why: string): void {
    if (this.#over) return
    this.#close()
    this.#stream?.reset(reason)
    this.#settle({ kind: 'failed', why })
  }

  #settle(answer: Answer): void {
    this.#answered = true
    this.#chunks = []
    this.#resolve(answer)
  }

  #close(): void {
    this.#over = true
    this.#cancelTimeout?.()
  }
}
