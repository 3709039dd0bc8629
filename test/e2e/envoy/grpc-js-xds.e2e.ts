import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { ServerCredentials } from '@grpc/grpc-js'
import { type EnvoyResources, noEnvoyResources, typed } from '#envoy'
import { XdsServer } from '#envoy/control'
import { pathOf, startGrpcServer } from '../grpc-peers.ts'

/** Another client of xDS than Envoy: gRPC's own, state of the world, for its own connections. */
const wanted = ['@grpc/grpc-js@1.14.7', '@grpc/grpc-js-xds@1.14.1']

/** Installed apart from the repository: nobody else needs it. */
async function install(): Promise<NodeJS.Require> {
  const folder = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'headgate/grpc-js-xds-1.14.1')
  if (!existsSync(path.join(folder, 'node_modules/@grpc/grpc-js-xds/package.json'))) {
    const flags = ['--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', '--no-save']
    await promisify(execFile)('npm', ['install', ...flags, ...wanted], { timeout: 200_000 })
  }
  return createRequire(path.join(folder, 'index.js'))
}

const node = 'test/grpc'
const ads = { ads: {}, resource_api_version: 'V3' }

function resources(cluster: string, port: number): EnvoyResources {
  const manager = typed('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: 'echo',
    rds: { route_config_name: 'routes', config_source: ads },
    http_filters: [{ name: 'router', typed_config: typed('envoy.extensions.filters.http.router.v3.Router') }],
  })
  const address = { socket_address: { address: '127.0.0.1', port_value: port } }
  const locality = { region: 'here' }
  return {
    ...noEnvoyResources,
    listener: [{ name: 'echo.test', api_listener: { api_listener: manager } }],
    route: [
      {
        name: 'routes',
        virtual_hosts: [
          { name: 'echo', domains: ['echo.test'], routes: [{ match: { prefix: '' }, route: { cluster } }] },
        ],
      },
    ],
    cluster: [{ name: cluster, type: 'EDS', eds_cluster_config: { eds_config: ads }, lb_policy: 'ROUND_ROBIN' }],
    endpoints: [
      {
        cluster_name: cluster,
        endpoints: [{ locality, load_balancing_weight: 1, lb_endpoints: [{ endpoint: { address } }] }],
      },
    ],
  }
}

test("gRPC's own xDS client takes our resources, and follows their changes", async (t) => {
  const server = new XdsServer({ credentials: ServerCredentials.createInsecure(), graceMs: 100 })
  t.after(() => server.close())
  const port = await server.listen('127.0.0.1:0')
  process.env.GRPC_XDS_BOOTSTRAP_CONFIG = JSON.stringify({
    node: { id: node, cluster: 'test', locality: {} },
    xds_servers: [
      { server_uri: `127.0.0.1:${port}`, channel_creds: [{ type: 'insecure' }], server_features: ['xds_v3'] },
    ],
  })
  const require = await install()
  const grpc = require('@grpc/grpc-js') as typeof import('@grpc/grpc-js')
  const xds = require('@grpc/grpc-js-xds') as { register(): void }
  xds.register()
  const [one, two] = await Promise.all(
    ['one', 'two'].map((name) => startGrpcServer({ Unary: (_, done) => done(null, Buffer.from(name)) })),
  )
  t.after(() => {
    one?.stop()
    two?.stop()
  })

  server.publish(node, resources('a', one!.port))
  const client = new grpc.Client('xds:///echo.test', grpc.credentials.createInsecure())
  t.after(() => client.close())
  const bytes = (message: Buffer) => message
  const ask = () =>
    new Promise<string>((resolve) => {
      const deadline = Date.now() + 10_000
      client.makeUnaryRequest(pathOf('Unary'), bytes, bytes, Buffer.from(''), { deadline }, (error, answer) =>
        resolve(error ? error.message : String(answer)),
      )
    })
  const until = async (name: string) => {
    let last = ''
    for (const end = Date.now() + 15_000; last !== name; await sleep(20)) {
      assert.ok(Date.now() < end, `${name} never answered: ${last}`)
      last = await ask()
    }
  }
  await until('one')
  // Endpoints alone, then a new cluster under a changed route: every call is answered.
  server.publish(node, resources('a', two!.port))
  await until('two')
  const answers = new Set<string>()
  let isDone = false
  const load = (async () => {
    while (!isDone) answers.add(await ask())
  })()
  server.publish(node, resources('b', one!.port))
  await until('one')
  isDone = true
  await load
  assert.deepEqual([...answers].sort(), ['one', 'two'])
  assert.deepEqual(server.report(node).refusals, [])
})
