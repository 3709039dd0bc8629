import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

interface Spec {
  readonly connection: {
    readonly connectionLimit?: {
      readonly value?: number
      readonly closeDelay?: string
      readonly maxConnectionDuration?: string
      readonly maxRequestsPerConnection?: number
      readonly maxStreamDuration?: string
    }
  }
}

export const clientConnections = {
  kind: 'ClientTrafficPolicy',
  fields: ['connection'],
  refused: {
    'connection.bufferLimit':
      'is not supported here: so much as the windows of HTTP/2 let in is held of a connection, and no more; remove it',
    'connection.socketBufferLimit': "is not supported here: the kernel's own limits hold; remove it",
  },
  notes: {
    'connection.connectionLimit.value':
      'counts the connections of each listener, over all workers; of listeners of plain HTTP that share a port together',
    'connection.maxAcceptPerSocketEvent': 'any: a hint for the event loop of another proxy, and 1 by default',
    'connection.connectionLimit.maxConnectionDuration': 'of HTTP; then the request in flight is the last one',
  },
  translate({ connection: { connectionLimit = {} } }: Spec, scope) {
    const at = 'connection.connectionLimit'
    const delay = scope.duration(connectionLimit.closeDelay, `${at}.closeDelay`)
    if (!delay.ok) return delay
    const life = scope.duration(connectionLimit.maxConnectionDuration, `${at}.maxConnectionDuration`)
    if (!life.ok) return life
    const stream = scope.duration(connectionLimit.maxStreamDuration, `${at}.maxStreamDuration`)
    if (!stream.ok) return stream
    const all = {
      ...(connectionLimit.value !== undefined && { maxListenerConnections: connectionLimit.value }),
      ...(delay.value !== undefined && { closeDelayMs: delay.value }),
    }
    return ok({
      listener: {
        client: {
          ...all,
          ...(life.value !== undefined && { maxConnectionMs: life.value }),
          ...(stream.value !== undefined && { maxStreamMs: stream.value }),
          ...(connectionLimit.maxRequestsPerConnection !== undefined && {
            maxRequests: connectionLimit.maxRequestsPerConnection,
          }),
        },
        streams: all,
      },
    })
  },
} satisfies PolicySlice
