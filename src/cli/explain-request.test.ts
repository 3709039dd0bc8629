import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultClientSettings, emptySnapshot, type HttpMatch, type Listener, type Route, type Snapshot } from '#ir'
import { type AskedRequest, explainRequest, rankHostname } from './explain-request.ts'
import { renderExplanation } from './explain-text.ts'

const listener = (name: string, hostname: string, protocol: Listener['protocol'] = 'http', port = 80): Listener => ({
  key: `a/gw/${name}`,
  gateway: 'a/gw',
  origin: { kind: 'Gateway', namespace: 'a', name: 'gw' },
  addresses: [],
  port,
  protocol,
  hostname,
  client: defaultClientSettings,
})

const prefix = (value: string, more: Partial<HttpMatch> = {}): HttpMatch => ({
  path: { kind: 'prefix', value },
  headers: [],
  query: [],
  ...more,
})

const route = (
  name: string,
  at: string,
  hostnames: string[],
  matches: HttpMatch[],
  more: Partial<Route> = {},
): Route => ({
  key: `HTTPRoute/a/${name}/0@a/gw/${at}`,
  listener: `a/gw/${at}`,
  origin: { kind: 'HTTPRoute', namespace: 'a', name },
  rule: 0,
  createdAt: '',
  hostnames,
  matches,
  filters: [],
  action: {
    kind: 'forward',
    to: [
      { kind: 'backend', backend: 'b1', weight: 3, filters: [] },
      { kind: 'broken', weight: 1, status: 500, why: 'gone' },
    ],
    timeouts: { requestMs: 0, backendRequestMs: 0 },
  },
  ...more,
})

const ask = (host: string, path: string, more: Partial<AskedRequest> = {}): AskedRequest => ({
  method: 'GET',
  scheme: 'http',
  host,
  port: 80,
  path,
  headers: new Map(),
  query: new Map(),
  ...more,
})

const snapshot: Snapshot = {
  ...emptySnapshot,
  listeners: [
    listener('any', ''),
    listener('exact', 'shop.example.com'),
    listener('wild', '*.example.com'),
    listener('tls', '', 'https', 443),
  ],
  routes: [
    route('any', 'any', [''], [prefix('/')]),
    route('header', 'wild', ['*.example.com'], [prefix('/a', { headers: [{ name: 'x', kind: 'exact', value: '1' }] })]),
    route('host', 'wild', ['api.example.com'], [prefix('/a')]),
    route('method', 'wild', ['*.example.com'], [prefix('/a', { method: 'POST' }), prefix('/')]),
  ],
  endpoints: [{ backend: 'b1', endpoints: [{ kind: 'ip', address: '10.0.0.1', port: 80 }] }],
}

test('hostnames rank exact, longest wildcard, none', () => {
  assert.equal(rankHostname('a.example.com', 'a.example.com'), Number.POSITIVE_INFINITY)
  assert.ok(rankHostname('*.a.example.com', 'b.a.example.com') > rankHostname('*.example.com', 'b.a.example.com'))
  assert.ok(rankHostname('*.example.com', 'a.example.com') > rankHostname('', 'a.example.com'))
  assert.equal(rankHostname('*.example.com', 'example.com'), -1)
  assert.equal(rankHostname('*.example.com', '.example.com'), -1)
  assert.equal(rankHostname('a.com', 'b.com'), -1)
})

test('the most specific listener owns the request, even without a route', () => {
  const { listener, otherListeners, answer } = explainRequest(snapshot, ask('shop.example.com', '/a'))
  assert.equal(listener?.key, 'a/gw/exact')
  assert.deepEqual(answer, { status: 404, why: 'no route is attached to this listener' })
  assert.deepEqual(
    otherListeners.map(({ key, lost }) => `${key}: ${lost}`),
    ['a/gw/wild: its hostname (*.example.com) is less specific', 'a/gw/any: its hostname (any host) is less specific'],
  )
})

test('rules of the longer hostname come first and fall through; each near miss has its reason', () => {
  const first = explainRequest(snapshot, ask('api.example.com', '/a/b', { headers: new Map([['x', '1']]) }))
  assert.deepEqual([first.route?.route.name, first.route?.hostname], ['host', 'api.example.com'])
  assert.deepEqual(
    first.nearMisses.map(({ route, lost }) => `${route.name}: ${lost}`),
    [
      'method: method is GET, wanted POST',
      'header: also holds, but *.example.com is less specific than api.example.com',
      'method: also holds, but *.example.com is less specific than api.example.com',
    ],
  )
  const through = explainRequest(snapshot, ask('api.example.com', '/c'))
  assert.equal(through.route?.match, 'path / as a prefix')
  assert.deepEqual(
    through.nearMisses.map(({ route, lost }) => `${route.name}: ${lost}`),
    [
      'host: path /c is not /a as a prefix',
      'method: path /c is not /a as a prefix',
      'header: path /c is not /a as a prefix',
    ],
  )
  const header = explainRequest(snapshot, ask('x.example.com', '/a', { headers: new Map([['x', '1']]) }))
  assert.equal(header.route?.route.name, 'header')
  assert.equal(header.nearMisses.at(-1)?.lost, 'also holds, but its path is shorter (/ after /a)')
  const absent = explainRequest(snapshot, ask('x.example.com', '/a'))
  assert.equal(absent.nearMisses.find(({ route }) => route.name === 'header')?.lost, 'header x is absent (wanted 1)')
})

