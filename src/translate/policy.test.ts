import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '#api'
import { ok } from '#kit/outcome.ts'
import { mergeStatus } from './merge-status.ts'
import {
  backendRef,
  controllerName,
  gateway,
  httpRoute,
  listener,
  listenerSet,
  object,
  put,
  referenceGrant,
  remove,
  rule,
  service,
  setRef,
  translate,
  translator,
} from './objects.fixture.ts'
import type { PolicySlice } from './policy-slice.ts'
import type { Translation } from './translator.ts'

const group = 'gateway.networking.k8s.io'
const api = 'gateway.envoyproxy.io/v1alpha1'

const mark = (kind: PolicySlice['kind']): PolicySlice => ({
  kind,
  fields: ['mark', 'list'],
  refused: { 'list[].never': 'cannot be done' },
  refusedOn: { envoy: { 'list[].here': 'not on Envoy' } },
  translate: ({ mark = '', list }: { mark?: string; list?: readonly unknown[] }) =>
    ok({ nodes: [{ kind: 'mark', mark, ...(list && { list: list.length }) } as never] }),
})

const slices: readonly PolicySlice[] = [
  mark('BackendTrafficPolicy'),
  mark('SecurityPolicy'),
  mark('HTTPRouteFilter'),
  {
    kind: 'SecurityPolicy',
    fields: ['secretRef'],
    translate({ secretRef }: { secretRef: { name: string; namespace?: string } }, scope) {
      const found = scope.secret(secretRef, 'secretRef')
      return found.ok ? ok({ nodes: [{ kind: 'secret' }] }) : found
    },
  },
  {
    kind: 'BackendTrafficPolicy',
    fields: ['limit'],
    translate: ({ limit }: { limit: number }) => ok({ backend: { breaker: { maxRequests: limit } } }),
  },
]

const sites: PolicySlice = {
  kind: 'SecurityPolicy',
  fields: ['url'],
  translate({ url }: { url: string }, scope) {
    const found = scope.site(url, 'url', { panicPercent: 0 })
    return found.ok ? ok({ nodes: [{ kind: 'ask', backend: found.value } as never] }) : found
  },
}

function policy(
  kind: string,
  name: string,
  targets: readonly object[],
  spec: object,
  metadata: object = {},
): KubeObject {
  const targetRefs = targets.map((target) => ({ group, ...target }))
  return object(api, kind, name, { spec: { ...(targets.length > 0 && { targetRefs }), ...spec } }, { ...metadata })
}

const traffic = (name: string, targets: readonly object[], spec: object, metadata?: object) =>
  policy('BackendTrafficPolicy', name, targets, spec, metadata)
const security = (name: string, targets: readonly object[], spec: object) =>
  policy('SecurityPolicy', name, targets, spec)

const onGateway = { kind: 'Gateway', name: 'gw' }
const onListener = { ...onGateway, sectionName: 'http' }
const onRoute = { kind: 'HTTPRoute', name: 'r' }
const onRule = { ...onRoute, sectionName: 'one' }

const world = [
  gateway('gw', [listener()]),
  service('a'),
  httpRoute(
    'r',
    ['gw'],
    [rule({ name: 'one', backendRefs: [backendRef('a')] }), rule({ backendRefs: [backendRef('a')] })],
  ),
]

function run(...policies: readonly KubeObject[]): Translation {
  return translate([...world, ...policies], { policies: slices })
}

/** The marks of each rule. */
function marksOf({ snapshot }: Translation): unknown {
  return snapshot.routes.map(({ filters }) =>
    filters.map((node) => (node as { mark?: string }).mark ?? node.kind).join(),
  )
}

/** `Accepted=True; Overridden=True …` by ancestor. */
function said(translation: Translation, kind: string, name: string): readonly string[] {
  const status = translation.statuses.get(`${kind}/default/${name}`)
  if (status?.kind !== 'Policy') return []
  return status.ancestors.map(({ ancestorRef, conditions }) => {
    const text = conditions.map((one) => `${one.type}=${one.status} ${one.reason}${one.message && `: ${one.message}`}`)
    return `${ancestorRef.name}: ${text.join(' | ')}`
  })
}

