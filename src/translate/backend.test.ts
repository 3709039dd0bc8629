import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '#api'
import type { Backend, EndpointSet } from '#ir'
import { ok } from '#kit/outcome.ts'
import type { FilterTranslator } from './filter.ts'
import {
  backendRef,
  gateway,
  gatewayClass,
  httpRoute,
  listener,
  object,
  parentOf,
  put,
  referenceGrant,
  remove,
  rule,
  service,
  slice,
  translate,
  translator,
} from './objects.fixture.ts'

const gw = gateway('gw', [listener()])

/** What becomes of one backendRef. */
function backendOf(
  ref: Record<string, unknown>,
  objects: readonly KubeObject[],
): { backend?: Backend | undefined; endpoints?: EndpointSet['endpoints'] | undefined; resolved: string | undefined } {
  const route = httpRoute('r', ['gw'], [rule({ backendRefs: [backendRef('shop', ref)] })])
  const translation = translate([gw, route, ...objects])
  const { backends, endpoints } = translation.snapshot
  return {
    backend: backends[0],
    endpoints: endpoints[0]?.endpoints,
    resolved: parentOf(translation, 'default/r').ResolvedRefs,
  }
}

for (const [appProtocol, protocol, resolved] of [
  [undefined, 'http1', 'True ResolvedRefs'],
  ['http', 'http1', 'True ResolvedRefs'],
  ['kubernetes.io/ws', 'http1', 'True ResolvedRefs'],
  ['mysql', 'http1', 'True ResolvedRefs'],
  ['kubernetes.io/h2c', 'h2c', 'True ResolvedRefs'],
  ['kubernetes.io/wss', undefined, 'False UnsupportedProtocol'],
  ['https', undefined, 'False UnsupportedProtocol'],
] as const) {
  test(`row 34: appProtocol ${appProtocol} gives ${protocol ?? resolved}`, () => {
    const found = backendOf({}, [service('shop', [{ appProtocol }])])
    assert.equal(found.backend?.protocol, protocol)
    assert.equal(found.resolved, resolved)
  })
}

test('a Service port that does not exist, or is not TCP, is a problem of the reference', () => {
  assert.equal(backendOf({ port: 81 }, [service('shop')]).resolved, 'False BackendNotFound')
  assert.equal(backendOf({}, [service('shop', [{ protocol: 'UDP' }])]).resolved, 'False UnsupportedProtocol')
  assert.equal(backendOf({ kind: 'Pod' }, []).resolved, 'False InvalidKind')
})

test('endpoints come from the slice port of the same name, with its number', () => {
  const ports = [
    { name: 'web', port: 3000, protocol: 'TCP' },
    { name: 'metrics', port: 9000, protocol: 'TCP' },
  ]
  const { endpoints } = backendOf({ port: 80 }, [
    service('shop', [
      { name: 'web', targetPort: 'named' },
      { name: 'metrics', port: 81 },
    ]),
    slice('four', 'shop', [{ addresses: ['10.0.0.2'], zone: 'b' }, { addresses: ['10.0.0.1'] }], { ports }),
    slice('six', 'shop', [{ addresses: ['FD00::1'] }], { ports, addressType: 'IPv6' }),
    slice('twice', 'shop', [{ addresses: ['10.0.0.1'] }], { ports }),
    slice('names', 'shop', [{ addresses: ['a.example.com'] }], { ports, addressType: 'FQDN' }),
    slice('other', 'cart', [{ addresses: ['10.9.9.9'] }], { ports }),
  ])
  assert.deepEqual(endpoints, [
    { kind: 'ip', address: '10.0.0.1', port: 3000 },
    { kind: 'ip', address: '10.0.0.2', port: 3000, zone: 'b' },
    { kind: 'ip', address: 'fd00::1', port: 3000 },
    { kind: 'dns', host: 'a.example.com', port: 3000 },
  ])
})

test('a headless Service is no different', () => {
  const { endpoints } = backendOf({}, [
    service('shop', [{}], { clusterIP: 'None' }),
    slice('s', 'shop', [{ addresses: ['10.0.0.1'] }]),
  ])
  assert.deepEqual(endpoints, [{ kind: 'ip', address: '10.0.0.1', port: 8080 }])
})

test('only ready endpoints; without any, those that still serve while they terminate', () => {
  const ready = { addresses: ['10.0.0.1'], conditions: { ready: true } }
  const leaving = { addresses: ['10.0.0.2'], conditions: { ready: false, serving: true, terminating: true } }
  const starting = { addresses: ['10.0.0.3'], conditions: { ready: false, serving: false } }
  const addresses = (...endpoints: readonly object[]) =>
    backendOf({}, [service('shop'), slice('s', 'shop', endpoints as never)]).endpoints?.map((endpoint) =>
      endpoint.kind === 'ip' ? endpoint.address : endpoint.kind,
    )
  assert.deepEqual(addresses(ready, leaving, starting), ['10.0.0.1'])
  assert.deepEqual(addresses(leaving, starting), ['10.0.0.2'])
  assert.deepEqual(addresses(starting), [])
})

