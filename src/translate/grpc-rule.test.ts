import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HttpMatch } from '#ir'
import { ok } from '#kit/outcome.ts'
import type { FilterTranslator } from './filter.ts'
import {
  backendRef,
  gateway,
  grpcRoute,
  httpRoute,
  listener,
  rule,
  service,
  slice,
  translate,
} from './objects.fixture.ts'

const gw = gateway('gw', [listener()])
const shop = [service('shop'), slice('shop', 'shop', [{ addresses: ['10.0.0.1'] }])]

function matchesOf(...matches: readonly object[]): readonly HttpMatch[] | undefined {
  return translate([gw, grpcRoute('r', ['gw'], [{ matches }])]).snapshot.routes[0]?.matches
}

test('a call is a request for /Service/Method', () => {
  const exact = (method: object) => matchesOf({ method: { type: 'Exact', ...method } })?.[0]?.path
  assert.deepEqual(exact({ service: 'a.B', method: 'C' }), { kind: 'exact', value: '/a.B/C' })
  assert.deepEqual(exact({ service: 'a.B' }), { kind: 'prefix', value: '/a.B' })
  assert.deepEqual(exact({ method: 'C' }), { kind: 'method', value: 'C' })
  const regex = (method: object) => matchesOf({ method: { type: 'RegularExpression', ...method } })?.[0]?.path.value
  assert.equal(regex({ service: 'a|b', method: 'C.*' }), '/(?:a|b)/(?:C.*)')
  assert.equal(regex({ service: 'a|b' }), '/(?:a|b)/[^/]+')
  assert.equal(regex({ method: 'C' }), '/[^/]+/(?:C)')
  assert.deepEqual(matchesOf()?.[0]?.path, { kind: 'prefix', value: '/' })
})

test('headers are matched as those of HTTPRoutes, with and without a method', () => {
  const headers = [
    { name: 'X-One', type: 'Exact', value: '1' },
    { name: 'x-two', type: 'RegularExpression', value: '2+' },
  ]
  const wanted = [
    { name: 'x-one', kind: 'exact', value: '1' },
    { name: 'x-two', kind: 'regex', value: '2+' },
  ]
  assert.deepEqual(matchesOf({ headers }), [{ path: { kind: 'prefix', value: '/' }, headers: wanted, query: [] }])
})

test('a pattern that is none makes its rule invalid, also where brackets around it would mend it', () => {
  const broken = { type: 'RegularExpression', service: 'a)|(b' }
  const { snapshot, statuses } = translate([gw, grpcRoute('r', ['gw'], [{ matches: [{ method: broken }] }, {}])])
  assert.deepEqual(
    snapshot.routes.map((route) => route.rule),
    [1],
  )
  const status = statuses.get('GRPCRoute/default/r')
  assert.ok(status?.kind === 'Route')
  const partly = status.parents[0]?.conditions.find(({ type }) => type === 'PartiallyInvalid')
  assert.match(partly?.message ?? '', /^Dropped Rule 0 \(spec\.rules\[0\]\.matches\[0\]\.method\.service: /)
})

test('the backends of a GRPCRoute and of its filters are reached by HTTP/2; the same port of an HTTPRoute is another', () => {
  const copying = {
    type: 'Copy',
    translate: (filter: { ref: { name: string } }, scope) => {
      const backend = scope.backend(filter.ref, scope.path)
      return backend.ok ? ok({ node: { kind: 'copy' } }) : backend
    },
  } satisfies FilterTranslator
  const mirror = { type: 'Copy', ref: backendRef('copy') }
  const { snapshot } = translate(
    [
      gw,
      ...shop,
      service('copy'),
      service('says', [{ appProtocol: 'kubernetes.io/h2c' }]),
      grpcRoute('calls', ['gw'], [{ filters: [mirror], backendRefs: [backendRef('shop'), backendRef('says')] }]),
      httpRoute('pages', ['gw'], [rule({ backendRefs: [backendRef('shop'), backendRef('says')] })]),
    ],
    { filters: [copying] },
  )
  assert.deepEqual(
    snapshot.backends.map(({ key, protocol }) => [key, protocol]),
    [
      ['Service/default/copy/80/h2c', 'h2c'],
      ['Service/default/says/80', 'h2c'],
      ['Service/default/shop/80', 'http1'],
      ['Service/default/shop/80/h2c', 'h2c'],
    ],
  )
  assert.deepEqual(
    snapshot.routes.map(({ origin, grpc }) => [origin.kind, grpc]),
    [
      ['GRPCRoute', true],
      ['HTTPRoute', undefined],
    ],
  )
})

test('a listener for HTTPRoutes alone takes no GRPCRoute', () => {
  const picky = gateway('gw', [listener({ kinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }] })])
  const { snapshot, statuses } = translate([picky, grpcRoute('r', ['gw'], [{}])])
  assert.equal(snapshot.routes.length, 0)
  const status = statuses.get('GRPCRoute/default/r')
  assert.equal(status?.kind === 'Route' && status.parents[0]?.conditions[0]?.reason, 'NotAllowedByListeners')
})
