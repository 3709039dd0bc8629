import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultClientSettings, type Listener, type WeightedBackend } from '#ir'
import type { Message } from '../message.ts'
import { packResource } from '../protobuf/pack-resource.ts'
import type { ResourceOptions } from './options.ts'
import { buildUdpListener } from './udp-listeners.ts'

const listener: Listener = {
  key: 'default/gw/udp',
  gateway: 'default/gw',
  origin: { kind: 'Gateway', namespace: 'default', name: 'gw' },
  addresses: [],
  port: 53,
  protocol: 'udp',
  hostname: '',
  client: defaultClientSettings,
}

const options: ResourceOptions = {
  filters: {},
  filterOrder: [],
  bind: ['0.0.0.0'],
  systemTrust: '/ca.pem',
  virtualHosts: 'apart',
}

const to = (name: string, weight: number): WeightedBackend => ({ kind: 'backend', backend: name, weight, filters: [] })
const broken = (weight: number): WeightedBackend => ({ kind: 'broken', weight, status: 500, why: 'gone' })

function buildFor(to: readonly WeightedBackend[]): Message {
  const stream = {
    key: 'UDPRoute/default/r/0@default/gw/udp',
    listener: listener.key,
    origin: { kind: 'UDPRoute', namespace: 'default', name: 'r' },
    rule: 0,
    createdAt: '',
    serverNames: [''],
    to,
  }
  const socket = {
    name: 'udp/0.0.0.0/53',
    listeners: [listener],
    address: '0.0.0.0',
    port: 53,
    transport: 'udp',
  } as const
  const backend = (key: string) => ({
    key,
    origin: { kind: 'Service', namespace: 'default', name: key },
    port: 53,
    protocol: 'udp' as const,
    connectTimeoutMs: 5_000,
  })
  return buildUdpListener(socket, () => [stream], backend, options)
}

/** The share of sessions that leads nowhere, in millionths, and the cluster of the others. */
function readShares(listener: Message): { lost: number; cluster: string | undefined } {
  const text = JSON.stringify(listener)
  const rest = /"on_no_match":\{"action":\{"name":"route","typed_config":\{[^}]*"cluster":"([^"]*)"/.exec(text)
  return { lost: Number(/"numerator":(\d+)/.exec(text)?.[1] ?? 0), cluster: rest?.[1] }
}

for (const [what, shares, lost, cluster] of [
  ['one backend', [to('a', 1)], 0, 'a'],
  ['a weight of 0 is no share', [to('a', 1), broken(0)], 0, 'a'],
  ['a broken share beside one backend', [to('a', 3), broken(1)], 250_000, 'a'],
  ['broken shares beside two', [to('a', 1), broken(1), to('b', 1), broken(2)], 600_000, 'UDPRoute/default/r/0'],
  ['nothing but broken shares', [broken(1)], 0, 'headgate/nowhere'],
  ['no weight at all', [to('a', 0)], 0, 'headgate/nowhere'],
] as const) {
  test(`UDP: ${what}`, () => {
    const built = buildFor(shares)
    assert.deepEqual(readShares(built), { lost, cluster })
    assert.ok(packResource('listener', built).ok)
  })
}
