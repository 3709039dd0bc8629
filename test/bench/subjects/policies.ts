import { createPrivateKey, sign } from 'node:crypto'

/** Policies of the bench, in Envoy Gateway's words: both planes are given the same manifests. */
export interface PolicySet {
  readonly name: string
  readonly manifests: string
  /** What requests bring along. */
  readonly headers?: Readonly<Record<string, string>>
}

function policy(kind: string, name: string, spec: string): string {
  return `apiVersion: gateway.envoyproxy.io/v1alpha1
kind: ${kind}
metadata: { name: ${name} }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: bench }]
${spec}`
}

const limit = '  rateLimit: { local: { rules: [{ limit: { requests: 4000000000, unit: Second } }] } }\n'

// RFC 8037, appendix A: a key that everybody knows.
const key = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
}
const keySet = JSON.stringify({ keys: [{ kty: 'OKP', crv: 'Ed25519', kid: 'bench', alg: 'EdDSA', x: key.x }] })

function token(): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${encode({ alg: 'EdDSA', kid: 'bench' })}.${encode({ iss: 'https://bench.test', sub: 'wrk', exp: 4_000_000_000 })}`
  return `${text}.${sign(null, Buffer.from(text), createPrivateKey({ key, format: 'jwk' })).toString('base64url')}`
}

const jwt = `  jwt:
    providers:
      - name: bench
        issuer: https://bench.test
        localJWKS: { type: Inline, inline: '${keySet}' }
`

const guards = `  circuitBreaker: { maxConnections: 20000, maxPendingRequests: 20000, maxParallelRequests: 20000 }
  loadBalancer: { type: LeastRequest }
  healthCheck: { active: { type: TCP, tcp: {}, interval: 3s }, passive: { consecutive5XxErrors: 5 } }
`

export const noPolicies: PolicySet = { name: 'no policy', manifests: '' }
export const policySets: readonly PolicySet[] = [
  noPolicies,
  { name: 'local rate limit', manifests: policy('BackendTrafficPolicy', 'limit', limit) },
  { name: 'breaker, health checks, least request', manifests: policy('BackendTrafficPolicy', 'guards', guards) },
  {
    name: 'JWT and local rate limit',
    manifests: [policy('BackendTrafficPolicy', 'limit', limit), policy('SecurityPolicy', 'jwt', jwt)].join('---\n'),
    headers: { authorization: `Bearer ${token()}` },
  },
]

export const packing: PolicySet = {
  name: 'gzip',
  manifests: policy('BackendTrafficPolicy', 'packing', '  compressor: [{ type: Gzip, gzip: {} }]\n'),
  headers: { 'accept-encoding': 'gzip' },
}

/** So many requests a second over all workers. */
export function limitTo(requests: number): PolicySet {
  return {
    name: `${requests} a second`,
    manifests: policy(
      'BackendTrafficPolicy',
      'limit',
      `  rateLimit: { local: { rules: [{ limit: { requests: ${requests}, unit: Second } }] } }\n`,
    ),
  }
}
