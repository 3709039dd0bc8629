import { type EnvoyFilter, type Message, typed } from '#envoy'
import { type CorsNode, type OriginPattern, ownedFields } from './ir.ts'
import { corsProgram } from './lua.ts'

export const cors: EnvoyFilter<CorsNode> = {
  shared: typed('envoy.extensions.filters.http.lua.v3.Lua', {
    default_source_code: { inline_string: corsProgram },
    shared_vm_id: 'headgate.cors',
  }),
  build: (node) => ({
    perRoute: typed('envoy.extensions.filters.http.lua.v3.LuaPerRoute', {
      filter_context: {
        anyOrigin: node.anyOrigin,
        origins: node.origins.map(buildOrigin),
        credentials: node.credentials,
        methods: list(node.methods),
        headers: list(node.headers),
        exposed: list(node.exposed),
        maxAge: String(node.maxAgeSeconds),
      },
    }),
    // A star would have to name what such an answer brings: only its content-type as a rule, which pages may read in any case.
    step: {
      remove: ownedFields,
      set: [],
      add: [
        { name: 'access-control-allow-origin', format: remembered('origin') },
        { name: 'access-control-allow-credentials', format: remembered('credentials') },
        { name: 'access-control-expose-headers', format: remembered('exposed') },
        { name: 'vary', format: 'Origin' },
      ],
    },
  }),
}

/** What the program has noted about the request. */
function remembered(key: string): string {
  return `%DYNAMIC_METADATA(headgate.cors:${key})%`
}

function buildOrigin({ scheme, host, port }: OriginPattern): Message {
  const name = host.startsWith('*') ? { suffix: host.slice(1) } : { exact: host }
  return { scheme, port: port === 0 ? '' : `:${port}`, ...name }
}

/** A star counts only at the first place, as on the embedded plane. */
function list(entries: readonly string[]): string {
  return entries[0] === '*' ? '*' : entries.join(', ')
}
