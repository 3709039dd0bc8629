import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

interface Spec {
  readonly timeout: {
    readonly tcp?: { readonly connectTimeout?: string }
    readonly http?: {
      readonly requestTimeout?: string
      readonly maxStreamDuration?: string
      readonly streamIdleTimeout?: string
    }
  }
}

const upstream = 'connections to backends are kept for as long as their backends keep them: remove it'

export const timeouts = {
  kind: 'BackendTrafficPolicy',
  fields: ['timeout'],
  refused: {
    'timeout.http.connectionIdleTimeout': upstream,
    'timeout.http.maxConnectionDuration': upstream,
  },
  notes: {
    'timeout.tcp.connectTimeout': 'default: 5s',
    'timeout.http.streamIdleTimeout': "default: the listener's",
    'timeout.http.maxStreamDuration': "default: the listener's",
    'timeout.http.requestTimeout': "until the response begins; default: none. A rule's own timeouts go before it",
  },
  translate({ timeout: { tcp, http } }: Spec, scope) {
    const request = scope.duration(http?.requestTimeout, 'timeout.http.requestTimeout')
    if (!request.ok) return request
    const stream = scope.duration(http?.maxStreamDuration, 'timeout.http.maxStreamDuration')
    if (!stream.ok) return stream
    const idle = scope.duration(http?.streamIdleTimeout, 'timeout.http.streamIdleTimeout')
    if (!idle.ok) return idle
    const connect = scope.duration(tcp?.connectTimeout, 'timeout.tcp.connectTimeout')
    if (!connect.ok) return connect
    if (connect.value === 0) return scope.refuse('timeout.tcp.connectTimeout', '0s would never connect: remove it')
    const times = {
      ...(request.value !== undefined && { requestMs: request.value }),
      ...(stream.value !== undefined && { streamMs: stream.value }),
      ...(idle.value !== undefined && { idleMs: idle.value }),
    }
    return ok({
      ...(Object.keys(times).length > 0 && { forward: { timeouts: times } }),
      ...(connect.value !== undefined && { backend: { connectTimeoutMs: connect.value } }),
    })
  },
} satisfies PolicySlice
