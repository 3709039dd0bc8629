import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type KubeObject, type ObjectChange, objectKey } from '#api'
import { defaultClientSettings } from '#ir'
import type { Condition, Status } from '#translate'
import { translatorFor } from '../../src/apps/wiring.ts'

// A cluster may have a newer Gateway API than we know: its API server lets words through that our own schemas would refuse.
const unknown = 'FromTheFuture'
const api = 'gateway.networking.k8s.io/v1'

function object(kind: string, spec: unknown, apiVersion = api, name = 'x'): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace: 'default', generation: 1 }, spec } as KubeObject
}

const gatewayClass = object('GatewayClass', { controllerName: 'test.example/c' }, api, 'headgate')
const listener = { name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'Same' } } }
const gateway = (fields: object = {}) =>
  object('Gateway', { gatewayClassName: 'headgate', listeners: [listener], ...fields })
const service = object(
  'Service',
  { type: 'ClusterIP', sessionAffinity: 'None', ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }] },
  'v1',
)

const prefix = { path: { type: 'PathPrefix', value: '/' } }
const parentRefs = [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'x' }]
const backendRefs = [{ group: '', kind: 'Service', name: 'x', port: 80, weight: 1 }]
const route = (kind: string, rule: object) =>
  object(kind, { parentRefs, rules: [{ ...(kind === 'HTTPRoute' && { matches: [prefix] }), backendRefs, ...rule }] })

function translate(...objects: readonly KubeObject[]): ReadonlyMap<string, Status> {
  const translator = translatorFor({ controllerName: 'test.example/c', client: defaultClientSettings })
  const all = new Map(
    [{ ...gatewayClass, metadata: { name: 'headgate', generation: 1 } }, gateway(), service, ...objects].map((one) => [
      objectKey(one.kind, one.metadata.namespace ?? '', one.metadata.name),
      one,
    ]),
  )
  return translator.apply([...all].map(([key, one]): ObjectChange => ({ kind: 'put', key, object: one }))).statuses
}

function find(conditions: readonly Condition[] | undefined, type: string): string {
  const found = conditions?.find((condition) => condition.type === type)
  return found ? `${found.status} ${found.reason}` : 'none'
}

const rules: readonly [name: string, kind: string, rule: object][] = [
  ['path match type', 'HTTPRoute', { matches: [{ path: { type: unknown, value: '/' } }] }],
  ['header match type', 'HTTPRoute', { matches: [{ ...prefix, headers: [{ type: unknown, name: 'a', value: 'b' }] }] }],
  [
    'query match type',
    'HTTPRoute',
    { matches: [{ ...prefix, queryParams: [{ type: unknown, name: 'a', value: 'b' }] }] },
  ],
  ['filter type', 'HTTPRoute', { filters: [{ type: unknown }] }],
  ['redirect status', 'HTTPRoute', { filters: [{ type: 'RequestRedirect', requestRedirect: { statusCode: 399 } }] }],
  ['redirect scheme', 'HTTPRoute', { filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: unknown } }] }],
  [
    'redirect path type',
    'HTTPRoute',
    { filters: [{ type: 'RequestRedirect', requestRedirect: { path: { type: unknown } } }] },
  ],
  ['rewrite path type', 'HTTPRoute', { filters: [{ type: 'URLRewrite', urlRewrite: { path: { type: unknown } } }] }],
  ['session type', 'HTTPRoute', { sessionPersistence: { type: unknown, sessionName: 'a' } }],
  ['method match type', 'GRPCRoute', { matches: [{ method: { type: unknown, service: 'a', method: 'b' } }] }],
  ['header match type of gRPC', 'GRPCRoute', { matches: [{ headers: [{ type: unknown, name: 'a', value: 'b' }] }] }],
  ['filter type of gRPC', 'GRPCRoute', { filters: [{ type: unknown }] }],
]

for (const [name, kind, rule] of rules) {
  test(`row 46: an unknown ${name} is refused aloud`, () => {
    const status = translate(route(kind, rule)).get(`${kind}/default/x`)
    assert.equal(status?.kind, 'Route')
    assert.equal(find(status.parents[0]?.conditions, 'Accepted'), 'False UnsupportedValue')
  })
}

test('row 46: an unknown protocol of authorisation is refused aloud', () => {
  const externalAuth = { protocol: unknown, backendRef: { group: '', kind: 'Service', name: 'x', port: 80 } }
  const status = translate(route('HTTPRoute', { filters: [{ type: 'ExternalAuth', externalAuth }] })).get(
    'HTTPRoute/default/x',
  )
  assert.equal(status?.kind, 'Route')
  assert.equal(find(status.parents[0]?.conditions, 'Accepted'), 'False UnsupportedValue')
})

const listeners: readonly [name: string, listener: object, type: string, wanted: string][] = [
  ['protocol', { protocol: unknown }, 'Accepted', 'False UnsupportedProtocol'],
  ['mode of TLS', { protocol: 'TLS', tls: { mode: unknown } }, 'Accepted', 'False UnsupportedValue'],
  [
    'kind of route',
    { allowedRoutes: { namespaces: { from: 'Same' }, kinds: [{ group: 'gateway.networking.k8s.io', kind: unknown }] } },
    'ResolvedRefs',
    'False InvalidRouteKinds',
  ],
]

for (const [name, fields, type, wanted] of listeners) {
  test(`row 46: a listener with an unknown ${name} says so`, () => {
    const status = translate(gateway({ listeners: [{ ...listener, ...fields }] })).get('Gateway/default/x')
    assert.equal(status?.kind, 'Gateway')
    assert.equal(find(status.listeners[0]?.conditions, type), wanted)
  })
}

test('row 46: unknown scopes and sources let nobody in', () => {
  const allowedRoutes = { namespaces: { from: unknown } }
  const status = translate(
    gateway({ defaultScope: unknown, listeners: [{ ...listener, allowedRoutes }] }),
    route('HTTPRoute', {}),
  ).get('HTTPRoute/default/x')
  assert.equal(status?.kind, 'Route')
  assert.equal(find(status.parents[0]?.conditions, 'Accepted'), 'False NotAllowedByListeners')
})