test('rule before route before listener before Gateway', () => {
  const all = [
    traffic('gateway', [onGateway], { mark: 'gateway' }),
    traffic('listener', [onListener], { mark: 'listener' }),
    traffic('route', [onRoute], { mark: 'route' }),
    traffic('rule', [onRule], { mark: 'rule' }),
  ]
  assert.deepEqual(marksOf(run(...all.slice(0, 1))), ['gateway', 'gateway'])
  assert.deepEqual(marksOf(run(...all.slice(0, 2))), ['listener', 'listener'])
  assert.deepEqual(marksOf(run(...all.slice(0, 3))), ['route', 'route'])
  const translation = run(...all)
  assert.deepEqual(marksOf(translation), ['rule', 'route'])
  assert.deepEqual(said(translation, 'BackendTrafficPolicy', 'gateway'), [
    'gw: Accepted=True Accepted | Overridden=True Overridden: by BackendTrafficPolicy default/route on HTTPRoute default/r; by BackendTrafficPolicy default/rule on HTTPRoute default/r',
  ])
  assert.match(
    said(translation, 'BackendTrafficPolicy', 'route')[0]!,
    /Overridden: by BackendTrafficPolicy default\/rule/,
  )
  assert.deepEqual(said(translation, 'BackendTrafficPolicy', 'rule'), ['gw: Accepted=True Accepted'])
})

test("a ListenerSet's policy goes before its Gateway's, which holds for the set's routes too", () => {
  const set = [
    gateway('gw', [listener()], { allowedListeners: { namespaces: { from: 'Same' } } }),
    listenerSet('set', 'gw', [listener({ name: 'own', port: 81 })]),
    httpRoute('r', [setRef('set')], [rule({ backendRefs: [backendRef('a')] })]),
  ]
  const marks = (...policies: readonly KubeObject[]) =>
    marksOf(translate([service('a'), ...set, ...policies], { policies: slices }))
  const above = traffic('gateway', [onGateway], { mark: 'gateway' })
  assert.deepEqual(marks(above), ['gateway'])
  const whole = traffic('set', [{ kind: 'ListenerSet', name: 'set' }], { mark: 'set' })
  assert.deepEqual(marks(above, whole), ['set'])
  const own = traffic('own', [{ kind: 'ListenerSet', name: 'set', sectionName: 'own' }], { mark: 'own' })
  assert.deepEqual(marks(above, whole, own), ['own'])
})

test('of two on one place the older counts, then the first by name', () => {
  const old = { creationTimestamp: '2024-01-01T00:00:00Z' }
  const young = { creationTimestamp: '2025-01-01T00:00:00Z' }
  const translation = run(traffic('a', [onRoute], { mark: 'a' }, young), traffic('b', [onRoute], { mark: 'b' }, old))
  assert.deepEqual(marksOf(translation), ['b', 'b'])
  assert.deepEqual(said(translation, 'BackendTrafficPolicy', 'a'), [
    'gw: Accepted=False Conflicted: HTTPRoute default/r has the older BackendTrafficPolicy default/b',
  ])
  assert.deepEqual(marksOf(run(traffic('b', [onRoute], { mark: 'b' }), traffic('a', [onRoute], { mark: 'a' }))), [
    'a',
    'a',
  ])
})

test('a field that nobody owns refuses the policy with its path, and the one above counts', () => {
  const above = traffic('gateway', [onGateway], { mark: 'gateway' })
  const translation = run(above, traffic('route', [onRoute], { mark: 'route', rateLimit: { local: {} } }))
  assert.deepEqual(marksOf(translation), ['gateway', 'gateway'])
  assert.deepEqual(said(translation, 'BackendTrafficPolicy', 'route'), [
    'gw: Accepted=False Invalid: spec.rateLimit: is not supported here: remove it',
  ])
  const refused = run(traffic('route', [onRoute], { list: [{ fine: 1 }, { never: 1 }] }))
  assert.deepEqual(said(refused, 'BackendTrafficPolicy', 'route'), [
    'gw: Accepted=False Invalid: spec.list[1].never: cannot be done',
  ])
})

test('a plane refuses fields and nodes of its own', () => {
  const here = [...world, traffic('route', [onRoute], { mark: 'm', list: [{ here: 1 }] })]
  assert.deepEqual(marksOf(translate(here, { policies: slices, plane: 'embedded' })), ['m', 'm'])
  const envoy = translate(here, { policies: slices, plane: 'envoy' })
  assert.deepEqual(marksOf(envoy), ['', ''])
  assert.deepEqual(said(envoy, 'BackendTrafficPolicy', 'route'), [
    'gw: Accepted=False Invalid: spec.list[0].here: not on Envoy',
  ])
  const node = translate(here, { policies: slices, refuses: () => 'no marks here' })
  assert.deepEqual(said(node, 'BackendTrafficPolicy', 'route'), ['gw: Accepted=False Invalid: spec: no marks here'])
})

