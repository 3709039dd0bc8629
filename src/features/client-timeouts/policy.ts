import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

interface Spec {
  readonly timeout: {
    readonly tcp?: {
      readonly idleTimeout?: string
      readonly tlsHandshakeTimeout?: string
      readonly connectionInspectionTimeout?: string
    }
    readonly http?: {
      readonly requestHeadersReceivedTimeout?: string
      readonly idleTimeout?: string
      readonly streamIdleTimeout?: string
      readonly requestReceivedTimeout?: string
    }
  }
}

export const clientTimeouts = {
  kind: 'ClientTrafficPolicy',
  fields: ['timeout'],
  notes: {
    'timeout.http.requestHeadersReceivedTimeout': 'default: 10s',
    'timeout.http.idleTimeout': 'default: 1m',
    'timeout.tcp.tlsHandshakeTimeout': 'default: 10s; at most requestHeadersReceivedTimeout',
    'timeout.tcp.idleTimeout': 'default: 5m; of TCP and TLS listeners',
    'timeout.tcp.connectionInspectionTimeout': 'default: requestHeadersReceivedTimeout',
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
    const whole = scope.duration(http?.requestReceivedTimeout, 'timeout.http.requestReceivedTimeout')
    if (!whole.ok) return whole
    const handshake = scope.duration(tcp?.tlsHandshakeTimeout, 'timeout.tcp.tlsHandshakeTimeout')
    if (!handshake.ok) return handshake
    const inspection = scope.duration(tcp?.connectionInspectionTimeout, 'timeout.tcp.connectionInspectionTimeout')
    if (!inspection.ok) return inspection
    const shake = {
      ...(handshake.value !== undefined && { handshakeTimeoutMs: handshake.value }),
      ...(inspection.value !== undefined && { inspectionTimeoutMs: inspection.value }),
    }
    return ok({
      listener: {
        client: {
          ...(head.value !== undefined && { headerTimeoutMs: head.value }),
          ...(idle.value !== undefined && { idleTimeoutMs: idle.value }),
          ...(stream.value !== undefined && { streamIdleTimeoutMs: stream.value }),
          ...(whole.value !== undefined && { requestTimeoutMs: whole.value }),
          ...shake,
        },
        streams: { ...shake, ...(tunnel.value !== undefined && { streamIdleTimeoutMs: tunnel.value }) },
      },
    })
  },
} satisfies PolicySlice
