import type { UpstreamHttp2, UpstreamPing } from '#ir'
import { parseByteQuantity } from '#kit/byte-quantity.ts'
import { type Outcome, ok } from '#kit/outcome.ts'
import type { PolicyScope, PolicySlice } from '#translate'

interface Spec {
  readonly http2?: {
    readonly initialStreamWindowSize?: string | number
    readonly initialConnectionWindowSize?: string | number
    readonly maxConcurrentStreams?: number
    readonly onInvalidMessage?: 'TerminateStream' | 'TerminateConnection'
    readonly connectionKeepalive?: KeepAlive
  }
  readonly useClientProtocol?: boolean
}

interface KeepAlive {
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

export const backendProtocols = {
  kind: 'BackendTrafficPolicy',
  fields: ['http2', 'useClientProtocol'],
  notes: {
    'http2.initialStreamWindowSize': 'default: 256Ki; from 65535 to 2147483647',
    'http2.initialConnectionWindowSize': 'default: 2Mi; from 65535 to 2147483647',
    'http2.maxConcurrentStreams': 'default: 1000; fewer where the backend says so',
    'http2.onInvalidMessage': 'TerminateStream; on the embedded plane that is the default',
    'http2.connectionKeepalive.timeout': 'default: 10s',
    'http2.connectionKeepalive.intervalJitter': 'default: 15',
    useClientProtocol: "requests of the gateway's own (mirrors, health checks) go by the backend's protocol",
  },
  translate({ http2, useClientProtocol }: Spec, scope) {
    const spoken = http2 && translateHttp2(http2, scope)
    if (spoken && !spoken.ok) return spoken
    return ok({
      backend: { ...(spoken && { http2: spoken.value }), ...(useClientProtocol && { followsClient: true as const }) },
    })
  },
} satisfies PolicySlice

function translateHttp2(http2: NonNullable<Spec['http2']>, scope: PolicyScope): Outcome<UpstreamHttp2> {
  const stream = window(http2.initialStreamWindowSize, 'http2.initialStreamWindowSize', scope)
  if (!stream.ok) return stream
  const connection = window(http2.initialConnectionWindowSize, 'http2.initialConnectionWindowSize', scope)
  if (!connection.ok) return connection
  const { maxConcurrentStreams, onInvalidMessage, connectionKeepalive } = http2
  if (onInvalidMessage === 'TerminateConnection')
    return scope.refuse('http2.onInvalidMessage', 'a broken message ends its stream alone here: write TerminateStream')
  const ping = connectionKeepalive && translatePing(connectionKeepalive, scope)
  if (ping && !ping.ok) return ping
  return ok({
    ...(stream.value !== undefined && { streamWindow: stream.value }),
    ...(connection.value !== undefined && { connectionWindow: connection.value }),
    ...(maxConcurrentStreams !== undefined && { maxStreams: maxConcurrentStreams }),
    ...(ping && { ping: ping.value }),
    ...(onInvalidMessage && { endsStreamsAlone: true as const }),
  })
}

function window(size: string | number | undefined, path: string, scope: PolicyScope): Outcome<number | undefined> {
  if (size === undefined) return ok(undefined)
  const bytes = parseByteQuantity(size)
  if (bytes !== undefined && bytes >= leastWindow && bytes <= mostWindow) return ok(bytes)
  return scope.refuse(path, `${size} is no window of HTTP/2: from ${leastWindow} to ${mostWindow} bytes, such as 64Ki`)
}

function translatePing(written: KeepAlive, scope: PolicyScope): Outcome<UpstreamPing> {
  const times: Partial<Record<'interval' | 'timeout' | 'idleInterval', number>> = {}
  for (const field of ['interval', 'timeout', 'idleInterval'] as const) {
    const path = `http2.connectionKeepalive.${field}`
    const duration = scope.duration(written[field], path)
    if (!duration.ok) return duration
    if (duration.value === 0) return scope.refuse(path, 'must be longer than nothing')
    if (duration.value !== undefined) times[field] = duration.value
  }
  if (times.interval === undefined && times.idleInterval === undefined)
    return scope.refuse('http2.connectionKeepalive', 'says when to give up, but not when to ask: add interval')
  return ok({
    ...(times.interval !== undefined && { intervalMs: times.interval }),
    jitterPercent: written.intervalJitter ?? defaultJitter,
    timeoutMs: times.timeout ?? defaultTimeoutMs,
    ...(times.idleInterval !== undefined && { afterIdleMs: times.idleInterval }),
  })
}
