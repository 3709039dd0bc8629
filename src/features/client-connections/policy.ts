import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

interface Spec {
  readonly connection: { readonly connectionLimit: { readonly value?: number } }
}

const no = 'is not supported here: remove it'

export const clientConnections = {
  kind: 'ClientTrafficPolicy',
  fields: ['connection.connectionLimit'],
  refused: {
    'connection.connectionLimit.closeDelay': 'is not supported here: a connection too many is closed at once',
    'connection.connectionLimit.maxConnectionDuration': no,
    'connection.connectionLimit.maxRequestsPerConnection': no,
    'connection.connectionLimit.maxStreamDuration': no,
  },
  notes: {
    'connection.connectionLimit.value': 'counts the connections of all listeners of the Gateway, over all workers',
  },
  translate({ connection: { connectionLimit } }: Spec) {
    const maxConnections = connectionLimit.value ?? 0
    return ok({ listener: { client: { maxConnections }, streams: { maxConnections } } })
  },
} satisfies PolicySlice
