import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import { KubeClient, type RawObject, readKubeconfig } from '#kube'
import { ClusterApi } from '../../bench/cluster/cluster-api.ts'
import type { Manifest } from '../../bench/cluster/objects.ts'
import type { ClusterObject } from '../fake-cluster.ts'
import { controllerProgram } from './controller-program.ts'
import { hasRedis, policyKind, redisOf, redisService, redisUrl } from './redis-pod.ts'

/** The cluster that we run in, and controllers of it that make data planes in pods. */

const root = path.resolve(import.meta.dirname, '../../..')
export const client = new KubeClient(readKubeconfig(process.env.KUBECONFIG ?? '', undefined))
export const api = new ClusterApi(client)
export const v1 = 'gateway.networking.k8s.io/v1'
const feed = 'headgate-feed'
const feedPort = 9443
const images = ['--image', 'headgate', '--envoy-image', 'envoy'] as const
// A slow machine is no reason to let somebody pass uncounted.
const counting = hasRedis ? ['--redis', redisUrl, '--redis-timeout', '10s'] : []
/** Of the node, one for each replica of the controller; pods reach both by one name. */
const feedAddresses = ['10.99.4.1', '10.99.4.2'] as const

/** One replica of the controller: a process on the node. */
export class Replica {
  readonly #words: readonly string[]
  #child: ChildProcess | undefined
  log = ''

  constructor(address: string) {
    const listen = `${address}:${feedPort}`
    const name = `${feed}.default.svc.cluster.local:${feedPort}`
    this.#words = ['controller', ...images, '--feed', name, '--feed-listen', listen, '--admin', 'off', ...counting]
  }

  get leads(): boolean {
    return this.isRunning && this.log.lastIndexOf('written from here') > this.log.lastIndexOf('written elsewhere')
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  start(): void {
    this.log = ''
    this.#child = spawn(process.execPath, [controllerProgram, ...this.#words], { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.log += text
    })
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.isRunning) return
    const exit = once(this.#child!, 'exit')
    this.#child!.kill(signal)
    await exit
  }
}

export const replicas: readonly [Replica, Replica] = [new Replica(feedAddresses[0]), new Replica(feedAddresses[1])]

export async function until(what: () => Promise<boolean> | boolean, why: string, seconds = 120): Promise<number> {
  const began = performance.now()
  for (; ; await sleep(25)) {
    if (await Promise.resolve(what()).catch(() => false)) return performance.now() - began
    const waited = performance.now() - began
    assert.ok(waited < seconds * 1_000, `${why}\n${replicas.map(({ log }) => log.slice(-2_000)).join('\n')}`)
  }
}

/** What a controller with data planes in pods needs before it starts. */
export async function prepareCluster(): Promise<void> {
  const crd = parse(readFileSync(path.join(root, 'crds/gateway.headgate.dev_gatewayparameters.yaml'), 'utf8'))
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  for (const body of [crd, policyKind]) await client.request({ method: 'POST', path: definitions, body })
  if (hasRedis) for (const object of [redisOf(1), redisService]) await api.create(object)
  await api.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: feed, namespace: 'default' },
    spec: { clusterIP: 'None', ports: [{ name: 'feed', port: feedPort }] },
  })
  await api.create({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: feed, namespace: 'default', labels: { 'kubernetes.io/service-name': feed } },
    addressType: 'IPv4',
    ports: [{ name: 'feed', port: feedPort, protocol: 'TCP' }],
    endpoints: feedAddresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
  } as Manifest)
}

export async function list(collection: string, query = ''): Promise<readonly RawObject[]> {
  const { items } = await client.request<{ readonly items: readonly RawObject[] }>({ path: `${collection}${query}` })
  return items
}

interface DeploymentStatus {
  readonly observedGeneration?: number
  readonly replicas?: number
  readonly updatedReplicas?: number
  readonly readyReplicas?: number
}

/** Until all pods are of the newest template and ready, and the last of the old ones has ended. */
export async function awaitRollout(deployment: Manifest, count: number): Promise<number> {
  const { namespace } = deployment.metadata
  return until(async () => {
    const { metadata, spec, status } = await api.get(deployment)
    const { selector } = spec as { readonly selector: { readonly matchLabels: Readonly<Record<string, string>> } }
    const { observedGeneration, ...counts } = (status ?? {}) as DeploymentStatus
    const { replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = counts
    if (observedGeneration !== metadata.generation) return false
    if (![replicas, updatedReplicas, readyReplicas].every((one) => one === count)) return false
    const labels = Object.entries(selector.matchLabels).map(([key, value]) => `${key}=${value}`)
    const query = `?labelSelector=${encodeURIComponent(labels.join(','))}`
    return (await list(`/api/v1/namespaces/${namespace}/pods`, query)).length === count
  }, `${deployment.metadata.name} is not rolled out to ${count}`)
}

/** Every version of every object of these kinds that anybody writes. */
export async function recordWrites(namespace: string, ...plurals: readonly string[]) {
  const writes: ClusterObject[] = []
  const stop = new AbortController()
  for (const plural of plurals) {
    const collection = `/apis/${v1}/namespaces/${namespace}/${plural}`
    const { metadata } = await client.request<RawObject>({ path: `${collection}?limit=1` })
    const watch = `${collection}?watch=1&resourceVersion=${metadata.resourceVersion}`
    void client
      .watch({ path: watch, signal: stop.signal }, (event) => {
        writes.push((event as { readonly object: ClusterObject }).object)
      })
      .catch(() => {})
  }
  return { writes, stop: () => stop.abort() }
}
