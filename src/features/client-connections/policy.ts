import { parseByteQuantity } from '#kit/byte-quantity.ts'
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
    readonly bufferLimit?: string | number
  }
}

/** What Envoy's field holds. */
const mostBytes = 2 ** 32 - 1

export const clientConnections = {
  kind: 'ClientTrafficPolicy',
  fields: ['connection'],
  refused: {
    'connection.socketBufferLimit': "is not supported here: the kernel's own limits hold; remove it",
  },
  notes: {
    'connection.connectionLimit.value':
      'counts the connections of each listener, over all workers; of listeners of plain HTTP that share a port together',
    'connection.maxAcceptPerSocketEvent': 'any: a hint for the event loop of another proxy, and 1 by default',
    'connection.connectionLimit.maxConnectionDuration': 'of HTTP; then the next answer is the last one',
    'connection.bufferLimit': 'default: Envoy 64Ki, the embedded plane as Node has it',
  },
  translate({ connection: { connectionLimit = {}, bufferLimit } }: Spec, scope) {
    const at = 'connection.connectionLimit'
    const delay = scope.duration(connectionLimit.closeDelay, `${at}.closeDelay`)
    if (!delay.ok) return delay
    const life = scope.duration(connectionLimit.maxConnectionDuration, `${at}.maxConnectionDuration`)
    if (!life.ok) return life
    const stream = scope.duration(connectionLimit.maxStreamDuration, `${at}.maxStreamDuration`)
    if (!stream.ok) return stream
    const buffer = bufferLimit === undefined ? undefined : parseByteQuantity(bufferLimit)
    if (bufferLimit !== undefined && (buffer === undefined || buffer > mostBytes))
      return scope.refuse('connection.bufferLimit', `${bufferLimit} is no number of bytes up to 4Gi; write 64Ki`)
    const all = {
      ...(buffer !== undefined && { bufferBytes: buffer }),
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