test('hints of slices say whom an endpoint is meant for; without, trafficDistribution does', () => {
  const endpoint = { addresses: ['10.0.0.1'], zone: 'a', nodeName: 'n' }
  const hinted = { ...endpoint, hints: { forZones: [{ name: 'b' }], forNodes: [{ name: 'm' }] } }
  const hints = (one: object, distribution?: string) => {
    const spec = distribution === undefined ? {} : { trafficDistribution: distribution }
    const [found] = backendOf({}, [service('shop', [{}], spec), slice('s', 'shop', [one as never])]).endpoints ?? []
    return found?.kind === 'ip' ? [found.forZones, found.forNodes] : undefined
  }
  assert.deepEqual(hints(endpoint), [undefined, undefined])
  assert.deepEqual(hints(hinted), [['b'], ['m']])
  assert.deepEqual(hints(hinted, 'PreferSameNode'), [['b'], ['m']])
  for (const same of ['PreferClose', 'PreferSameZone']) assert.deepEqual(hints(endpoint, same), [['a'], undefined])
  assert.deepEqual(hints(endpoint, 'PreferSameNode'), [['a'], ['n']])
  assert.deepEqual(hints(endpoint, 'SomethingNew'), [undefined, undefined])
  assert.deepEqual(hints({ addresses: ['10.0.0.1'] }, 'PreferSameZone'), [undefined, undefined])
})

test('ExternalName: a name to look up, or an address', () => {
  const external = (externalName: string, ports: readonly object[] = []) =>
    backendOf({ port: 3000 }, [service('shop', ports as never, { type: 'ExternalName', externalName })]).endpoints
  assert.deepEqual(external('localhost'), [{ kind: 'dns', host: 'localhost', port: 3000 }])
  assert.deepEqual(external('Api.example.com.', [{ port: 3000, targetPort: 443 }]), [
    { kind: 'dns', host: 'api.example.com', port: 443 },
  ])
  assert.deepEqual(external('127.0.0.1'), [{ kind: 'ip', address: '127.0.0.1', port: 3000 }])
})

test('XBackend: a host outside, with TLS as it asks', () => {
  const group = 'gateway.networking.x-k8s.io'
  const ref = { group, kind: 'XBackend', port: undefined }
  const outside = (spec: object) =>
    object(`${group}/v1alpha1`, 'XBackend', 'shop', {
      spec: {
        type: 'ExternalHostname',
        externalHostname: { hostname: 'api.example.com' },
        port: { port: 443 },
        ...spec,
      },
    })
  const validation = { hostname: 'api.example.com', wellKnownCACertificates: 'System' }
  const found = backendOf(ref, [outside({ protocol: 'HTTP2', tls: { mode: 'ServerOnly', validation } })])
  assert.deepEqual(found.backend, {
    key: 'XBackend/default/shop/443',
    origin: { kind: 'XBackend', namespace: 'default', name: 'shop' },
    port: 443,
    protocol: 'h2c',
    tls: { hostname: 'api.example.com', trust: { kind: 'system' }, subjectAltNames: [] },
    connectTimeoutMs: 5_000,
  })
  assert.deepEqual(found.endpoints, [{ kind: 'dns', host: 'api.example.com', port: 443 }])
  assert.equal(backendOf(ref, [outside({ protocol: 'TCP' })]).resolved, 'False UnsupportedProtocol')
  assert.equal(backendOf({ ...ref, port: 80 }, [outside({})]).resolved, 'False BackendNotFound')
  const lost = { hostname: 'api.example.com', caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'gone' }] }
  const broken = backendOf(ref, [outside({ tls: { mode: 'ServerOnly', validation: lost } })])
  assert.deepEqual([broken.backend, broken.resolved], [undefined, 'False InvalidCACertificateRef'])
})

test('Envoy Gateway’s Backend: ip, fqdn and unix', () => {
  const group = 'gateway.envoyproxy.io'
  const backend = (spec: object) =>
    object(`${group}/v1alpha1`, 'Backend', 'shop', { spec: { type: 'Endpoints', ...spec } })
  const endpoints = [
    { unix: { path: '/run/app.sock' } },
    { fqdn: { hostname: 'app.internal', port: 81 } },
    { ip: { address: '127.0.0.1', port: 3000 } },
  ]
  const ref = { group, kind: 'Backend', port: undefined }
  const found = backendOf(ref, [backend({ endpoints, appProtocols: ['gateway.envoyproxy.io/h2c'] })])
  assert.equal(found.backend?.key, 'Backend/default/shop/0')
  assert.equal(found.backend?.protocol, 'h2c')
  assert.deepEqual(found.endpoints, [
    { kind: 'ip', address: '127.0.0.1', port: 3000 },
    { kind: 'dns', host: 'app.internal', port: 81 },
    { kind: 'unix', path: '/run/app.sock' },
  ])
  assert.equal(backendOf(ref, [backend({ type: 'DynamicResolver' })]).resolved, 'False InvalidKind')
})

