import { type Outcome, ok } from '#kit/outcome.ts'
import type { PolicyScope, PolicySlice } from '#translate'

interface Spec {
  readonly timeout: {
    readonly tcp?: { readonly connectTimeout?: string }
    readonly http?: {
      readonly requestTimeout?: string
      readonly maxStreamDuration?: string
      readonly streamIdleTimeout?: string
      readonly connectionIdleTimeout?: string
      readonly maxConnectionDuration?: string
    }
  }
}

export const timeouts = {
  kind: 'BackendTrafficPolicy',
  fields: ['timeout'],
  notes: {
    'timeout.tcp.connectTimeout': 'default: 5s',
    'timeout.http.connectionIdleTimeout': "default: 1m; Envoy's is 1h. 0s: for as long as the backend keeps it",
    'timeout.http.maxConnectionDuration': 'default: no limit. What is in flight ends in peace',
    'timeout.http.streamIdleTimeout': "default: the listener's",
    'timeout.http.maxStreamDuration': "default: the listener's",
    'timeout.http.requestTimeout': "until the response begins; default: none. A rule's own timeouts go before it",
  },
  translate({ timeout: { tcp, http } }: Spec, scope) {
    const requests = durations(scope, 'timeout.http', {
      requestMs: ['requestTimeout', http?.requestTimeout],
      streamMs: ['maxStreamDuration', http?.maxStreamDuration],
      idleMs: ['streamIdleTimeout', http?.streamIdleTimeout],
    })
    if (!requests.ok) return requests
    const connections = durations(scope, 'timeout.http', {
      idleTimeoutMs: ['connectionIdleTimeout', http?.connectionIdleTimeout],
      maxConnectionMs: ['maxConnectionDuration', http?.maxConnectionDuration],
    })
    if (!connections.ok) return connections
    const connect = durations(scope, 'timeout.tcp', { connectTimeoutMs: ['connectTimeout', tcp?.connectTimeout] })
    if (!connect.ok) return connect
    if (connect.value.connectTimeoutMs === 0)
      return scope.refuse('timeout.tcp.connectTimeout', '0s would never connect: remove it')
    const backend = { ...connections.value, ...connect.value }
    return ok({
      ...(Object.keys(requests.value).length > 0 && { forward: { timeouts: requests.value } }),
      ...(Object.keys(backend).length > 0 && { backend }),
    })
  },
} satisfies PolicySlice

/** Those that are written, by the names that they have in the snapshot. */
function durations<K extends string>(
  scope: PolicyScope,
  at: string,
  written: Readonly<Record<K, readonly [field: string, text: string | undefined]>>,
): Outcome<Partial<Record<K, number>>> {
  const read: Partial<Record<K, number>> = {}
  for (const name of Object.keys(written) as K[]) {
    const [field, text] = written[name]
    const duration = scope.duration(text, `${at}.${field}`)
    if (!duration.ok) return duration
    if (duration.value !== undefined) read[name] = duration.value
  }
  return ok(read)
}
