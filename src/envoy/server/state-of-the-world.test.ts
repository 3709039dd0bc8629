import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ServerCredentials } from '@grpc/grpc-js'
import type { ResourceKind } from '../envoy-resources.ts'
import { type EnvoyResources, noEnvoyResources } from '../envoy-resources.ts'
import { WorldClient } from './world-client.fixture.ts'
import { XdsServer } from './xds-server.ts'

const node = 'default/gw'

async function start(t: TestContext, refuse?: (kind: ResourceKind, names: readonly string[]) => string | undefined) {
  const server = new XdsServer({ credentials: ServerCredentials.createInsecure(), graceMs: 30 })
  const address = `127.0.0.1:${await server.listen('127.0.0.1:0')}`
  t.after(() => server.close())
  const client = new WorldClient({ address, node, ...(refuse && { refuse }) })
  t.after(() => client.close())
  return { server, client }
}

async function until(what: string, holds: () => boolean, state: () => unknown): Promise<void> {
  for (const end = Date.now() + 60_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 2)))
    assert.ok(Date.now() < end, `never: ${what}: ${JSON.stringify(state())}`)
}

function resources(clusters: readonly string[], to = clusters[0]!): EnvoyResources {
  const endpoint = { address: { socket_address: { address: '127.0.0.1', port_value: 80 } } }
  return {
    ...noEnvoyResources,
    cluster: clusters.map((name) => ({ name, connect_timeout: '1s' })),
    endpoints: clusters.map((name) => ({ cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint }] }] })),
    listener: [{ name: 'web' }],
    route: [
      {
        name: 'web',
        virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: to } }] }],
      },
    ],
  }
}

test('all clusters come each time, before what names them, and one that is gone is left out', async (t) => {
  const { server, client } = await start(t)
  server.publish(node, resources(['a', 'b']))
  await until(
    'it has all',
    () => client.held.has('route'),
    () => client.log,
  )
  assert.deepEqual(client.log, ['cluster a b', 'endpoints a b', 'listener web', 'route web'])
  server.publish(node, resources(['b']))
  await until(
    'a is gone',
    () => client.held.get('cluster')?.join() === 'b',
    () => client.log,
  )
  const [route, cluster] = [client.log.lastIndexOf('route web'), client.log.lastIndexOf('cluster b')]
  assert.ok(route < cluster, 'who uses it has left it before')
})

test('of what a client refuses the culprit is left out, or stays as it was, and the rest comes', async (t) => {
  const { server, client } = await start(t, (kind, names) =>
    kind === 'cluster' && names.includes('bad') ? 'cluster bad: no such thing' : undefined,
  )
  server.publish(node, resources(['a', 'bad', 'c']))
  await until(
    'it has the rest',
    () => client.held.has('route'),
    () => client.log,
  )
  assert.deepEqual(client.held.get('cluster'), ['a', 'c'])
  const [refusal] = server.report(node).refusals
  assert.deepEqual([refusal?.kind, refusal?.name], ['cluster', 'bad'])
  server.publish(node, resources(['a', 'c', 'd']))
  await until(
    'what comes later comes',
    () => client.held.get('cluster')?.join() === 'a,c,d',
    () => client.log,
  )
  assert.deepEqual(server.report(node).refusals, [])
})