test('a SecurityPolicy that cannot be obeyed closes its routes, and no other', () => {
  const others = httpRoute('s', ['gw'], [rule({ backendRefs: [backendRef('a')] })])
  for (const spec of [
    { secretRef: { name: 'nowhere' } },
    { secretRef: { name: 'x', namespace: 'other' } },
    { unknown: 1 },
  ]) {
    const translation = run(others, security('guard', [onRoute], { mark: 'guard', ...spec }))
    const closed = translation.snapshot.routes.map(({ origin, action }) => `${origin.name} ${action.kind}`)
    assert.deepEqual(closed, ['r respond', 'r respond', 's forward'])
    assert.match(said(translation, 'SecurityPolicy', 'guard')[0]!, /^gw: Accepted=False Invalid: spec\./)
  }
  const below = run(security('guard', [onGateway], { unknown: 1 }), security('own', [onRoute], { mark: 'own' }))
  assert.deepEqual(marksOf(below), ['own', 'own'], 'a route that has a guard of its own needs no other')
})

test('a guard of requests on a TCPRoute closes it', () => {
  const tcp = object('gateway.networking.k8s.io/v1', 'TCPRoute', 't', {
    spec: { parentRefs: [{ name: 'gw' }], rules: [{ backendRefs: [backendRef('a')] }] },
  })
  const translation = translate(
    [
      gateway('gw', [listener({ protocol: 'TCP' })]),
      service('a'),
      tcp,
      security('guard', [{ kind: 'TCPRoute', name: 't' }], { mark: 'x' }),
    ],
    { policies: slices },
  )
  assert.deepEqual(
    translation.snapshot.streams.map(({ to }) => to.map(({ kind }) => kind)),
    [['broken']],
  )
})

test("mergeType lays a route's policy over the one above", () => {
  const above = traffic('gateway', [onGateway], { limit: 5, list: [1, 2] })
  const merged = run(above, traffic('route', [onRoute], { mergeType: 'StrategicMerge', mark: 'route' }))
  const by = 'BackendTrafficPolicy default/route over default/gateway'
  assert.deepEqual(merged.snapshot.routes[0]!.filters, [{ kind: 'mark', mark: 'route', list: 2 }])
  assert.deepEqual(
    merged.snapshot.backends.map(({ key, breaker }) => [key, breaker]),
    [[`Service/default/a/80/by ${by}`, { maxRequests: 5 }]],
  )
  assert.match(
    said(merged, 'BackendTrafficPolicy', 'gateway')[0]!,
    /Merged=True Merged: with BackendTrafficPolicy default\/route/,
  )
  const apart = run(above, traffic('route', [onRoute], { mark: 'route' }))
  assert.deepEqual(
    apart.snapshot.backends.map(({ breaker }) => breaker),
    [undefined],
  )
})

test('routes with one policy share its copy of a backend; a change of the policy reaches it', () => {
  const translated = translator({ policies: slices })
  const start = [
    object('gateway.networking.k8s.io/v1', 'GatewayClass', '/headgate', { spec: { controllerName } }),
    ...world,
    httpRoute('s', ['gw'], [rule({ backendRefs: [backendRef('a')] })]),
    traffic('p', [onRoute, { kind: 'HTTPRoute', name: 's' }], { limit: 1 }),
  ]
  const first = translated.apply(put(...start))
  assert.deepEqual(
    first.snapshot.backends.map(({ breaker }) => breaker),
    [{ maxRequests: 1 }],
  )
  const second = translated.apply(put(traffic('p', [onRoute, { kind: 'HTTPRoute', name: 's' }], { limit: 2 })))
  assert.deepEqual(
    second.snapshot.backends.map(({ breaker }) => breaker),
    [{ maxRequests: 2 }],
  )
  const gone = translated.apply(remove(traffic('p', [onRoute], { limit: 2 })))
  assert.deepEqual(
    gone.snapshot.backends.map(({ key, breaker }) => [key, breaker]),
    [['Service/default/a/80', undefined]],
  )
  assert.deepEqual(gone.statuses.get('BackendTrafficPolicy/default/p'), undefined)
})

test('selectors find by labels, in other namespaces with a ReferenceGrant', () => {
  const route = httpRoute('r', ['gw'], [rule({ backendRefs: [backendRef('a')] })], {}, { labels: { tier: 'gold' } })
  const selecting = (matchLabels: object, namespaces?: object) => ({
    mark: 'selected',
    targetSelectors: [{ group, kind: 'HTTPRoute', matchLabels, ...(namespaces && { namespaces }) }],
  })
  const marks = (...more: readonly KubeObject[]) =>
    marksOf(translate([...world.slice(0, 2), route, ...more], { policies: slices }))
  assert.deepEqual(marks(traffic('p', [], selecting({ tier: 'gold' }))), ['selected'])
  assert.deepEqual(marks(traffic('p', [], selecting({ tier: 'tin' }))), [''])
  const far = traffic('far/p', [], selecting({ tier: 'gold' }, { from: 'All' }))
  assert.deepEqual(marks(far), [''])
  const from = { group: 'gateway.envoyproxy.io', kind: 'BackendTrafficPolicy', namespace: 'far' }
  const grant = referenceGrant('grant', from, { group, kind: 'HTTPRoute' })
  assert.deepEqual(marks(far, grant), ['selected'])
})

