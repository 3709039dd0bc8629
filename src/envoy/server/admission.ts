/** A stream's place. */
export interface Place {
  /** Resolves when the client's first configuration may be sent. */
  turn(): Promise<void>
  /** It has got it: the next may begin. */
  started(): void
  leave(): void
}

/** How long a client may take for its first configuration before the next one begins all the same. */
const turnMs = 10_000

/**
 * When a thousand proxies come at once, a few get their configuration at a time: what is on its way stays small in memory,
 * and the first are served soon.
 */
export class Admission {
  readonly #maxStreams: number
  readonly #maxStarting: number
  #streams = 0
  #starting = 0
  readonly #queue: (() => void)[] = []

  constructor(maxStreams: number, maxStarting: number) {
    this.#maxStreams = maxStreams
    this.#maxStarting = maxStarting
  }

  get streams(): number {
    return this.#streams
  }

  /** @returns undefined when there are too many */
  enter(): Place | undefined {
    if (this.#streams >= this.#maxStreams) return undefined
    this.#streams++
    let state: 'waiting' | 'starting' | 'started' = 'waiting'
    let timer: NodeJS.Timeout | undefined
    let wake: (() => void) | undefined
    const started = (): void => {
      if (state === 'starting') this.#done()
      state = 'started'
      clearTimeout(timer)
    }
    return {
      turn: async () => {
        if (this.#starting >= this.#maxStarting) {
          await new Promise<void>((resolve) => {
            wake = resolve
            this.#queue.push(resolve)
          })
          wake = undefined
        } else this.#starting++
        if (state === 'started') return this.#done()
        state = 'starting'
        timer = setTimeout(started, turnMs).unref()
      },
      started,
      leave: () => {
        this.#streams--
        started()
        const place = wake ? this.#queue.indexOf(wake) : -1
        if (place < 0) return
        this.#queue.splice(place, 1)
        wake?.()
        // It did not take anybody's turn.
        this.#starting++
      },
    }
  }

  /** One turn is free: the next in the queue has it. */
  #done(): void {
    const next = this.#queue.shift()
    if (next) next()
    else this.#starting--
  }
}
