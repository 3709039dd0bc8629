import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Backend } from '#ir'
import type { Message } from '../message.ts'
import { packResource } from '../protobuf/pack-resource.ts'
import { buildConnections, namesByDns } from './upstream-connections.ts'

const plain: Backend = {
  key: 'a',
  origin: { kind: 'Service', namespace: 'default', name: 'a' },
  port: 80,
  protocol: 'http1',
  connectTimeoutMs: 1_000,
}

function clusterOf(fields: Partial<Backend>): Message {
  const backend = { ...plain, ...fields }
  return { name: 'a', ...namesByDns(backend), ...buildConnections(backend, false) }
}

test('whatever a backend says about its connections is a cluster that Envoy knows', () => {
  const tls = { hostname: 'a.test', trust: { kind: 'none' }, subjectAltNames: [] } as const
  for (const fields of [
    {},
    { protocol: 'h2c', http2: { ping: { intervalMs: 1_000, jitterPercent: 0, timeoutMs: 500 } } },
    { protocol: 'h2c', http2: { ping: { afterIdleMs: 1_000, jitterPercent: 15, timeoutMs: 500 } } },
    { followsClient: true, http2: { streamWindow: 65_535, connectionWindow: 0x7fff_ffff, maxStreams: 1 }, tls },
    { proxyProtocol: 1, tls },
    { proxyProtocol: 2, protocol: 'tcp' },
    { tcpKeepAlive: { probes: 9, idleMs: 7_200_000, intervalMs: 75_000 }, bufferBytes: 1 },
    { preconnect: { perEndpointPercent: 150, predictivePercent: 200 } },
    { idleTimeoutMs: 0, maxConnectionMs: 0 },
    { lookup: { refreshMs: 500, byTtl: false, family: 'v6Preferred' } },
  ] as const satisfies readonly Partial<Backend>[])
    assert.deepEqual(packResource('cluster', clusterOf(fields)).ok, true, JSON.stringify(fields))
})

test('connections are opened ahead of need', () => {
  const { preconnect_policy } = clusterOf({ preconnect: { perEndpointPercent: 150 } })
  assert.deepEqual(preconnect_policy, { per_upstream_preconnect_ratio: 1.5 })
})

test('where each request says what is spoken, TLS is not bound to HTTP/2', () => {
  const tls = { hostname: 'a.test', trust: { kind: 'none' }, subjectAltNames: [] } as const
  const alpn = (fields: Partial<Backend>) =>
    JSON.stringify(clusterOf({ protocol: 'h2c', tls, ...fields })).includes('alpn_protocols')
  assert.deepEqual([alpn({}), alpn({ followsClient: true })], [true, false])
})
