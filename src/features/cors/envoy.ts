import { type EnvoyFilter, type Message, quoteRegex, typed } from '#envoy'
import type { CorsNode, OriginPattern } from './ir.ts'

export const cors: EnvoyFilter<CorsNode> = {
  shared: typed('envoy.extensions.filters.http.cors.v3.Cors'),
  build: (node) => ({
    perRoute: typed('envoy.extensions.filters.http.cors.v3.CorsPolicy', {
      allow_origin_string_match: node.anyOrigin ? [{ safe_regex: { regex: '.*' } }] : node.origins.map(buildOrigin),
      allow_methods: node.methods.join(', '),
      allow_headers: node.headers.join(', '),
      expose_headers: node.exposed.join(', '),
      max_age: String(node.maxAgeSeconds),
      allow_credentials: node.credentials,
      forward_not_matching_preflights: false,
    }),
  }),
}

const wellKnownPort = { http: 80, https: 443 } as const

/** The port of a scheme is written or not. */
function buildOrigin({ scheme, host, port }: OriginPattern): Message {
  const name = host.startsWith('*') ? `.+${quoteRegex(host.slice(1))}` : quoteRegex(host)
  const end = port === wellKnownPort[scheme] ? `(:${port})?` : `:${port}`
  return { safe_regex: { regex: `(?i)${scheme}://${name}${end}` } }
}
