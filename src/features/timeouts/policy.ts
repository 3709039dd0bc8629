import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

interface Spec {
  readonly timeout: {
    readonly tcp?: { readonly connectTimeout?: string }
    readonly http?: { readonly requestTimeout?: string }
  }
}

const upstream = 'connections to backends are kept for as long as their backends keep them: remove it'

export const timeouts = {
  kind: 'BackendTrafficPolicy',
  fields: ['timeout'],
  refused: {
    'timeout.http.connectionIdleTimeout': upstream,
    'timeout.http.maxConnectionDuration': upstream,
    'timeout.http.maxStreamDuration': 'is not supported here: requestTimeout limits the time until the response begins',
    'timeout.http.streamIdleTimeout': 'is not supported for a route; ClientTrafficPolicy has it for a listener',
  },
  notes: {
    'timeout.tcp.connectTimeout': 'default: 5s',
    'timeout.http.requestTimeout': "until the response begins; default: none. A rule's own timeouts go before it",
  },
  translate({ timeout: { tcp, http } }: Spec, scope) {
    const request = scope.duration(http?.requestTimeout, 'timeout.http.requestTimeout')
    if (!request.ok) return request
    const connect = scope.duration(tcp?.connectTimeout, 'timeout.tcp.connectTimeout')
    if (!connect.ok) return connect
    if (connect.value === 0) return scope.refuse('timeout.tcp.connectTimeout', '0s would never connect: remove it')
    return ok({
      ...(request.value !== undefined && { forward: { timeouts: { requestMs: request.value } } }),
      ...(connect.value !== undefined && { backend: { connectTimeoutMs: connect.value } }),
    })
  },
} satisfies PolicySlice
