import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Backend, defaultClientSettings, emptySnapshot, type Listener, type Route, type Snapshot } from '#ir'
import { resourceKinds } from '../envoy-resources.ts'
import { type EnvoyFilter, unsupported } from '../filter.ts'
import type { Message } from '../message.ts'
import { buildResources, ResourceBuilder } from './build-resources.ts'
import type { ResourceOptions } from './options.ts'

const options: ResourceOptions = {
  filters: {
    impossible: { build: () => unsupported('Envoy has no such thing') },
    never: { unsupported: 'not at all', build: () => ({}) },
    alone: { own: true, build: () => ({ own: [{ '@type': 'type.googleapis.com/x.Y' }] }) } satisfies EnvoyFilter,
  },
  filterOrder: ['impossible', 'never', 'alone'],
  bind: ['0.0.0.0'],
  systemTrust: '/ca.pem',
  virtualHosts: 'inline',
}

const origin = (name: string) => ({ kind: 'HTTPRoute', namespace: 'default', name })

const listener = (name: string, more: Partial<Listener> = {}): Listener => ({
  key: `default/gw/${name}`,
  gateway: 'default/gw',
  origin: { kind: 'Gateway', namespace: 'default', name: 'gw' },
  addresses: [],
  port: 80,
  protocol: 'http',
  hostname: '',
  client: defaultClientSettings,
  ...more,
})

const backend = (name: string): Backend => ({
  key: `Service/default/${name}/80`,
  origin: { kind: 'Service', namespace: 'default', name },
  port: 80,
  protocol: 'http1',
  connectTimeoutMs: 5_000,
})

const to = (name: string, weight = 1) =>
  ({ kind: 'backend', backend: `Service/default/${name}/80`, weight, filters: [] }) as const

const route = (name: string, more: Partial<Route> = {}): Route => ({
  key: `HTTPRoute/default/${name}/0@default/gw/http`,
  listener: 'default/gw/http',
  origin: origin(name),
  rule: 0,
  createdAt: '',
  hostnames: [''],
  matches: [{ path: { kind: 'prefix', value: '/' }, headers: [], query: [] }],
  filters: [],
  action: { kind: 'forward', to: [to('a')], timeouts: { requestMs: 0, backendRequestMs: 0 } },
  ...more,
})

const snapshot = (more: Partial<Snapshot>): Snapshot => ({
  ...emptySnapshot,
  listeners: [listener('http')],
  backends: [backend('a'), backend('b')],
  endpoints: ['a', 'b'].map((name) => ({
    backend: `Service/default/${name}/80`,
    endpoints: [{ kind: 'ip', address: '10.0.0.1', port: 80 }],
  })),
  ...more,
})

function listOf(message: Message | undefined, field: string): Message[] {
  return (message?.[field] ?? []) as Message[]
}

/** Names of the routes by virtual host. */
function routesOf(of: Snapshot, table = 'tcp/0.0.0.0/80'): Record<string, unknown[]> {
  const found = buildResources(of, options).resources.route.find(({ name }) => name === table)
  const hosts = listOf(found, 'virtual_hosts')
  return Object.fromEntries(hosts.map((host) => [host.name, listOf(host, 'routes').map(({ name }) => name)]))
}

test('a change of one route makes one new object, and touches no listener', () => {
  const builder = new ResourceBuilder({ ...options, virtualHosts: 'apart' })
  const routes = ['a', 'b', 'c'].map((name) => route(name, { hostnames: [`${name}.test`] }))
  const first = snapshot({ routes })
  const before = builder.build(first).resources
  const changed = route('b', { hostnames: ['b.test'], action: { kind: 'respond', status: 404, why: 'gone' } })
  const after = builder.build({
    ...first,
    routes: routes.map((one) => (one.key === changed.key ? changed : one)),
  }).resources
  const fresh = resourceKinds.flatMap((kind) => after[kind].filter((one) => !before[kind].includes(one)))
  assert.deepEqual(
    fresh.map(({ name }) => name),
    ['tcp/0.0.0.0/80/b.test'],
  )
})

