import { addField, type Fields, getField, joinField, type ProxyFilter, removeField } from '#proxy'
import { type CorsNode, ownedFields } from './ir.ts'
import { compileOrigins } from './origin.ts'

/**
 * What a star stands for is echoed, and a star never sent: with credentials it would mean nothing (Fetch 3.2.5), and
 * answers should not differ by them. So they depend on the request, and `Vary` says so to caches.
 */
export const cors: ProxyFilter<CorsNode> = {
  compile(node) {
    const matches = compileOrigins(node.origins)
    /** The page that asked, as long as the request has not been changed; `answered` after a preflight. */
    const asking = Symbol('cors origin')

    const allowOrigin = (fields: Fields, origin: string) => {
      addField(fields, 'access-control-allow-origin', origin)
      if (node.credentials) addField(fields, 'access-control-allow-credentials', 'true')
    }

    return {
      onRequest({ head, state }) {
        const origin = getField(head.fields, 'origin')
        if (origin === undefined) return undefined
        const allowed = node.anyOrigin || matches(origin)
        const method = getField(head.fields, 'access-control-request-method')
        // Fetch 3.2.2: only these three together are a preflight; any other OPTIONS is for the backend.
        if (head.method !== 'OPTIONS' || method === undefined) {
          if (allowed) state[asking] = origin
          return undefined
        }
        state[asking] = answered
        const fields: Fields = []
        if (allowed) {
          allowOrigin(fields, origin)
          addList(fields, 'access-control-allow-methods', node.methods, method)
          const headers = joinField(head.fields, 'access-control-request-headers')
          addList(fields, 'access-control-allow-headers', node.headers, headers)
          addList(fields, 'access-control-expose-headers', node.exposed, undefined)
          addField(fields, 'access-control-max-age', String(node.maxAgeSeconds))
        }
        addField(fields, 'vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers')
        return allowed
          ? { status: 200, fields, body: '', why: 'cors preflight' }
          : { status: 403, fields, body: '', why: 'cors origin refused' }
      },

      onResponse({ state }, { fields }) {
        const origin = state[asking]
        if (origin === answered) {
          // A preflight's answer that was overridden.
          if (getField(fields, 'vary') === undefined) addField(fields, 'vary', 'Origin')
          return
        }
        // The route's word replaces the backend's: of two Access-Control-Allow-Origin browsers believe none.
        for (const name of ownedFields) removeField(fields, name)
        if (typeof origin === 'string') {
          allowOrigin(fields, origin)
          addList(fields, 'access-control-expose-headers', node.exposed, namesToExpose(fields))
        }
        addField(fields, 'vary', 'Origin')
      },
    }
  },
}

const answered = Symbol('cors answered')

/** A star becomes what was asked for; an empty list or an empty wish writes nothing. */
function addList(fields: Fields, name: string, list: readonly string[], wish: string | undefined): void {
  const value = list[0] === '*' ? wish : list.join(', ')
  if (value) addField(fields, name, value)
}

/** All that a page could want to read; Fetch 4.6 keeps Set-Cookie from it in any case, and shows it Content-Length. */
function namesToExpose(fields: Fields): string {
  const names = new Set<string>()
  for (let i = 0; i < fields.length; i += 2) names.add(fields[i]!)
  for (const hidden of ['set-cookie', 'content-length', ...ownedFields]) names.delete(hidden)
  return [...names].join(', ')
}
