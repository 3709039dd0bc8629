/** `node inside.ts OUTPUT [--quick] [--pods]`: plays the shapes, inside the cluster's network. Started by run.ts. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { KubeClient, readKubeconfig } from '#kube'
import { start } from '../process.ts'
import type { Finding } from '../table.ts'
import { ClusterApi } from './cluster-api.ts'
import { startBackend } from './load-process.ts'
import { gateway, gatewayClass, namespace, service } from './objects.ts'
import { parametersRef, podSizes, preparePods, secretsAtStart } from './pod-shapes.ts'
import {
  attachedRoutes,
  changesUnderLoad,
  failover,
  listenerSets,
  propagation,
  type Stage,
  statusOf,
  until,
} from './shapes.ts'

const [output = '', ...words] = process.argv.slice(2)
const root = path.resolve(import.meta.dirname, '../../..')
const folder = mkdtempSync(path.join(tmpdir(), 'headgate-bench-'))
const client = new KubeClient(readKubeconfig(process.env.KUBECONFIG ?? '', undefined))
const api = new ClusterApi(client)
const [addressA, addressB] = ['10.99.3.1', '10.99.3.2']
const cores = `0-${availableParallelism() - 1}`
const pods = words.includes('--pods')
const feed = '10.244.0.1:9443'
const how = pods
  ? ['--image', 'headgate', '--feed', feed, '--feed-listen', feed]
  : ['--host-mode', '--address-pool', '10.99.2.0/24', '--workers', '1']
const logFile = path.join(folder, 'controller.log')
const startController = () =>
  start(cores, path.join(root, 'bin/headgate'), ['controller', ...how, '--admin', 'off'], logFile)
if (pods) await preparePods(root, client, api)
let controller = startController()
const backends = [await startBackend(addressA, 'a'), await startBackend(addressB, 'b')]

const hostShapes: Readonly<Record<string, (stage: Stage) => Promise<Finding>>> = {
  'cluster-attached': attachedRoutes,
  'cluster-propagation': propagation,
  'cluster-changes': changesUnderLoad,
  'cluster-failover': failover,
  'cluster-listener-sets': listenerSets,
}
const podShapes: typeof hostShapes = {
  'pods-attached': attachedRoutes,
  'pods-propagation': propagation,
  'pods-changes': changesUnderLoad,
  'pods-failover': failover,
  'pods-size': (stage) => podSizes(stage, client),
  'pods-secrets': (stage) => secretsAtStart(stage, client, restart),
}

/** @returns what the new one says of its start */
async function restart(): Promise<string> {
  await controller.stop()
  controller = startController()
  const said = () => /ready in \d+ ms with \d+ objects/.exec(readFileSync(logFile, 'utf8'))?.[0]
  await until(async () => said() !== undefined)
  return said()!
}

const findings: Record<string, Finding> = {}
try {
  await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  for (const object of [
    gatewayClass(pods ? parametersRef : undefined),
    gateway('one'),
    ...service('a', addressA),
    ...service('b', addressB),
  ])
    await api.create(object)
  const addresses = async () =>
    (await statusOf<{ readonly addresses?: readonly { readonly value: string }[] }>(api, gateway('one'))).addresses ??
    []
  await until(async () => (await addresses()).length > 0)
  const stage: Stage = {
    api,
    get controller() {
      return controller
    },
    address: (await addresses())[0]!.value,
    addressA,
    addressB,
    quick: words.includes('--quick'),
  }
  for (const [name, play] of Object.entries(pods ? podShapes : hostShapes)) {
    const began = performance.now()
    // What one shape stumbles over is told, and the others are played.
    try {
      findings[name] = await play(stage)
    } catch (error) {
      console.error(error)
      process.exitCode = 1
    }
    console.error(`${name}: ${Math.round((performance.now() - began) / 1_000)} s`)
    writeFileSync(output, JSON.stringify(findings))
  }
} finally {
  for (const backend of backends) await backend.kill()
  await controller.stop()
  client.close()
  rmSync(folder, { recursive: true, force: true })
}
process.exit()
