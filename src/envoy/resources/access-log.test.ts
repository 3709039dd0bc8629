import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultClientSettings, emptySnapshot, type Listener, type Snapshot, type StreamRoute } from '#ir'
import { resourceKinds } from '../envoy-resources.ts'
import { packResource } from '../protobuf/pack-resource.ts'
import { buildResources } from './build-resources.ts'
import type { ResourceOptions } from './options.ts'

const listener = (name: string, port: number, protocol: Listener['protocol']): Listener => ({
  key: `default/gw/${name}`,
  gateway: 'default/gw',
  origin: { kind: 'Gateway', namespace: 'default', name: 'gw' },
  addresses: [],
  port,
  protocol,
  hostname: '',
  client: defaultClientSettings,
})

const stream = (kind: string, name: string): StreamRoute => ({
  key: `${kind}/default/${name}/0@default/gw/${name}`,
  listener: `default/gw/${name}`,
  origin: { kind, namespace: 'default', name: '50%' },
  rule: 0,
  createdAt: '',
  serverNames: [''],
  to: [],
})

const snapshot: Snapshot = {
  ...emptySnapshot,
  listeners: [listener('http', 80, 'http'), listener('tcp', 81, 'tcp'), listener('udp', 82, 'udp')],
  routes: [
    {
      key: 'HTTPRoute/default/r/0@default/gw/http',
      listener: 'default/gw/http',
      origin: { kind: 'HTTPRoute', namespace: 'default', name: 'r' },
      rule: 0,
      ruleName: 'all',
      createdAt: '',
      hostnames: [''],
      matches: [{ path: { kind: 'prefix', value: '/' }, headers: [], query: [] }],
      filters: [],
      action: { kind: 'respond', status: 404, why: '' },
    },
  ],
  streams: [stream('TCPRoute', 'tcp'), stream('UDPRoute', 'udp')],
}

function build(accessLog: ResourceOptions['accessLog']) {
  const options: ResourceOptions = {
    filters: {},
    filterOrder: [],
    bind: ['0.0.0.0'],
    systemTrust: '/ca.pem',
    virtualHosts: 'apart',
    accessLog,
  }
  const { resources } = buildResources(snapshot, options)
  for (const kind of resourceKinds)
    for (const one of resources[kind]) assert.deepEqual(packResource(kind, one).ok, true, JSON.stringify(one))
  return resources
}

/** The formats of all logs in a resource. */
function formatsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return []
  if ('json_format' in value) return [value.json_format as Readonly<Record<string, unknown>>]
  return Object.values(value).flatMap(formatsIn)
}

test('every socket writes what is asked for, with what Envoy does not know of it', () => {
  const resources = build({ fields: ['status', 'gateway', 'route', 'protocol', 'listener', 'unknown'], sample: 1 })
  const [http] = formatsIn(resources.listener[0])
  assert.deepEqual(http, {
    status: '%RESPONSE_CODE%',
    gateway: 'default/gw',
    route: '%METADATA(ROUTE:headgate:route)%',
    protocol: '%PROTOCOL%',
    listener: '%METADATA(ROUTE:headgate:listener)%',
  })
  const known = { gateway: 'default/gw', route: 'default/50%%' }
  const [tcp] = formatsIn(resources.extension)
  assert.deepEqual(tcp, { ...known, protocol: 'tcp', listener: 'default/gw/tcp' })
  const [udp] = formatsIn(resources.listener[2])
  assert.deepEqual(udp, { ...known, protocol: 'udp', listener: 'default/gw/udp' })
  assert.match(
    JSON.stringify(resources.virtualHost),
    /"metadata":\{"filter_metadata":\{"headgate":\{"route":"default\/r","rule":"all","listener":"default\/gw\/http"\}\}\}/,
  )
})

test('a share is drawn for itself, and failures are written all the same', () => {
  const text = JSON.stringify(build({ fields: ['status'], sample: 0.25 }).listener[0])
  assert.match(text, /"numerator":250000,"denominator":"MILLION"/)
  assert.match(text, /"op":"GE","value":\{"default_value":500/)
})

test('without a log there is no trace of it', () => {
  assert.equal(/"access_log"|filter_metadata/.test(JSON.stringify(build(undefined))), false)
})
