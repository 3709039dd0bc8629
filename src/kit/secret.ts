import { inspect } from 'node:util'

/** Text that must not reach a log, a page or a file: prints as `***` everywhere; `reveal()` gives it to the one who needs it. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '***'
  }

  toJSON(): string {
    return '***'
  }

  [inspect.custom](): string {
    return '***'
  }
}
