import { randomBytes } from 'node:crypto'
import type { HashKey } from '#ir'
import { readCookie } from '../cookie.ts'
import type { RequestContext } from '../filter.ts'
import { joinField, type ResponseHead } from '../message.ts'
import type { Asker } from './balancer.ts'

/** What the choice of an endpoint may depend on, for a connection that is carried whole. */
export function connectionAsker(sourceIp: string): Asker {
  const nothing = () => undefined
  return { sourceIp, header: nothing, query: nothing, cookie: nothing }
}

/** The same for a request. A cookie that the client lacks is made up, and handed out with the response. */
export class RequestAsker implements Asker {
  readonly #context: RequestContext
  readonly #given: string[] = []

  constructor(context: RequestContext) {
    this.#context = context
  }

  get sourceIp(): string {
    return this.#context.client.address
  }

  header(name: string): string | undefined {
    return joinField(this.#context.head.fields, name)
  }

  query(name: string): string | undefined {
    const { path } = this.#context.original
    const at = path.indexOf('?')
    return (at < 0 ? undefined : new URLSearchParams(path.slice(at + 1)).get(name)) ?? undefined
  }

  cookie({ name, ttlMs, attributes }: HashKey & { readonly kind: 'cookie' }): string | undefined {
    const sent = readCookie(this.#context.head.fields, name)
    if (sent !== undefined || ttlMs === undefined) return sent
    const value = randomBytes(8).toString('hex')
    const age = ttlMs > 0 ? [`Max-Age=${Math.ceil(ttlMs / 1000)}`] : []
    const path = attributes.some(([attribute]) => attribute.toLowerCase() === 'path') ? [] : ['Path=/']
    const rest = attributes.map(([attribute, text]) => (text === '' ? attribute : `${attribute}=${text}`))
    this.#given.push([`${name}=${value}`, ...age, ...path, ...rest, 'HttpOnly'].join('; '))
    return value
  }

  /** Hands out the cookies that were made up. */
  write(head: ResponseHead): void {
    for (const cookie of this.#given.splice(0)) head.fields.push('set-cookie', cookie)
  }
}
