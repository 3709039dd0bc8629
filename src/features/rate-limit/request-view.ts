import { getField, joinField, type RequestContext } from '#proxy'

/** What rules look at of a request; taken apart once, and only when a rule asks. */
export class RequestView {
  readonly #context: RequestContext
  #path: string | undefined
  #query: URLSearchParams | undefined

  constructor(context: RequestContext) {
    this.#context = context
  }

  get method(): string {
    return this.#context.original.method
  }

  /** Normalised, without the query. */
  get path(): string {
    if (this.#path === undefined) {
      const { path } = this.#context.original
      const mark = path.indexOf('?')
      this.#path = mark < 0 ? path : path.slice(0, mark)
    }
    return this.#path
  }

  get address(): string {
    return this.#context.client.address
  }

  /** All values of the name, with commas between them. */
  field(name: string): string | undefined {
    const { head } = this.#context
    return name === 'host' || name === ':authority' ? head.authority : joinField(head.fields, name)
  }

  firstField(name: string): string | undefined {
    const { head } = this.#context
    return name === 'host' || name === ':authority' ? head.authority : getField(head.fields, name)
  }

  parameter(name: string): string | undefined {
    if (this.#query === undefined) {
      const { path } = this.#context.original
      const mark = path.indexOf('?')
      this.#query = new URLSearchParams(mark < 0 ? '' : path.slice(mark))
    }
    return this.#query.get(name) ?? undefined
  }
}