test('shares have their percentage, endpoints and errors', () => {
  const { backends } = explainRequest(snapshot, ask('other.org', '/'))
  assert.deepEqual(backends, [
    { backend: 'b1', percent: 75, endpoints: ['10.0.0.1:80'], filters: [] },
    { backend: 'broken', percent: 25, endpoints: [], filters: [], broken: { status: 500, why: 'gone' } },
  ])
})

test('what answers without a backend is told', () => {
  const redirect = route('r', 'any', [''], [prefix('/r')], {
    filters: [{ kind: 'requestRedirect', status: 308 } as { kind: string }],
  })
  const closed = route('c', 'any', [''], [prefix('/c')], {
    action: { kind: 'respond', status: 500, why: 'no backends' },
  })
  const more = { ...snapshot, routes: [...snapshot.routes, redirect, closed] }
  assert.equal(explainRequest(more, ask('o.org', '/r')).answer?.status, 308)
  assert.deepEqual(explainRequest(more, ask('o.org', '/c')).answer, { status: 500, why: 'no backends' })
})

test('a port that nobody listens on and a scheme that nobody speaks are told', () => {
  assert.equal(
    explainRequest(snapshot, ask('a.org', '/', { port: 81 })).answer?.why,
    'nothing listens on port 81; listeners have 80, 443',
  )
  assert.equal(
    explainRequest(snapshot, ask('a.org', '/', { scheme: 'https' })).answer?.why,
    'no listener of port 80 speaks HTTPS',
  )
  const wild = { ...snapshot, listeners: [listener('wild', '*.example.com')] }
  assert.equal(
    explainRequest(wild, ask('a.org', '/')).answer?.why,
    'no listener of port 80 has a hostname that fits a.org',
  )
})

test('a rule of gRPC takes calls of gRPC, and the answers are gRPC’s', () => {
  const routes = [
    route('pages', 'any', [''], [prefix('/')]),
    route('calls', 'any', [''], [prefix('/a.B')], {
      grpc: true,
      action: { kind: 'respond', status: 500, why: 'gone' },
    }),
  ]
  const call = { headers: new Map([['content-type', 'application/grpc+proto']]) }
  const of = (path: string, more: Partial<AskedRequest>) =>
    explainRequest({ ...snapshot, routes }, ask('x', path, more))
  assert.deepEqual(of('/a.B/C', call).answer, { status: 500, grpcStatus: 'UNAVAILABLE (14)', why: 'gone' })
  const page = of('/a.B/C', {})
  assert.equal(page.route?.route.name, 'pages')
  assert.match(page.nearMisses[0]?.lost ?? '', /content-type is absent \(wanted application\/grpc\)/)
  const none = explainRequest({ ...snapshot, routes: [] }, ask('x', '/a.B/C', call))
  assert.equal(none.answer?.grpcStatus, 'UNIMPLEMENTED (12)')
})

test('of equal paths the rule of gRPC goes first', () => {
  const routes = [
    route('pages', 'any', [''], [prefix('/')], { createdAt: '2020-01-01T00:00:00Z' }),
    route('calls', 'any', [''], [prefix('/')], { grpc: true }),
  ]
  const headers = new Map([['content-type', 'application/grpc']])
  const { route: chosen, nearMisses } = explainRequest({ ...snapshot, routes }, ask('x', '/a.B/C', { headers }))
  assert.equal(chosen?.route.name, 'calls')
  assert.match(nearMisses[0]?.lost ?? '', /rule of gRPC/)
})

test('the policies of the rule are told, and a direct response answers', () => {
  const policies = [
    { origin: { kind: 'BackendTrafficPolicy', namespace: 'ns', name: 'p' }, fate: 'refused', why: 'spec.x: no' },
  ] as const
  const filters = [{ kind: 'directResponse', status: 403 } as never]
  const routes = [route('r', 'any', [''], [prefix('/')], { policies, filters })]
  const explained = explainRequest({ ...snapshot, routes }, ask('x', '/'))
  assert.deepEqual(explained.policies, policies)
  assert.deepEqual(explained.answer, { status: 403, why: 'directResponse answers' })
  const text = renderExplanation(ask('x', '/'), explained, (_, words) => words)
  assert.match(text, /policies +BackendTrafficPolicy ns\/p: refused: spec\.x: no/)
})
