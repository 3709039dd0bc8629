import { createHash } from 'node:crypto'
import { type ProxyFilter, type Reply, removeField, setField } from '#proxy'
import type { ApiKeyAuthNode } from './ir.ts'
import { findKey, hideKeys } from './key-places.ts'

export const apiKeyAuth: ProxyFilter<ApiKeyAuthNode> = {
  compile({ clients, from, forward, hide }) {
    // By digest: how long a search takes says nothing about the keys that were searched.
    const names = new Map(clients.map(({ name, key }) => [digestOf(key.reveal()), name]))
    return {
      onRequest(context) {
        const { fields } = context.head
        const key = findKey(from, context)
        if (forward !== undefined) removeField(fields, forward)
        if (key === undefined) return missing
        const name = names.get(digestOf(key))
        if (name === undefined) return unknown
        if (hide) hideKeys(from, context)
        if (forward !== undefined) setField(fields, forward, name)
        return undefined
      },
    }
  },
}

function digestOf(key: string): string {
  return createHash('sha256').update(key, 'latin1').digest('latin1')
}

const missing = refuse('no key')
const unknown = refuse('a key that no client has')

function refuse(why: string): Reply {
  // Envoy's words.
  const body = 'Client authentication failed.'
  return { status: 401, fields: ['content-type', 'text/plain'], body, why: `apiKeyAuth: ${why}`, told: body }
}