test('one backend per Service port, shared by routes, gone with the last of them', () => {
  const plane = translator()
  const routes = ['a', 'b'].map((name) => httpRoute(name, ['gw'], [rule({ backendRefs: [backendRef('shop')] })]))
  const unused = service('unused')
  const first = plane.apply(put(gatewayClass(), gw, service('shop'), unused, ...routes))
  assert.deepEqual(
    first.snapshot.backends.map(({ key }) => key),
    ['Service/default/shop/80'],
  )
  assert.equal(plane.apply(remove(routes[0]!)).snapshot.backends.length, 1)
  const last = plane.apply(remove(routes[1]!))
  assert.deepEqual(last.delta.backends.delete, ['Service/default/shop/80'])
  assert.deepEqual(last.delta.endpoints.delete, ['Service/default/shop/80'])
})

test('a protocol that the Service names, and names no longer, decides for everyone who shares the backend', () => {
  const wishing: FilterTranslator = {
    type: 'Wish',
    translate(_: never, scope) {
      const backend = scope.backend({ name: 'shop', port: 80 }, scope.path, 'h2c')
      return backend.ok ? ok({ node: { kind: 'wish' } }) : backend
    },
  }
  const plane = translator({ filters: [wishing] })
  const wisher = httpRoute('a', ['gw'], [rule({ filters: [{ type: 'Wish' }] })])
  const plain = httpRoute('b', ['gw'], [rule({ backendRefs: [backendRef('shop')] })])
  const protocols = (...objects: readonly KubeObject[]) =>
    plane.apply(put(...objects)).snapshot.backends.map(({ key, protocol }) => [key, protocol])
  const apart = [
    ['Service/default/shop/80', 'http1'],
    ['Service/default/shop/80/h2c', 'h2c'],
  ]
  const named = service('shop', [{ appProtocol: 'h2c' }])
  assert.deepEqual(protocols(gatewayClass(), gw, named, wisher, plain), [['Service/default/shop/80', 'h2c']])
  assert.deepEqual(protocols(service('shop')), apart)
  assert.deepEqual(protocols(named), [['Service/default/shop/80', 'h2c']])
})

test('row 22: backends of another namespace need a grant, and losing it revokes at once', () => {
  const plane = translator()
  const route = httpRoute('r', ['gw'], [rule({ backendRefs: [backendRef('shop', { namespace: 'far' })] })])
  const grant = referenceGrant('far/g', { kind: 'HTTPRoute', namespace: 'default' }, { kind: 'Service' })
  const refused = plane.apply(put(gatewayClass(), gw, route, service('far/shop')))
  assert.equal(parentOf(refused, 'default/r').ResolvedRefs, 'False RefNotPermitted')
  assert.equal(refused.snapshot.routes[0]?.action.kind, 'respond')
  const allowed = plane.apply(put(grant))
  assert.equal(parentOf(allowed, 'default/r').ResolvedRefs, 'True ResolvedRefs')
  assert.equal(allowed.snapshot.routes[0]?.action.kind, 'forward')
  const revoked = plane.apply(remove(grant))
  assert.equal(parentOf(revoked, 'default/r').ResolvedRefs, 'False RefNotPermitted')
  assert.equal(revoked.snapshot.routes[0]?.action.kind, 'respond')
})

for (const [what, from, to] of [
  ['another kind of route', { kind: 'GRPCRoute', namespace: 'default' }, { kind: 'Service' }],
  ['another namespace', { kind: 'HTTPRoute', namespace: 'other' }, { kind: 'Service' }],
  ['another group', { group: 'example.com', kind: 'HTTPRoute', namespace: 'default' }, { kind: 'Service' }],
  ['another target kind', { kind: 'HTTPRoute', namespace: 'default' }, { kind: 'Secret' }],
  ['another name', { kind: 'HTTPRoute', namespace: 'default' }, { kind: 'Service', name: 'cart' }],
] as const) {
  test(`row 22: a grant for ${what} does not help`, () => {
    const found = backendOf({ namespace: 'far' }, [service('far/shop'), referenceGrant('far/g', from, to)])
    assert.equal(found.resolved, 'False RefNotPermitted')
  })
}

test('row 22: a grant lives in the target’s namespace, not beside the route', () => {
  const grant = referenceGrant('default/g', { kind: 'HTTPRoute', namespace: 'default' }, { kind: 'Service' })
  assert.equal(backendOf({ namespace: 'far' }, [service('far/shop'), grant]).resolved, 'False RefNotPermitted')
})
