/** What is known about an errand's outcome. */
export interface Finding {
  /** The last one found; undefined: none yet. A try that finds nothing takes nothing away. */
  readonly text: string | undefined
  /** Since it was found. */
  readonly ageMs: number
  /** Since the last try. */
  readonly triedMs: number
}

/** How one worker does what all need done (a document of another host): it may do so at any time, and hears of all outcomes. */
export interface Errand {
  /** @returns undefined: nothing found. Must end in bounded time, and never throws */
  run(): Promise<string | undefined>
  hear(finding: Finding): void
}

/** When an errand is run rather than answered by what is known. */
export interface Wish {
  /** What is younger will do. */
  readonly freshMs: number
  /** Who tried no longer ago than this doesn't try again. */
  readonly pauseMs: number
}

/** Errands that one worker runs for all. */
export interface Errands {
  /** @param name equal names are one errand: begin it with what makes it yours */
  enrol(name: string, errand: Errand): void
  /** Each is followed by a `hear`, now or when somebody's run is over. */
  ask(name: string, wish: Wish): void
  /** Nobody here needs it any more. */
  leave(name: string): void
}

export type FromErrands =
  | { readonly kind: 'errand asked'; readonly name: string; readonly wish: Wish }
  | { readonly kind: 'errand run'; readonly name: string; readonly text: string | undefined }
  | { readonly kind: 'errand left'; readonly name: string }

export type ToErrands =
  | { readonly kind: 'run errand'; readonly name: string }
  | { readonly kind: 'errand heard'; readonly name: string; readonly finding: Finding }

/** One worker's end; the book of all is an `ErrandBook`. */
export class ErrandDesk implements Errands {
  readonly #post: (message: FromErrands) => void
  readonly #errands = new Map<string, Errand>()

  constructor(post: (message: FromErrands) => void) {
    this.#post = post
  }

  enrol(name: string, errand: Errand): void {
    this.#errands.set(name, errand)
  }

  ask(name: string, wish: Wish): void {
    this.#post({ kind: 'errand asked', name, wish })
  }

  leave(name: string): void {
    if (this.#errands.delete(name)) this.#post({ kind: 'errand left', name })
  }

  receive(message: ToErrands): void {
    const { name } = message
    const errand = this.#errands.get(name)
    if (message.kind === 'errand heard') return errand?.hear(message.finding)
    const found = errand?.run() ?? Promise.resolve(undefined)
    void found.then((text) => this.#post({ kind: 'errand run', name, text }))
  }
}