test('endpoints change alone', () => {
  const builder = new ResourceBuilder(options)
  const first = snapshot({ routes: [route('a')] })
  const before = builder.build(first).resources
  const [, b] = first.endpoints
  const moved = { backend: 'Service/default/a/80', endpoints: [{ kind: 'ip', address: '10.0.0.9', port: 80 }] } as const
  const after = builder.build({ ...first, endpoints: [moved, b!] }).resources
  const fresh = resourceKinds.flatMap((kind) => after[kind].filter((one) => !before[kind].includes(one)))
  assert.deepEqual(
    fresh.map(({ cluster_name }) => cluster_name),
    ['Service/default/a/80'],
  )
})

test('a TLS listener for any name, without a route, has a chain that leads nowhere: Envoy takes no socket without one', () => {
  const tls = { mode: 'passthrough' as const, certificates: [] }
  const listeners = [listener('tls', { protocol: 'tls', port: 443, tls })]
  const [built] = buildResources(snapshot({ listeners }), options).resources.listener
  const [chain, ...others] = listOf(built, 'filter_chains')
  assert.deepEqual([chain?.name, others.length], ['default/gw/tls', 0])
  assert.equal(chain?.transport_socket, undefined)
})

test('what is gone is forgotten: it is made anew when it comes back', () => {
  const builder = new ResourceBuilder(options)
  const one = snapshot({ routes: [route('a')] })
  const [before] = builder.build(one).resources.listener
  builder.build(emptySnapshot)
  const [after] = builder.build(one).resources.listener
  assert.deepEqual(after, before)
  assert.notEqual(after, before)
})

test('a more specific hostname repeats the rules of those that cover it', () => {
  const routes = [route('any'), route('wild', { hostnames: ['*.test'] }), route('exact', { hostnames: ['a.test'] })]
  assert.deepEqual(routesOf(snapshot({ routes })), {
    '*': ['HTTPRoute/default/any/0/0'],
    '*.test': ['HTTPRoute/default/wild/0/0', 'HTTPRoute/default/any/0/0'],
    'a.test': ['HTTPRoute/default/exact/0/0', 'HTTPRoute/default/wild/0/0', 'HTTPRoute/default/any/0/0'],
  })
})

test('a hostname belongs to the most specific listener, with routes or without', () => {
  const listeners = [listener('http'), listener('shop', { hostname: '*.shop.test' })]
  const routes = [route('any', { hostnames: ['', 'a.shop.test'] })]
  assert.deepEqual(routesOf(snapshot({ listeners, routes })), { '*': ['HTTPRoute/default/any/0/0'], '*.shop.test': [] })
})

test('shares of a rule are thresholds of one number, the last takes what is left', () => {
  const action = {
    kind: 'forward',
    to: [
      to('a', 2),
      { kind: 'broken', weight: 1, status: 500, why: 'x' },
      { kind: 'broken', weight: 1, status: 503, why: 'y' },
    ],
    timeouts: { requestMs: 0, backendRequestMs: 0 },
  } as const
  const { resources } = buildResources(snapshot({ routes: [route('r', { action })] }), options)
  const [host] = listOf(resources.route[0], 'virtual_hosts')
  assert.deepEqual(
    listOf(host, 'routes').map(({ match, direct_response }) => [
      (match as { runtime_fraction?: { default_value: { numerator: number } } }).runtime_fraction?.default_value
        .numerator,
      (direct_response as Message | undefined)?.status,
    ]),
    [
      [250_000, 500],
      [500_000, 503],
      [undefined, undefined],
    ],
  )
})

