/** Limits that nobody reaches, in the words of Headgate and of Envoy: one for all requests, and one for each client's address. */
const requests = 4_000_000_000

export const limitPolicy = `apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: limits }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: bench }]
  rateLimit:
    local:
      rules:
        - limit: { requests: ${requests}, unit: Second }
        - clientSelectors: [{ sourceCIDR: { type: Distinct, value: 0.0.0.0/0 } }]
          limit: { requests: ${requests}, unit: Second }
`

const type = 'type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit'
const bucket = { max_tokens: requests, tokens_per_fill: requests, fill_interval: '1s' }
const always = { default_value: { numerator: 100, denominator: 'HUNDRED' } }

/** Asleep, but for routes with settings. */
export const limitFilter = {
  name: 'envoy.filters.http.local_ratelimit',
  typed_config: { '@type': type, stat_prefix: 'limits', max_dynamic_descriptors: 10_000 },
}

export const limitSettings = {
  'envoy.filters.http.local_ratelimit': {
    '@type': type,
    stat_prefix: 'limits',
    token_bucket: bucket,
    filter_enabled: always,
    filter_enforced: always,
    enable_x_ratelimit_headers: 'DRAFT_VERSION_03',
    max_dynamic_descriptors: 10_000,
    descriptors: [
      { entries: [{ key: 'rule', value: 'all' }], token_bucket: bucket },
      { entries: [{ key: 'rule', value: 'address' }, { key: 'remote_address' }], token_bucket: bucket },
    ],
    rate_limits: [
      { actions: [{ generic_key: { descriptor_key: 'rule', descriptor_value: 'all' } }] },
      {
        actions: [{ generic_key: { descriptor_key: 'rule', descriptor_value: 'address' } }, { remote_address: {} }],
      },
    ],
  },
}
