import { type EnvoyFilter, type Message, typed } from '#envoy'
import type { ApiKeyAuthNode, KeyPlace } from './ir.ts'
import { hidingProgram } from './lua.ts'

export const apiKeyAuth: EnvoyFilter<ApiKeyAuthNode> = {
  own: true,
  build({ clients, from, forward, hide }) {
    const byProgram = hide && from.some((place) => place.in === 'param')
    const guard = typed('envoy.extensions.filters.http.api_key_auth.v3.ApiKeyAuth', {
      credentials: clients.map(({ name, key }) => ({ client: name, key: key.reveal() })),
      key_sources: from.map(buildPlace),
      ...((forward !== undefined || hide) && {
        forwarding: { ...(forward !== undefined && { header: forward }), hide_credentials: hide && !byProgram },
      }),
    })
    if (!byProgram) return { own: [guard] }
    const program = typed('envoy.extensions.filters.http.lua.v3.Lua', {
      default_source_code: { inline_string: hidingProgram(from) },
      // The route is chosen, and its guards have been met.
      clear_route_cache: false,
    })
    return { own: [guard, program] }
  },
}

function buildPlace({ in: where, name }: KeyPlace): Message {
  return { [where === 'param' ? 'query' : where]: name }
}