test('targets and sections that do not exist', () => {
  const translation = run(
    traffic('a', [{ ...onRoute, sectionName: 'nowhere' }], { mark: 'a' }),
    traffic('b', [{ kind: 'HTTPRoute', name: 'nowhere' }], { mark: 'b' }),
    traffic('c', [{ ...onGateway, sectionName: 'nowhere' }, onRoute], { mark: 'c' }),
  )
  assert.deepEqual(said(translation, 'BackendTrafficPolicy', 'a'), [
    'gw: Accepted=False TargetNotFound: HTTPRoute default/r has no rule named nowhere',
  ])
  assert.deepEqual(said(translation, 'BackendTrafficPolicy', 'b'), [
    'nowhere: Accepted=False TargetNotFound: HTTPRoute default/nowhere does not exist',
  ])
  assert.deepEqual(said(translation, 'BackendTrafficPolicy', 'c'), [
    'gw: Accepted=True Accepted: Gateway default/gw has no listener named nowhere',
  ])
})

test('more Gateways than a status has room for', () => {
  const names = Array.from({ length: 20 }, (_, i) => `g${String(i).padStart(2, '0')}`)
  const gateways = names.map((name, i) => gateway(name, [listener({ port: 1000 + i })]))
  const wide = traffic(
    'wide',
    names.map((name) => ({ kind: 'Gateway', name })),
    { mark: 'x' },
  )
  const translation = translate([...gateways, wide], { policies: slices })
  const lines = said(translation, 'BackendTrafficPolicy', 'wide')
  assert.equal(lines.length, 16)
  assert.match(lines[15]!, /Aggregated=True Aggregated: .* 4 more are left out/)
  const foreign = { ancestorRef: { name: 'x' }, controllerName: 'other/controller', conditions: [] }
  const stored = { ...wide, status: { ancestors: [foreign, foreign] } }
  const writer = { controllerName, now: '2026-01-01T00:00:00Z' }
  const merged = mergeStatus(stored, translation.statuses.get('BackendTrafficPolicy/default/wide'), writer)
  const { ancestors } = merged.status as { readonly ancestors: readonly { readonly controllerName: string }[] }
  assert.equal(ancestors.length, 16)
  assert.deepEqual(ancestors.slice(0, 2), [foreign, foreign])
})

test('an ExtensionRef names an HTTPRouteFilter, whose fields belong to slices as well', () => {
  const filters = [
    { type: 'ExtensionRef', extensionRef: { group: 'gateway.envoyproxy.io', kind: 'HTTPRouteFilter', name: 'f' } },
  ]
  const route = httpRoute('r', ['gw'], [rule({ filters, backendRefs: [backendRef('a')] })])
  const filter = (spec: object) => object(api, 'HTTPRouteFilter', 'f', { spec })
  const base = [...world.slice(0, 2), route]
  assert.deepEqual(marksOf(translate([...base, filter({ mark: 'f' })], { policies: slices })), ['f'])
  for (const more of [[], [filter({ urlRewrite: {} })]]) {
    const { snapshot, statuses } = translate([...base, ...more], { policies: slices })
    assert.equal(snapshot.routes[0]!.action.kind, 'respond')
    const status = statuses.get('HTTPRoute/default/r')
    assert.match(JSON.stringify(status), /HTTPRouteFilter default\/f(: spec.urlRewrite| does not exist)/)
  }
})

test('a policy may name a host by URL: the snapshot gets it with TLS', () => {
  const of = (url: string) => translate([...world, security('guard', [onRoute], { url })], { policies: [sites] })
  const { backends, endpoints } = of('https://id.example.com/keys').snapshot
  const key = 'URL/https/id.example.com/443/by SecurityPolicy default/guard at url'
  const found = backends.find((backend) => backend.key === key)
  assert.deepEqual(found?.tls, { hostname: 'id.example.com', trust: { kind: 'system' }, subjectAltNames: [] })
  assert.equal(found?.panicPercent, 0)
  assert.deepEqual(endpoints.find(({ backend }) => backend === key)?.endpoints, [
    { kind: 'dns', host: 'id.example.com', port: 443 },
  ])
  for (const url of ['ftp://x', 'id.example.com', 'https://user:secret@id.example.com'])
    assert.equal(of(url).snapshot.routes[0]!.action.kind, 'respond', url)
})
