import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultClientSettings, type Listener } from '#ir'
import type { GatewayPlan } from '#translate'
import { planHostInfrastructure, planPodInfrastructure } from './gateway-infrastructure.ts'

const nameLabel = 'gateway.networking.k8s.io/gateway-name'

function plan(fields: Partial<GatewayPlan>): GatewayPlan {
  const lists = { labels: {}, annotations: {}, addresses: [], ports: [] }
  return { uid: 'u1', className: 'headgate', parameters: {}, isRefused: false, ...lists, ...fields }
}

const settings = { controller: 'c', image: 'headgate:1', feed: 'headgate.example:9443', trust: 'PEM' }

function listener(port: number, protocol: Listener['protocol']): Listener {
  const origin = { kind: 'ListenerSet', namespace: 'ns', name: 'set' }
  return {
    key: `ns/gw/ns/set/${port}`,
    gateway: 'ns/gw',
    origin,
    addresses: [],
    port,
    protocol,
    hostname: '',
    client: defaultClientSettings,
  }
}

test('GatewayInfrastructurePropagation: in host mode labels and annotations stand on a ServiceAccount', () => {
  const fields = { labels: { team: 'a', [nameLabel]: 'other' }, annotations: { 'example.com/note': 'b' } }
  const [account] = planHostInfrastructure('ns/gw', plan(fields), 'c')
  assert.equal(account?.kind, 'ServiceAccount')
  assert.equal(account.metadata.namespace, 'ns')
  assert.equal(account.metadata.labels.team, 'a')
  assert.equal(account.metadata.labels[nameLabel], 'gw')
  assert.deepEqual(account.metadata.annotations, { 'example.com/note': 'b' })
})

test('ports are those of the Gateway and of its ListenerSets, each once', () => {
  const ports = [
    { port: 443, transport: 'tcp' as const },
    { port: 80, transport: 'tcp' as const },
    { port: 80, transport: 'tcp' as const },
  ]
  const planned = planPodInfrastructure('ns/gw', plan({ ports }), [listener(80, 'http'), listener(53, 'udp')], settings)
  assert.deepEqual(planned?.ports, [
    { port: 53, transport: 'udp', podPort: 64565 },
    { port: 80, transport: 'tcp', podPort: 64592 },
    { port: 443, transport: 'tcp', podPort: 64955 },
  ])
})

test('the proxy learns from its arguments whose it is, and gets the time that its drain takes', () => {
  const parameters = { workers: 3, drain: { timeout: '1m' }, accessLog: { format: 'json' as const } }
  const planned = planPodInfrastructure('ns/gw', plan({ parameters }), [], settings)
  assert.equal(
    planned?.container.args.join(' '),
    'proxy --gateway ns/gw --feed headgate.example:9443 --admin [$(POD_IP)]:9900 ' +
      '--drain-delay 5s --drain-timeout 1m --workers 3 --access-log json',
  )
  assert.equal(planned.container.graceSeconds, 70)
  assert.deepEqual(planned.container.files, { 'ca.crt': 'PEM' })
})

test('plane envoy: an Envoy beside the proxy, told over sockets that both share', () => {
  const planOf = (parameters: GatewayPlan['parameters']) =>
    planPodInfrastructure('ns/gw', plan({ ...(parameters && { parameters }) }), [], settings)?.container
  const container = planOf({ plane: 'envoy', workers: 3 })
  assert.match(container?.args.join(' ') ?? '', / --envoy-sockets \/var\/run\/headgate\/shared /)
  assert.match(container?.engine?.image ?? '', /\/envoy:distroless-v1\.40\./)
  assert.match(container?.engine?.args.join(' ') ?? '', /^-c \/etc\/headgate\/engine\/envoy\.json .*--concurrency 3 /)
  assert.deepEqual(container?.engine?.files, ['envoy.json'])
  const bootstrap = JSON.parse(container?.files['envoy.json'] ?? '') as { node: object; admin: object }
  assert.deepEqual(bootstrap.node, { id: 'ns/gw', cluster: 'headgate' })
  assert.deepEqual(bootstrap.admin, { address: { pipe: { path: '/var/run/headgate/shared/admin.sock', mode: 0o600 } } })
  assert.equal(planOf({ plane: 'envoy', envoy: { image: 'mine:2' } })?.engine?.image, 'mine:2')
  assert.equal(planOf({})?.engine, undefined)
  assert.doesNotMatch(container?.engine?.args.join(' ') ?? '', /flush/)
  const logging = planOf({ plane: 'envoy', accessLog: { format: 'json' } })
  assert.match(logging?.args.join(' ') ?? '', / --access-log json/)
  assert.match(logging?.engine?.args.join(' ') ?? '', / --file-flush-interval-msec 200/)
})

test('without parameters that make sense, or for a Gateway of no cluster, nothing is made', () => {
  const { parameters: _, ...wrong } = plan({})
  assert.equal(planPodInfrastructure('ns/gw', wrong, [], settings), undefined)
  const { uid: __, ...ofFile } = plan({})
  assert.deepEqual(planHostInfrastructure('ns/gw', ofFile, 'c'), [])
})
