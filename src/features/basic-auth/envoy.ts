import { type EnvoyFilter, typed } from '#envoy'
import type { BasicAuthNode } from './ir.ts'

/** Settings per route have no field for the name, so that each route has a filter of its own. */
export const basicAuth: EnvoyFilter<BasicAuthNode> = {
  own: true,
  build: ({ users, forward }) => ({
    own: [
      typed('envoy.extensions.filters.http.basic_auth.v3.BasicAuth', {
        users: { inline_string: users.reveal() },
        ...(forward !== undefined && { forward_username_header: forward }),
      }),
    ],
  }),
}
