import assert from 'node:assert/strict'
import { get } from 'node:http'
import { afterEach, beforeEach, type TestContext } from 'node:test'
import { shop as shopCertificate } from '../../../src/proxy/tls/certificates.fixture.ts'
import type { Manifest } from '../../bench/cluster/objects.ts'
import type { SeenStatus } from '../fake-cluster.ts'
import { type Failure, type SteadyLoad, startLoad } from '../steady-load.ts'
import { ClusterDiary, timeOf } from './cluster-diary.ts'
import { api, awaitRollout, client, list, prepareCluster, replicas, until } from './pod-cluster.ts'
import { backend, classWithParameters, gateway, host, namespace, parameters, route, secret } from './shop.ts'

export interface Pod {
  readonly name: string
  readonly ip: string
  readonly pid: number
  readonly isReady: boolean
}

export const dataPlane: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web-headgate', namespace },
}

/** The shop with two controllers, its data plane and its backends in pods. */
export class RunningShop {
  /** The load balancer's. */
  readonly address: string
  readonly clusterIP: string
  readonly #diary: ClusterDiary

  private constructor(address: string, clusterIP: string, diary: ClusterDiary) {
    this.address = address
    this.clusterIP = clusterIP
    this.#diary = diary
  }

  /** @param spec of the GatewayParameters */
  static async open(spec: object): Promise<RunningShop> {
    await prepareCluster()
    await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    const diary = new ClusterDiary(namespace)
    try {
      return await RunningShop.#open(spec, diary)
    } catch (error) {
      console.error(explain(diary, 0))
      throw error
    }
  }

  static async #open(spec: object, diary: ClusterDiary): Promise<RunningShop> {
    const plane = parameters(spec)
    await until(async () => {
      await api.create(plane)
      return true
    }, 'the kind of parameters is not known')
    const objects = [classWithParameters(), secret(shopCertificate), ...backend('a'), ...backend('b'), gateway('web')]
    for (const object of objects) await api.create(object)
    await api.create(route('shop', host))
    const [first, second] = replicas
    first.start()
    await until(() => first.leads, 'nobody leads')
    second.start()
    const address = await addressOf(gateway('web'))
    const service = await api.get({ apiVersion: 'v1', kind: 'Service', metadata: dataPlane.metadata })
    const { clusterIP } = service.spec as { readonly clusterIP: string }
    await awaitRollout(dataPlane, 2)
    for (const letter of ['a', 'b']) await awaitRollout(backend(letter)[0], 2)
    for (const where of [address, clusterIP])
      await until(async () => (await ask(host, where)) === 200, `no traffic by ${where}`)
    return new RunningShop(address, clusterIP, diary)
  }

  /** Every kind of client at once, by the Service and by the load balancer; the streams, which are the last, last six seconds each. */
  loads(t: TestContext): readonly SteadyLoad[] {
    const { address, clusterIP } = this
    const headers = { host }
    return [
      startLoad(t, `http://${address}/`, { headers, clients: 2, pauseMs: 5 }),
      startLoad(t, `http://${clusterIP}/`, { headers, clients: 2, pauseMs: 5 }),
      startLoad(t, `http://${address}/`, { headers, clients: 2, pauseMs: 5, fresh: true }),
      startLoad(t, `http://${clusterIP}/`, { headers, clients: 2, pauseMs: 5, fresh: true }),
      startLoad(t, `https://${address}/`, { headers, clients: 1, pauseMs: 20, fresh: true }),
      startLoad(t, `https://${clusterIP}/`, { headers, clients: 1, pauseMs: 5 }),
      startLoad(t, `http://${address}/stream`, { headers, clients: 2, fresh: true }),
      startLoad(t, `http://${clusterIP}/stream`, { headers, clients: 1 }),
    ]
  }

  explain(since: number): string {
    return explain(this.#diary, since)
  }

  async close(): Promise<void> {
    this.#diary.stop()
    for (const replica of replicas) await replica.end('SIGKILL')
    client.close()
  }
}

/** A test that fails says what the cluster did meanwhile. */
export function explainFailures(shop: () => RunningShop | undefined): void {
  let beganAt = 0
  beforeEach(() => {
    beganAt = Date.now()
  })
  afterEach((t) => {
    if ('error' in t && t.error) console.error(`${t.name}\n${shop()?.explain(beganAt)}`)
  })
}

function explain(diary: ClusterDiary, since: number): string {
  const controllers = replicas.map(({ log }) => `last words of a controller:\n${log.slice(-3_000)}`)
  return [diary.explain(since), ...controllers].join('\n')
}

export const statusOf = async (object: Manifest) => ((await api.get(object)).status ?? {}) as SeenStatus

/** Where a Gateway is served, as soon as it is. */
export async function addressOf(object: Manifest): Promise<string> {
  await until(async () => {
    const { metadata, status } = await api.get(object)
    const { conditions = [] } = (status ?? {}) as SeenStatus
    const programmed = conditions.find(({ type }) => type === 'Programmed')
    return programmed?.status === 'True' && programmed.observedGeneration === metadata.generation
  }, `${object.metadata.name} is not programmed`).catch(async (error: Error) => {
    const conditions = JSON.stringify((await statusOf(object)).conditions)
    throw new Error(`${error.message}\n${conditions}`)
  })
  return (await statusOf(object)).addresses![0]!.value
}

/** @returns the status; 0: no answer */
export function ask(hostname: string, where: string, port = 80): Promise<number> {
  return new Promise((resolve) => {
    const request = get(
      { host: where, port, agent: false, timeout: 10_000, headers: { host: hostname } },
      (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      },
    )
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(0))
  })
}

/** Of the data plane. */
export async function proxies(): Promise<readonly Pod[]> {
  const label = encodeURIComponent('gateway.networking.k8s.io/gateway-name=web')
  const pods = await list(`/api/v1/namespaces/${namespace}/pods`, `?labelSelector=${label}`)
  return pods.map(({ metadata, status }) => {
    const { podIP, containerStatuses = [] } = status as {
      readonly podIP: string
      readonly containerStatuses?: readonly { readonly containerID?: string; readonly ready: boolean }[]
    }
    const { containerID = '', ready = false } = containerStatuses[0] ?? {}
    return { name: metadata.name, ip: podIP, pid: Number(containerID.replace('process://', '')), isReady: ready }
  })
}

/** Each kind of failure with how often and when, instead of hundreds of the same. */
function sumUp(failures: readonly Failure[]): readonly string[] {
  const time = ({ beganAt }: Failure) => timeOf(performance.timeOrigin + beganAt)
  return [...Map.groupBy(failures, ({ answer }) => answer)].map(
    ([answer, all]) => `${all.length} times ${answer}, from ${time(all[0]!)} to ${time(all.at(-1)!)}`,
  )
}

/** Ends the clients, and judges what they saw. @param running streams are the last two of them */
export async function assertNothingFailed(t: TestContext, running: readonly SteadyLoad[]): Promise<void> {
  const ended = await Promise.all(running.map((load) => load.stop()))
  const count = running.reduce((sum, load) => sum + load.count, 0)
  t.diagnostic(`${count} requests`)
  assert.deepEqual(
    running.flatMap(({ failures }, i) => sumUp(failures).map((line) => `load ${i}: ${line}`)),
    [],
  )
  assert.ok(
    ended.every((answers) => answers.size > 0),
    'a client that never had an answer',
  )
  for (const answers of ended.slice(-2)) for (const answer of answers.keys()) assert.match(answer, /^200 \.{60}whole$/)
}
