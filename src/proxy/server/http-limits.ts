import { type ClientHttp2, type ClientSettings, compareText, type Listener } from '#ir'
import type { ClientRules } from '../http1/server-connection.ts'
import { compileRules } from './client-rules.ts'

/** What holds for a connection of HTTP. */
export interface HttpLimits {
  readonly scheme: 'http' | 'https'
  readonly headerTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly maxHeaderBytes: number
  readonly maxHeaderCount: number
  readonly maxConcurrentStreams: number
  readonly maxRequests: number
  readonly maxConnectionMs: number
  readonly bufferBytes: number | undefined
  /** After `maxConnectionMs` a connection of HTTP/1 ends when it has no request. */
  readonly endsIdle: boolean
  readonly rules: ClientRules | undefined
  readonly http2: ClientHttp2 | undefined
}

/** Plain HTTP takes the strictest of the port's listeners: which of them a request belongs to is known only after its head. */
export function strictest(listeners: readonly Listener[], scheme: HttpLimits['scheme']): HttpLimits {
  const least = (of: (client: ClientSettings) => number) =>
    listeners.reduce((low, { client }) => Math.min(low, of(client)), Number.POSITIVE_INFINITY)
  const http1 = firstThatSays(listeners, (client) => client.http1)
  return {
    scheme,
    headerTimeoutMs: leastTime(listeners, (client) => client.headerTimeoutMs),
    idleTimeoutMs: leastTime(listeners, (client) => client.idleTimeoutMs),
    maxHeaderBytes: least((client) => client.maxHeaderBytes),
    maxHeaderCount: least((client) => client.maxHeaderCount),
    maxConcurrentStreams: least((client) => client.maxConcurrentStreams),
    maxRequests: leastTime(listeners, (client) => client.maxRequests ?? 0),
    maxConnectionMs: leastTime(listeners, (client) => client.maxConnectionMs ?? 0),
    bufferBytes: leastTime(listeners, (client) => client.bufferBytes ?? 0) || undefined,
    endsIdle: http1?.endsIdle ?? false,
    rules: http1 && compileRules(http1, listeners),
    http2: firstThatSays(listeners, (client) => client.http2),
  }
}

/** Of these 0 is no limit, so any other is stricter. */
export function leastTime(listeners: readonly Listener[], of: (client: ClientSettings) => number): number {
  const low = listeners.reduce((least, { client }) => Math.min(least, of(client) || least), Number.POSITIVE_INFINITY)
  return low === Number.POSITIVE_INFINITY ? 0 : low
}

/** What has no order of strictness: the first by name that says something. */
export function firstThatSays<T>(listeners: readonly Listener[], of: (client: ClientSettings) => T): T | undefined {
  let first: Listener | undefined
  for (const listener of listeners)
    if (of(listener.client) !== undefined && (!first || compareText(listener.key, first.key) < 0)) first = listener
  return first && of(first.client)
}

const own = new WeakMap<Listener, HttpLimits>()

/** Where a server name has told which listener it is. */
export function limitsOf(listener: Listener): HttpLimits {
  const known = own.get(listener)
  if (known) return known
  const limits = strictest([listener], 'https')
  own.set(listener, limits)
  return limits
}
