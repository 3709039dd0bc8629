import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Backend,
  concernsRoute,
  defaultClientSettings,
  emptySnapshot,
  gatewaysOfRefusal,
  type Listener,
  type Route,
  type Snapshot,
  type StreamRoute,
} from '#ir'
import type { ResourceKind } from '../envoy-resources.ts'
import { locateRefusals } from './refusal-owner.ts'

const listener = (gateway: string, name: string, port: number, more: Partial<Listener> = {}): Listener => ({
  key: `default/${gateway}/${name}`,
  gateway: `default/${gateway}`,
  origin: { kind: 'Gateway', namespace: 'default', name: gateway },
  addresses: [],
  port,
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

const to = (name: string) =>
  ({ kind: 'backend', backend: `Service/default/${name}/80`, weight: 1, filters: [] }) as const

const route = (name: string, at: string, hostnames = ['']): Route => ({
  key: `HTTPRoute/default/${name}/0@${at}`,
  listener: at,
  origin: { kind: 'HTTPRoute', namespace: 'default', name },
  rule: 0,
  createdAt: '',
  hostnames,
  matches: [],
  filters: [],
  action: { kind: 'forward', to: [to(name)], timeouts: { requestMs: 0, backendRequestMs: 0 } },
})

const stream: StreamRoute = {
  key: 'TCPRoute/default/t/0@default/one/tcp',
  listener: 'default/one/tcp',
  origin: { kind: 'TCPRoute', namespace: 'default', name: 't' },
  rule: 0,
  createdAt: '',
  serverNames: [''],
  to: [to('a')],
}

const snapshot: Snapshot = {
  ...emptySnapshot,
  listeners: [
    listener('one', 'http', 80),
    listener('one', 'https', 443, { protocol: 'https', tls: { mode: 'terminate', certificates: ['default/cert'] } }),
    listener('one', 'tcp', 9000, { protocol: 'tcp' }),
    listener('two', 'http', 8080),
  ],
  routes: [route('a', 'default/one/http', ['a.example']), route('b', 'default/two/http')],
  streams: [stream],
  backends: [backend('a'), backend('b')],
}

function locate(kind: ResourceKind, name: string) {
  const [refusal] = locateRefusals([{ kind, name, message: ' no\n' }], snapshot, ['0.0.0.0'])
  const { resource, message, ...owner } = refusal!
  assert.deepEqual([resource, message], [`${kind} ${name}`, 'no'])
  return { owner, gateways: [...gatewaysOfRefusal(refusal!, snapshot)], refusal: refusal! }
}

test('a resource is somebody’s by its name', () => {
  const one = ['default/one']
  const a = { owner: { backend: 'Service/default/a/80' }, gateways: one }
  const cases: readonly [ResourceKind, string, object, readonly string[]][] = [
    ['cluster', 'Service/default/a/80', a.owner, one],
    ['endpoints', 'Service/default/b/80', { backend: 'Service/default/b/80' }, ['default/two']],
    ['cluster', 'HTTPRoute/default/a/0', { route: snapshot.routes[0]!.origin }, one],
    ['cluster', 'headgate/rate-limit', {}, ['default/one', 'default/two']],
    ['secret', 'certificate/default/cert', { listeners: ['default/one/https'] }, one],
    ['secret', 'client-trust/default/one/https', { listeners: ['default/one/https'] }, one],
    ['secret', 'backend-trust/Service/default/a/80', a.owner, one],
    ['secret', 'backend-certificate/Service/default/a/80', a.owner, one],
    ['listener', 'tcp/0.0.0.0/8080', { listeners: ['default/two/http'] }, ['default/two']],
    ['route', 'tcp/0.0.0.0/443/default/one/https', { listeners: ['default/one/https'] }, one],
    ['virtualHost', 'tcp/0.0.0.0/80/a.example', { listeners: ['default/one/http'], hostname: 'a.example' }, one],
    ['virtualHost', 'tcp/0.0.0.0/8080/*', { listeners: ['default/two/http'], hostname: '' }, ['default/two']],
    ['extension', `tcp/0.0.0.0/9000/${stream.key}`, { listeners: [stream.listener], route: stream.origin }, one],
    ['extension', 'tcp/0.0.0.0/9000/default/one/tcp', { listeners: ['default/one/tcp'] }, one],
  ]
  for (const [kind, name, owner, gateways] of cases) {
    const found = locate(kind, name)
    assert.deepEqual([found.owner, found.gateways], [owner, gateways], `${kind} ${name}`)
  }
})

test('routes are concerned by their backends, themselves and their hosts, and not by what is a listener’s', () => {
  const concerned = (kind: ResourceKind, name: string) =>
    [...snapshot.routes, ...snapshot.streams]
      .filter((one) => concernsRoute(locate(kind, name).refusal, one))
      .map(({ origin }) => `${origin.kind} ${origin.name}`)
  assert.deepEqual(concerned('cluster', 'Service/default/a/80'), ['HTTPRoute a', 'TCPRoute t'])
  assert.deepEqual(concerned('cluster', 'HTTPRoute/default/a/0'), ['HTTPRoute a'])
  assert.deepEqual(concerned('virtualHost', 'tcp/0.0.0.0/80/a.example'), ['HTTPRoute a'])
  assert.deepEqual(concerned('virtualHost', 'tcp/0.0.0.0/80/b.example'), [])
  assert.deepEqual(concerned('extension', `tcp/0.0.0.0/9000/${stream.key}`), ['TCPRoute t'])
  assert.deepEqual(concerned('listener', 'tcp/0.0.0.0/80'), [])
})
