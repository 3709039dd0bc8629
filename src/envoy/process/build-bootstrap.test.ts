import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromJson, type JsonValue } from '@bufbuild/protobuf'
import { envoyRegistry, messageOf } from '../protobuf/registry.ts'
import { buildBootstrap } from './build-bootstrap.ts'

const tls = {
  kind: 'tls',
  host: 'headgate.example',
  port: 9443,
  certificate: '/tls/crt',
  privateKey: '/tls/key',
  authority: '/tls/ca',
  serverName: 'feed.headgate.internal',
} as const
const admin = { kind: 'unix', path: '/run/admin.sock' } as const

test('Envoy is not ready before all of its configuration has come, however long that takes', () => {
  for (const xds of [{ kind: 'unix', path: '/run/xds.sock' } as const, tls]) {
    const { dynamic_resources: dynamic } = buildBootstrap({ node: 'default/gw', xds, admin })
    // Of these two Envoy waits for all others; 0 is no limit, and left out it is 15 s.
    assert.equal(dynamic?.cds_config?.initial_fetch_timeout, '0s')
    assert.equal(dynamic?.lds_config?.initial_fetch_timeout, '0s')
  }
})

test('over a network both sides show certificates, and the controller’s must be made for its name', () => {
  const bootstrap = buildBootstrap({ node: 'default/gw', xds: tls, admin })
  const text = JSON.stringify(bootstrap.static_resources)
  assert.match(text, /"tls_minimum_protocol_version":"TLSv1_3"/)
  assert.match(text, /"certificate_chain":\{"filename":"\/tls\/crt"\}/)
  assert.match(
    text,
    /"match_typed_subject_alt_names":\[\{"san_type":"DNS","matcher":\{"exact":"feed.headgate.internal"\}\}\]/,
  )
})

test('the admin interface stays on the machine', () => {
  const of = (one: Parameters<typeof buildBootstrap>[0]['admin']) =>
    JSON.stringify(buildBootstrap({ node: 'n', xds: { kind: 'unix', path: '/x' }, admin: one }).admin)
  assert.equal(of(admin), '{"address":{"pipe":{"path":"/run/admin.sock","mode":384}}}')
  assert.equal(
    of({ kind: 'loopback', port: 1 }),
    '{"address":{"socket_address":{"address":"127.0.0.1","port_value":1}}}',
  )
})

test('it is a Bootstrap of Envoy’s API', () => {
  const desc = messageOf('envoy.config.bootstrap.v3.Bootstrap')
  const bootstrap = buildBootstrap({ node: 'default/gw', xds: tls, admin, zone: 'here', maxConnections: 7 })
  fromJson(desc, JSON.parse(JSON.stringify(bootstrap)) as JsonValue, { registry: envoyRegistry() })
})
