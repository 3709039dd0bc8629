import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

interface Spec {
  readonly timeout: {
    readonly tcp?: { readonly idleTimeout?: string }
    readonly http?: {
      readonly requestHeadersReceivedTimeout?: string
      readonly idleTimeout?: string
      readonly streamIdleTimeout?: string
    }
  }
}

export const clientTimeouts = {
  kind: 'ClientTrafficPolicy',
  fields: ['timeout'],
  refused: {
    'timeout.http.requestReceivedTimeout':
      'is not supported here: requestHeadersReceivedTimeout limits the head, streamIdleTimeout each pause of the body',
    'timeout.tcp.connectionInspectionTimeout':
      'is not supported here: requestHeadersReceivedTimeout holds from the first byte on',
    'timeout.tcp.tlsHandshakeTimeout':
      'is not supported here: requestHeadersReceivedTimeout holds for the handshake, too',
  },
  notes: {
    'timeout.http.requestHeadersReceivedTimeout': 'default: 10s',
    'timeout.http.idleTimeout': 'default: 1m',
    'timeout.tcp.idleTimeout': 'default: 5m; of TCP and TLS listeners',
  },
  translate({ timeout: { tcp, http } }: Spec, scope) {
    const head = scope.duration(http?.requestHeadersReceivedTimeout, 'timeout.http.requestHeadersReceivedTimeout')
    if (!head.ok) return head
    const idle = scope.duration(http?.idleTimeout, 'timeout.http.idleTimeout')
    if (!idle.ok) return idle
    const stream = scope.duration(http?.streamIdleTimeout, 'timeout.http.streamIdleTimeout')
    if (!stream.ok) return stream
    const tunnel = scope.duration(tcp?.idleTimeout, 'timeout.tcp.idleTimeout')
    if (!tunnel.ok) return tunnel
    return ok({
      listener: {
        client: {
          ...(head.value !== undefined && { headerTimeoutMs: head.value }),
          ...(idle.value !== undefined && { idleTimeoutMs: idle.value }),
          ...(stream.value !== undefined && { streamIdleTimeoutMs: stream.value }),
        },
        streams: tunnel.value === undefined ? {} : { streamIdleTimeoutMs: tunnel.value },
      },
    })
  },
} satisfies PolicySlice
