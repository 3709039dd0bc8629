import { parseByteQuantity } from './byte-quantity.ts'
import { parseDuration } from './duration.ts'
import { type Outcome, ok, problem } from './outcome.ts'

/** How HTTP/2 is spoken, as policies write it. */
export interface Http2Spec {
  readonly initialStreamWindowSize?: string | number
  readonly initialConnectionWindowSize?: string | number
  readonly connectionKeepalive?: Http2KeepaliveSpec
}

export interface Http2KeepaliveSpec {
  readonly interval?: string
  readonly timeout?: string
  readonly intervalJitter?: number
  readonly idleInterval?: string
}

/** RFC 9113 6.5.2 and 6.9.1; below it Envoy takes none, and peers may send so much before they have heard of less. */
const [leastWindow, mostWindow] = [65_535, 0x7fff_ffff]
// Envoy's (KeepaliveSettings).
const defaultJitter = 15
const defaultTimeoutMs = 10_000

/** @param path of the stanza: `spec.http2` */
export function parseHttp2Windows(
  { initialStreamWindowSize, initialConnectionWindowSize }: Http2Spec,
  path: string,
): Outcome<{ readonly streamWindow?: number; readonly connectionWindow?: number }> {
  const stream = parseWindow(initialStreamWindowSize, `${path}.initialStreamWindowSize`)
  if (!stream.ok) return stream
  const connection = parseWindow(initialConnectionWindowSize, `${path}.initialConnectionWindowSize`)
  if (!connection.ok) return connection
  return ok({
    ...(stream.value !== undefined && { streamWindow: stream.value }),
    ...(connection.value !== undefined && { connectionWindow: connection.value }),
  })
}

function parseWindow(size: string | number | undefined, path: string): Outcome<number | undefined> {
  if (size === undefined) return ok(undefined)
  const bytes = parseByteQuantity(size)
  if (bytes !== undefined && bytes >= leastWindow && bytes <= mostWindow) return ok(bytes)
  const range = `from ${leastWindow} to ${mostWindow} bytes, such as 64Ki`
  return problem('Invalid', `${size} is no window of HTTP/2: ${range}`, path)
}

/** @param path of the stanza: `spec.http2.connectionKeepalive` */
export function parseHttp2Pings(
  written: Http2KeepaliveSpec,
  path: string,
): Outcome<{
  readonly intervalMs?: number
  readonly jitterPercent: number
  readonly timeoutMs: number
  readonly afterIdleMs?: number
}> {
  const times: Partial<Record<'interval' | 'timeout' | 'idleInterval', number>> = {}
  for (const field of ['interval', 'timeout', 'idleInterval'] as const) {
    const text = written[field]
    if (text === undefined) continue
    const duration = parseDuration(text, `${path}.${field}`)
    if (!duration.ok) return duration
    if (duration.value === 0) return problem('Invalid', 'must be longer than nothing', `${path}.${field}`)
    times[field] = duration.value
  }
  if (times.interval === undefined && times.idleInterval === undefined)
    return problem('Invalid', 'says when to give up, but not when to ask: add interval', path)
  return ok({
    ...(times.interval !== undefined && { intervalMs: times.interval }),
    jitterPercent: written.intervalJitter ?? defaultJitter,
    timeoutMs: times.timeout ?? defaultTimeoutMs,
    ...(times.idleInterval !== undefined && { afterIdleMs: times.idleInterval }),
  })
}