for (const [kind, reason] of [
  ['impossible', 'Envoy has no such thing'],
  ['never', 'not at all'],
  ['unheard', "Envoy's plane has no filter 'unheard'"],
] as const) {
  test(`a rule with a filter that is ${kind} is closed, and says why`, () => {
    const closed = route('closed', { filters: [{ kind }] })
    const { resources, unsupported: told } = buildResources(snapshot({ routes: [closed] }), options)
    assert.deepEqual(told, [{ route: closed.key, reason }])
    assert.match(JSON.stringify(resources.route), /"direct_response":\{"status":500/)
    assert.doesNotMatch(JSON.stringify(resources.route), /"cluster"/)
  })
}

test('filters of a route sleep in every listener', () => {
  const used = buildResources(snapshot({ routes: [route('r', { filters: [{ kind: 'alone' }] })] }), options).resources
  const unused = buildResources(snapshot({ routes: [route('r')] }), options).resources
  assert.deepEqual(used.listener, unused.listener)
  assert.match(JSON.stringify(used.route), /"headgate\.alone":.*type.googleapis.com\/x\.Y/)
})

test('a session over several backends makes one cluster of them', () => {
  const session = { kind: 'cookie', name: 's', lifetime: 'session', absoluteTimeoutMs: 0, path: '/' } as const
  const action = {
    kind: 'forward',
    to: [to('a'), to('b', 0)],
    timeouts: { requestMs: 0, backendRequestMs: 0 },
    session,
  } as const
  const { resources } = buildResources(snapshot({ routes: [route('r', { action })] }), options)
  const merged = resources.endpoints.find(({ cluster_name }) => cluster_name === 'HTTPRoute/default/r/0')
  assert.deepEqual(
    listOf(merged, 'endpoints').map(({ locality, load_balancing_weight }) => [locality, load_balancing_weight]),
    [
      [{ sub_zone: 'Service/default/a/80' }, 1],
      [{ sub_zone: 'Service/default/b/80' }, undefined],
    ],
  )
})

test('names among the backends of a session: the cluster resolves them, and nothing waits for endpoints', () => {
  const session = { kind: 'cookie', name: 's', lifetime: 'session', absoluteTimeoutMs: 0, path: '/' } as const
  const timeouts = { requestMs: 0, backendRequestMs: 0 }
  const action = { kind: 'forward', to: [to('a'), to('b')], timeouts, session } as const
  const whole = snapshot({ routes: [route('r', { action })] })
  const named = whole.endpoints.map((set, i) =>
    i > 0 ? set : { ...set, endpoints: [{ kind: 'dns', host: 'a.test', port: 80 } as const] },
  )
  const { resources } = buildResources({ ...whole, endpoints: named }, options)
  const merged = resources.cluster.find(({ name }) => name === 'HTTPRoute/default/r/0')
  assert.match(JSON.stringify(merged), /"type":"STRICT_DNS".*"load_assignment":.*"address":"a.test"/)
  const served = resources.endpoints.map(({ cluster_name }) => cluster_name)
  assert.deepEqual(
    served,
    named.slice(1).map(({ backend }) => backend),
  )
})

test('the usual retry policy is the host’s; a rule with one of its own has that', () => {
  const timeouts = { requestMs: 0, backendRequestMs: 0 }
  const retry = { attempts: 5, codes: [503], backoffMs: 0 }
  const own = { kind: 'forward', to: [to('a')], timeouts, retry } as const
  const routes = [
    route('usual', { hostnames: ['a.test'] }),
    route('own', { hostnames: ['a.test'], action: own }),
    route('answer', { hostnames: ['b.test'], action: { kind: 'respond', status: 404, why: 'gone' } }),
  ]
  const { resources } = buildResources(snapshot({ routes }), options)
  const hosts = listOf(resources.route[0], 'virtual_hosts')
  const policies = hosts.map((host) => [
    host.name,
    (host.retry_policy as Message | undefined)?.num_retries,
    listOf(host, 'routes').map(({ route }) => ((route as Message | undefined)?.retry_policy as Message)?.num_retries),
  ])
  assert.deepEqual(policies, [
    ['*', undefined, []],
    ['a.test', 2, [5, 5, undefined]],
    ['b.test', undefined, [undefined]],
  ])
})
