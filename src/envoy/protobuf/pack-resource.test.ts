import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromBinary, toJson } from '@bufbuild/protobuf'
import type { ResourceKind } from '../envoy-resources.ts'
import { type Message, typed } from '../message.ts'
import { packResource } from './pack-resource.ts'
import { envoyRegistry, messageOf } from './registry.ts'

const manager = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'
const router = typed('envoy.extensions.filters.http.router.v3.Router')

function listener(fields: Message): Message {
  const all = {
    stat_prefix: 'http',
    http_filters: [{ name: 'router', typed_config: router }],
    rds: { route_config_name: 'r', config_source: { ads: {} } },
    ...fields,
  }
  return {
    name: 'web',
    address: { socket_address: { address: '127.0.0.1', port_value: 80 } },
    filter_chains: [{ filters: [{ name: 'hcm', typed_config: typed(manager, all) }] }],
  }
}

test('what is packed says what the JSON said', () => {
  const json = listener({ stream_idle_timeout: '300s', server_name: 'x' })
  const packed = packResource('listener', json)
  assert.ok(packed.ok)
  const desc = messageOf('envoy.config.listener.v3.Listener')
  const back = toJson(desc, fromBinary(desc, packed.value.bytes), {
    registry: envoyRegistry(),
    useProtoFieldName: true,
  })
  assert.deepEqual(back, json)
  const again = packResource('listener', structuredClone(json))
  assert.equal(again.ok && again.value.version, packed.value.version)
  const other = packResource('listener', listener({ server_name: 'y' }))
  assert.notEqual(other.ok && other.value.version, packed.value.version)
})

const cases: readonly [ResourceKind, Message, RegExp][] = [
  [
    'listener',
    { ...listener({}), nmae: 'x' },
    /^listener web: nmae: envoy.config.listener.v3.Listener has no field nmae$/,
  ],
  [
    'listener',
    listener({ stat_prefix: 3 }),
    /^listener web: filter_chains\[0\]\.filters\[0\]\.typed_config\.stat_prefix: expected string/,
  ],
  ['listener', listener({ stat_prefix: '' }), /typed_config\.stat_prefix: must not be empty$/],
  ['listener', listener({ codec_type: 'HTTP9' }), /typed_config\.codec_type: /],
  ['listener', listener({ rds: null }), /typed_config: one of rds, route_config, scoped_routes is required$/],
  ['listener', listener({ stream_idle_timeout: 5 }), /typed_config\.stream_idle_timeout: /],
  ['listener', listener({ route_config: {} }), /typed_config\.route_config: there is rds already/],
  [
    'listener',
    { name: 'x', filter_chains: [{ filters: [{ name: 'a', typed_config: typed('envoy.Nothing') }] }] },
    /typed_config\.@type: Envoy has no message type\.googleapis\.com\/envoy\.Nothing/,
  ],
  ['cluster', { name: '' }, /name: must not be empty/],
  ['cluster', { name: 'c', connect_timeout: '0s' }, /^cluster c: connect_timeout: must be more than 0s, is 0s$/],
  [
    'endpoints',
    { cluster_name: 'c', endpoints: [{ lb_endpoints: [{ endpoint: { address: { pipe: { path: '' } } } }] }] },
    /endpoints\[0\]\.lb_endpoints\[0\]\.endpoint\.address\.pipe\.path: must not be empty/,
  ],
  [
    'route',
    { name: 'r', request_headers_to_add: [{ header: { key: 'a\nb', value: 'c' } }] },
    /request_headers_to_add\[0\]\.header\.key: has characters/,
  ],
]
for (const [kind, resource, message] of cases) {
  test(`refused: ${message.source}`, () => {
    const packed = packResource(kind, resource)
    assert.ok(!packed.ok)
    assert.match(packed.problems[0]!.message, message)
  })
}
