import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gateway, gatewayOf, httpRoute, listener, object, parentOf, rule, translate } from './objects.fixture.ts'

const twoListeners = gateway('gw', [listener({ name: 'a', port: 80 }), listener({ name: 'b', port: 8080 })])

test('row 15: attachedRoutes counts accepted routes, on listeners that are not served as well', () => {
  const broken = listener({
    name: 'tls',
    port: 443,
    protocol: 'HTTPS',
    tls: { mode: 'Terminate', certificateRefs: [] },
  })
  const { listeners } = gatewayOf(
    translate([
      gateway('gw', [listener({ hostname: 'a.example.com' }), broken]),
      httpRoute('both', ['gw'], [rule()]),
      httpRoute('elsewhere', [{ name: 'gw', sectionName: 'http' }], [rule()], { hostnames: ['b.example.com'] }),
    ]),
    'default/gw',
  )!
  assert.equal(listeners.http.attachedRoutes, 1)
  assert.equal(listeners.tls.attachedRoutes, 1)
})

test('row 16: one of two listeners is enough, and there is one status entry per parentRef', () => {
  const picky = gateway('gw', [listener({ name: 'a' }), listener({ name: 'b', port: 81, hostname: 'b.example.com' })])
  const route = httpRoute('r', ['gw', { name: 'gw', sectionName: 'b' }], [rule()], { hostnames: ['a.example.com'] })
  const translation = translate([picky, route])
  assert.equal(parentOf(translation, 'default/r', 0).Accepted, 'True Accepted')
  assert.equal(parentOf(translation, 'default/r', 1).Accepted, 'False NoMatchingListenerHostname')
  assert.equal(parentOf(translation, 'default/r', 2).Accepted, undefined)
  assert.deepEqual(
    translation.snapshot.routes.map(({ listener: key }) => key),
    ['default/gw/a'],
  )
})

test('row 16: two parentRefs that lead to one listener give it the route once', () => {
  const translation = translate([
    gateway('gw', [listener()]),
    httpRoute('r', ['gw', { name: 'gw', sectionName: 'http' }], [rule()]),
  ])
  assert.equal(translation.snapshot.routes.length, 1)
  assert.equal(gatewayOf(translation, 'default/gw')!.listeners.http.attachedRoutes, 1)
})

for (const [parent, accepted, keys] of [
  [{ sectionName: 'a' }, 'True Accepted', ['default/gw/a']],
  [{ port: 8080 }, 'True Accepted', ['default/gw/b']],
  [{ sectionName: 'a', port: 80 }, 'True Accepted', ['default/gw/a']],
  [{ sectionName: 'a', port: 8080 }, 'False NoMatchingParent', []],
  [{ sectionName: 'none' }, 'False NoMatchingParent', []],
  [{ port: 81 }, 'False NoMatchingParent', []],
] as const) {
  test(`row 17: sectionName and port must both match: ${JSON.stringify(parent)} gives ${accepted}`, () => {
    const translation = translate([twoListeners, httpRoute('r', [{ name: 'gw', ...parent }], [rule()])])
    assert.equal(parentOf(translation, 'default/r').Accepted, accepted)
    assert.equal(parentOf(translation, 'default/r').ResolvedRefs, 'True ResolvedRefs')
    assert.deepEqual(
      translation.snapshot.routes.map(({ listener: key }) => key),
      keys,
    )
  })
}

test('row 17: parentRef.port means the port of the Gateway, also when we listen elsewhere', () => {
  const settings = {
    controllerName: 'headgate.dev/gateway-controller',
    client: {} as never,
    ports: new Map([[80, 8000]]),
  }
  const translation = translate([twoListeners, httpRoute('r', [{ name: 'gw', port: 80 }], [rule()])], { settings })
  assert.equal(parentOf(translation, 'default/r').Accepted, 'True Accepted')
  assert.deepEqual(
    translation.snapshot.listeners.map(({ port }) => port),
    [8000, 8080],
  )
})

const team = object('v1', 'Namespace', '/team', {}, { labels: { tier: 'gold' } })
const exists = { matchExpressions: [{ key: 'tier', operator: 'In', values: ['gold', 'silver'] }] }
for (const [name, allowed, accepted] of [
  ['Same', {}, 'False NotAllowedByListeners'],
  ['All', { from: 'All' }, 'True Accepted'],
  ['a label', { from: 'Selector', selector: { matchLabels: { tier: 'gold' } } }, 'True Accepted'],
  ['another label', { from: 'Selector', selector: { matchLabels: { tier: 'tin' } } }, 'False NotAllowedByListeners'],
  ['an expression', { from: 'Selector', selector: exists }, 'True Accepted'],
  [
    'the name that Kubernetes writes on namespaces',
    { from: 'Selector', selector: { matchLabels: { 'kubernetes.io/metadata.name': 'team' } } },
    'True Accepted',
  ],
] as const) {
  test(`allowedRoutes.namespaces by ${name}: a route of another namespace is ${accepted}`, () => {
    const gw = gateway('infra/gw', [listener(allowed)])
    const route = httpRoute('team/r', [{ name: 'gw', namespace: 'infra' }], [rule()])
    assert.equal(parentOf(translate([gw, route, team]), 'team/r').Accepted, accepted)
  })
}

test('a word in allowedRoutes that we do not know lets nobody in, not even neighbours', () => {
  const translation = translate([gateway('gw', [listener({ from: 'Friends' })]), httpRoute('r', ['gw'], [rule()])])
  assert.equal(parentOf(translation, 'default/r').Accepted, 'False NotAllowedByListeners')
})

test('a label that a Namespace gets later lets its routes in', () => {
  const gw = gateway('infra/gw', [listener({ from: 'Selector', selector: { matchLabels: { tier: 'gold' } } })])
  const route = httpRoute('team/r', [{ name: 'gw', namespace: 'infra' }], [rule()])
  assert.equal(parentOf(translate([gw, route]), 'team/r').Accepted, 'False NotAllowedByListeners')
  assert.equal(parentOf(translate([gw, route, team]), 'team/r').Accepted, 'True Accepted')
})

test('allowedRoutes.kinds without HTTPRoute refuses HTTPRoutes', () => {
  const gw = gateway('gw', [listener({ kinds: [{ group: 'gateway.networking.k8s.io', kind: 'GRPCRoute' }] })])
  const translation = translate([gw, httpRoute('r', ['gw'], [rule()])])
  assert.equal(parentOf(translation, 'default/r').Accepted, 'False NotAllowedByListeners')
  assert.equal(parentOf(translation, 'default/r').ResolvedRefs, 'True ResolvedRefs')
})

test('a Gateway of another controller, or none at all, gets no word of ours', () => {
  const foreign = gateway('gw', [listener()], { gatewayClassName: 'someone-else' })
  const translation = translate([foreign, httpRoute('r', ['gw', 'missing'], [rule()])])
  assert.deepEqual([...translation.statuses.keys()], ['GatewayClass//headgate'])
  assert.deepEqual(translation.snapshot.listeners, [])
})
