import { duration, type EnvoyFilter, type EnvoyFilterContext, type Message, type TypedMessage, typed } from '#envoy'
import { type JwtNode, type JwtProvider, usualFetchMs } from './ir.ts'

/** Settings per route only choose among what listeners have, so that each route has a filter of its own. */
export const jwt: EnvoyFilter<JwtNode> = {
  own: true,
  build({ providers, lets }, context) {
    const requirements: Message[] = providers.map(({ name }) => ({ provider_name: name }))
    if (lets === 'missing') requirements.push({ allow_missing: {} })
    if (lets === 'all') requirements.push({ allow_missing_or_failed: {} })
    const requires = requirements.length === 1 ? requirements[0] : { requires_any: { requirements } }
    return {
      own: [
        typed('envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication', {
          providers: Object.fromEntries(providers.map((one) => [one.name, buildProvider(one, context)])),
          rules: [{ match: { prefix: '/' }, requires }],
        }),
        refuseBelieved(providers),
      ],
    }
  },
}

/**
 * What Envoy's filter has verified passes another one, which refuses tokens whose words it does not look at: who does not know an
 * extension that a token calls critical must refuse it (RFC 7515 4.1.11), and `exp: 0` is a time long ago, not a token that never
 * expires.
 */
function refuseBelieved(providers: readonly JwtProvider[]): TypedMessage {
  const critical = providers.flatMap(({ name }) => ['crit', 'b64'].map((word) => says([headOf(name), word])))
  const expired = providers.map(({ name }) => says([name, 'exp'], { double_match: { range: { start: 0, end: 1 } } }))
  return typed('envoy.extensions.filters.http.rbac.v3.RBAC', {
    rules: {
      action: 'DENY',
      policies: {
        'critical words in a token': policy(critical),
        'a token of 1970': policy(expired),
      },
    },
  })
}

function policy(ids: readonly Message[]): Message {
  return { permissions: [{ any: true }], principals: [{ or_ids: { ids } }] }
}

function says(path: readonly string[], value: Message = { present_match: true }): Message {
  const metadata_matcher = { filter: 'envoy.filters.http.jwt_authn', path: path.map((key) => ({ key })), value }
  return { sourced_metadata: { metadata_matcher } }
}

/** No provider's claims are called so. */
function headOf(provider: string): string {
  return `head of ${provider}`
}

function buildProvider(provider: JwtProvider, { cluster }: EnvoyFilterContext): Message {
  const { name, issuer, audiences, keys, claimToHeaders, from } = provider
  return {
    ...(issuer !== '' && { issuer }),
    audiences,
    payload_in_metadata: name,
    header_in_metadata: headOf(name),
    normalize_payload_in_metadata: { space_delimited_claims: ['scope', 'scp'] },
    forward: true,
    claim_to_headers: claimToHeaders.map(({ header, claim }) => ({ header_name: header, claim_name: claim.join('.') })),
    from_headers: from.headers.map(({ name, prefix }) => ({ name, value_prefix: prefix })),
    from_params: from.params,
    from_cookies: from.cookies,
    ...(keys.kind === 'local'
      ? { local_jwks: { inline_string: keys.text } }
      : {
          remote_jwks: {
            http_uri: {
              uri: keys.uri,
              cluster: cluster(keys.backend),
              timeout: duration(keys.fetchMs ?? usualFetchMs),
            },
            cache_duration: duration(keys.cacheMs),
            // Not before the first request where there is no listener to hold back.
            async_fetch: { fast_listener: true, failed_refetch_duration: duration(keys.failedMs) },
          },
        }),
  }
}
