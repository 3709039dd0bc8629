import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ok } from '#kit/outcome.ts'
import { Secret } from '#kit/secret.ts'
import { policyScope } from '../../../test/policy-scope.ts'
import { externalAuth } from './policy.ts'

type Spec = Parameters<typeof externalAuth.translate>[0]['extAuth']

const backendRefs = [{ name: 'auth', port: 80 }]
const http = { backendRefs }
const grpc = { backendRefs }

function translate(spec: Spec, scope = policyScope({ text: () => ok('read') })) {
  return externalAuth.translate({ extAuth: spec }, scope)
}

const base = { kind: 'externalAuth', backend: 'Service/default/a/80', maxBodyBytes: 0, timeoutMs: 10_000 }
const plainHttp = {
  kind: 'http',
  pathPrefix: '',
  allowedHeaders: [],
  allowedResponseHeaders: [],
  onlyAllowed: true,
}

const translated: readonly [Spec, object][] = [
  [{ http }, { ...base, protocol: plainHttp }],
  [
    {
      http: { ...http, path: '/auth/', headersToBackend: ['X-User', 'x-user'] },
      headersToExtAuth: ['Cookie'],
      bodyToExtAuth: { maxRequestBytes: 5 },
      timeout: '50ms',
      failOpen: true,
      statusOnError: 503,
      recomputeRoute: false,
    },
    {
      ...base,
      maxBodyBytes: 5,
      timeoutMs: 50,
      protocol: { ...plainHttp, pathPrefix: '/auth', allowedHeaders: ['cookie'], allowedResponseHeaders: ['x-user'] },
      open: true,
      statusOnError: 503,
    },
  ],
  [{ http: { ...http, pathOverride: '/v?a=1' } }, { ...base, protocol: { ...plainHttp, path: '/v?a=1' } }],
  [{ grpc }, { ...base, protocol: { kind: 'grpc', allowedHeaders: [], textBody: true } }],
  [
    {
      grpc,
      contextExtensions: [
        { name: 'b', valueRef: { kind: 'Secret', name: 's', key: 'k' } },
        { name: 'a', value: 'v' },
      ],
    },
    {
      ...base,
      protocol: {
        kind: 'grpc',
        allowedHeaders: [],
        textBody: true,
        context: [
          { name: 'a', value: 'v' },
          { name: 'b', value: new Secret('read') },
        ],
      },
    },
  ],
]
for (const [spec, node] of translated)
  test(`extAuth ${JSON.stringify(spec)}`, () => {
    const outcome = translate(spec)
    assert.deepEqual(outcome, { ok: true, value: { nodes: [node] } })
  })

const refused: readonly [Spec, string][] = [
  [{ http: { backendRefs: [...backendRefs, ...backendRefs] } }, 'http.backendRefs'],
  [{ grpc: {} }, 'grpc.backendRefs'],
  [{ http: { ...http, path: '/a/../b' } }, 'http.path'],
  [{ http: { ...http, pathOverride: 'verify' } }, 'http.pathOverride'],
  [{ http: { ...http, pathOverride: '/%2e%2e/admin' } }, 'http.pathOverride'],
  [{ http: { ...http, headersToBackend: ['a', 'b c'] } }, 'http.headersToBackend[1]'],
  [{ http, headersToExtAuth: [''] }, 'headersToExtAuth[0]'],
  [{ http, contextExtensions: [{ name: 'a', value: 'b' }] }, 'contextExtensions'],
  [{ http, recomputeRoute: true }, 'recomputeRoute'],
  [{ http, includeRouteMetadata: true }, 'includeRouteMetadata'],
  [{ http, timeout: '0s' }, 'timeout'],
  [{ http, timeout: 'soon' }, 'timeout'],
]
for (const [spec, path] of refused)
  test(`extAuth ${JSON.stringify(spec)} is refused`, () => {
    const outcome = translate(spec)
    assert.equal(outcome.ok ? undefined : outcome.problems[0]?.path, `spec.extAuth.${path}`)
  })

test('a broken reference closes, failOpen or not', () => {
  const scope = policyScope({ backend: (_ref, path) => policyScope().refuse(path, 'does not exist') })
  assert.equal(translate({ http, failOpen: true }, scope).ok, false)
  const contextExtensions = [{ name: 'a', valueRef: { kind: 'Secret', name: 's', key: 'k' } }]
  assert.equal(translate({ grpc, failOpen: true, contextExtensions }, policyScope()).ok, false)
})
