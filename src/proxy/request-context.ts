import type { CompiledRule } from './compile-rule.ts'
import type { RequestContext } from './filter.ts'
import { type ClientView, viewClient } from './forwarded.ts'
import { getField, type RequestHead } from './message.ts'
import type { ConnectionInfo, ServerStream } from './stream.ts'

/** What filters see of a request. What few of them ask for is made when they ask. */
export class Context implements RequestContext {
  readonly head: RequestHead
  readonly connection: ConnectionInfo
  readonly original: RequestContext['original']
  readonly matchedPath: RequestContext['matchedPath']
  bufferedBody: Uint8Array | undefined
  hostOfEndpoint = false
  readonly #rule: CompiledRule
  #client: ClientView | undefined
  #state: Record<symbol, unknown> | undefined

  /** @param path as matched: normalised, with its query */
  constructor(stream: ServerStream, rule: CompiledRule, path: string, matchedPath: RequestContext['matchedPath']) {
    this.head = stream.head
    this.head.path = path
    this.connection = stream.connection
    this.original = { authority: this.head.authority, path, method: this.head.method }
    this.matchedPath = matchedPath
    this.#rule = rule
    // Read before X-Forwarded-* are rewritten.
    const { trustedHops, addressFrom } = rule.listener.client
    if (trustedHops > 0 || addressFrom) void this.client
  }

  get listenerPort(): number {
    return this.#rule.listener.port
  }

  get client(): ClientView {
    this.#client ??= viewClient(this.connection, this.head.fields, this.#rule.listener.client)
    return this.#client
  }

  get state(): Record<symbol, unknown> {
    this.#state ??= {}
    return this.#state
  }
}

/** What a field of the request says to a filter, the first line of several; `:method`, `:path` and `:authority` are as the client sent them. */
export function requestField({ head, original }: RequestContext, name: string): string | undefined {
  switch (name) {
    case ':method':
      return original.method
    case ':path':
      return original.path
    case ':authority':
      return original.authority
    default:
      return getField(head.fields, name)
  }
}
