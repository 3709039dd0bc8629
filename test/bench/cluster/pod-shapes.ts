import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import type { KubeClient, RawObject } from '#kube'
import { wild } from '../../../src/proxy/tls/certificates.fixture.ts'
import { type Usage, usageOf } from '../process.ts'
import { round } from '../statistics.ts'
import type { Finding } from '../table.ts'
import type { ClusterApi } from './cluster-api.ts'
import { type Manifest, namespace } from './objects.ts'
import { type Stage, until } from './shapes.ts'

const group = 'gateway.headgate.dev'
const home = { name: 'bench', namespace: 'default' }
export const parametersRef = { group, kind: 'GatewayParameters', ...home }
const megabyte = 1 << 20

interface Answer {
  readonly items: readonly RawObject[]
  readonly metadata: { readonly continue?: string }
}

/** Two pods for each Gateway, with one thread each. */
export async function preparePods(root: string, client: KubeClient, api: ClusterApi): Promise<void> {
  const crd: unknown = parse(readFileSync(path.join(root, `crds/${group}_gatewayparameters.yaml`), 'utf8'))
  await client.request({ method: 'POST', path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', body: crd })
  const spec = { replicas: 2, workers: 1, pod: { imagePullPolicy: 'Never' } }
  const parameters = { apiVersion: `${group}/v1alpha1`, kind: 'GatewayParameters', metadata: home, spec }
  // Until the kind is served.
  await until(() =>
    api.create(parameters).then(
      () => true,
      () => false,
    ),
  )
}

async function proxyPods(client: KubeClient): Promise<readonly Usage[]> {
  const label = encodeURIComponent('gateway.networking.k8s.io/gateway-name=one')
  const { items } = await client.request<Answer>({
    path: `/api/v1/namespaces/${namespace}/pods?labelSelector=${label}`,
  })
  return items.map(({ status }) => {
    const { containerStatuses = [] } = status as {
      readonly containerStatuses?: readonly { readonly containerID: string }[]
    }
    // The rig's runtime names containers by their processes.
    return usageOf(Number(containerStatuses[0]!.containerID.replace('process://', '')))
  })
}

/** Memory and CPU of the controller and of each proxy, at rest, with all the routes that there are. */
export async function podSizes(stage: Stage, client: KubeClient): Promise<Finding> {
  const count = stage.quick ? 100 : 5_000
  const seconds = stage.quick ? 2 : 10
  await sleep(stage.quick ? 500 : 5_000)
  const pods = await proxyPods(client)
  const all: readonly (readonly [string, Usage])[] = [
    ['controller', stage.controller],
    ...pods.map((pod, i) => [`proxy ${i + 1}`, pod] as const),
  ]
  const before = all.map(([, usage]) => usage.cpuMicros())
  await sleep(seconds * 1_000)
  return {
    columns: ['', 'routes', 'memory MB', 'CPU at rest', 'CPU since the start, s'],
    rows: all.map(([name, usage], i) => {
      const now = usage.cpuMicros()
      const share = (now - before[i]!) / (seconds * 1e4)
      return [name, String(count), round(usage.memoryBytes() / megabyte), `${round(share)} %`, round(now / 1e6)]
    }),
    notes: ['After everything above: the time since the start is what all of it took.'],
  }
}

const perSet = 64

function certificates(count: number): readonly Manifest[] {
  const data = { 'tls.crt': btoa(wild.chain), 'tls.key': btoa(wild.key) }
  return Array.from({ length: count }, (_, i) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `cert-${i}`, namespace },
    type: 'kubernetes.io/tls',
    data,
  }))
}

/** A set for each 64 certificates, as many as it may have listeners. */
function setsOf(count: number): readonly Manifest[] {
  return Array.from({ length: Math.ceil(count / perSet) }, (_, set) => {
    const listeners = Array.from({ length: Math.min(perSet, count - set * perSet) }, (_, i) => {
      const secret = set * perSet + i
      const tls = { certificateRefs: [{ name: `cert-${secret}` }] }
      return { name: `l${i}`, port: 443, protocol: 'HTTPS', hostname: `h${secret}.test`, tls }
    })
    return {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'ListenerSet',
      metadata: { name: `tls-${set}`, namespace },
      spec: { parentRef: { name: 'one' }, listeners },
    }
  })
}

/** So many Secrets that listeners refer to: how long they take one by one, in a list, and how long the controller's start takes. */
export async function secretsAtStart(
  { api, quick }: Stage,
  client: KubeClient,
  restart: () => Promise<string>,
): Promise<Finding> {
  const count = quick ? 100 : 5_000
  const without = await restart()
  await api.each(certificates(count), (one) => api.create(one))
  await api.each(setsOf(count), (one) => api.create(one))
  const collection = `/api/v1/namespaces/${namespace}/secrets`
  const singly = await time(async () => {
    const waiting = Array.from({ length: count }, (_, i) => i).values()
    const worker = async () => {
      for (const i of waiting) await client.request({ path: `${collection}/cert-${i}` })
    }
    await Promise.all(Array.from({ length: 8 }, worker))
  })
  let seen = 0
  const listed = await time(async () => {
    for (let next: string | undefined = ''; next !== undefined; ) {
      const query: string = next === '' ? '?limit=500' : `?limit=500&continue=${encodeURIComponent(next)}`
      const { items, metadata } = await client.request<Answer>({ path: `${collection}${query}` })
      seen += items.length
      next = metadata.continue || undefined
    }
  })
  if (seen < count) throw new Error(`the list has ${seen} Secrets of ${count}`)
  const withAll = await restart()
  return {
    columns: ['Secrets', 'one by one, eight at a time, ms', 'as a list, ms', 'start without', 'start with them'],
    rows: [[String(count), round(singly), round(listed), without, withAll]],
    notes: [
      'The list has all Secrets of the namespace, which are no others here; the controller asks for what is referred to.',
    ],
  }
}

async function time(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}
