import type { UpstreamHttp2 } from '#ir'
import { type Http2Spec, parseHttp2Pings, parseHttp2Windows } from '#kit/http2-spec.ts'
import { type Outcome, ok } from '#kit/outcome.ts'
import type { PolicyScope, PolicySlice } from '#translate'

interface Spec {
  readonly http2?: Http2Spec & {
    readonly maxConcurrentStreams?: number
    readonly onInvalidMessage?: 'TerminateStream' | 'TerminateConnection'
  }
  readonly useClientProtocol?: boolean
}

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
  const windows = parseHttp2Windows(http2, 'spec.http2')
  if (!windows.ok) return windows
  const { maxConcurrentStreams, onInvalidMessage, connectionKeepalive } = http2
  if (onInvalidMessage === 'TerminateConnection')
    return scope.refuse('http2.onInvalidMessage', 'a broken message ends its stream alone here: write TerminateStream')
  const ping = connectionKeepalive && parseHttp2Pings(connectionKeepalive, 'spec.http2.connectionKeepalive')
  if (ping && !ping.ok) return ping
  return ok({
    ...windows.value,
    ...(maxConcurrentStreams !== undefined && { maxStreams: maxConcurrentStreams }),
    ...(ping && { ping: ping.value }),
    ...(onInvalidMessage && { endsStreamsAlone: true as const }),
  })
}
