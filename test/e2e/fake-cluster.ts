import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { FakeApiServer } from '../../src/kube/fake-api-server.fixture.ts'
import { tieChild } from '../tie-child.ts'

/** A cluster in this process, and `headgate controller` in host mode in front of it, on addresses of loopback. */

export type ClusterObject = Parameters<FakeApiServer['put']>[0]

const v1 = 'gateway.networking.k8s.io/v1'
export const defaultControllerName = 'headgate.dev/gateway-controller'

export function classObject(name = 'headgate', controllerName = defaultControllerName): ClusterObject {
  return { apiVersion: v1, kind: 'GatewayClass', metadata: { name, generation: 1 }, spec: { controllerName } }
}

/** In namespace `a`, with the listener `http`. */
export function gatewayObject(name: string, port: number, fields: object = {}): ClusterObject {
  const listener = { name: 'http', port, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'Same' } } }
  const spec = { gatewayClassName: 'headgate', listeners: [listener], ...fields }
  return {
    apiVersion: v1,
    kind: 'Gateway',
    metadata: { name, namespace: 'a', generation: 1, uid: `uid-${name}` },
    spec,
  }
}

export interface RouteWish {
  readonly name?: string
  readonly prefix?: string
  readonly service?: string
  readonly generation?: number
  readonly parents?: readonly string[]
  readonly hostnames?: readonly string[]
}

/** A route as the API server would hold it, defaults filled in. */
export function routeObject(parent: string, wish: RouteWish = {}): ClusterObject {
  const { name = 'r', prefix = '/', service = 's', generation = 1, parents = [parent], hostnames } = wish
  const rules = [
    {
      matches: [{ path: { type: 'PathPrefix', value: prefix } }],
      backendRefs: [{ group: '', kind: 'Service', name: service, port: 80, weight: 1 }],
    },
  ]
  const parentRefs = parents.map((one) => ({ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: one }))
  const spec = { parentRefs, ...(hostnames && { hostnames }), rules }
  return { apiVersion: v1, kind: 'HTTPRoute', metadata: { name, namespace: 'a', generation }, spec }
}

/** A Service and its endpoints: ports of this machine. */
export function serviceObjects(name: string, ...ports: readonly number[]): ClusterObject[] {
  const servicePorts = [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }]
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'a' },
      spec: { type: 'ClusterIP', ports: servicePorts },
    },
    ...ports.map((port, i) => sliceObject(name, i, port)),
  ]
}

export function sliceObject(service: string, index: number, port: number, conditions: object = { ready: true }) {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${service}-${index}`, namespace: 'a', labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port, protocol: 'TCP' }],
    endpoints: [{ addresses: ['127.0.0.1'], conditions }],
  }
}

export interface ControllerWish {
  readonly pool?: string
  readonly controllerName?: string
  /** Options of Node. */
  readonly node?: readonly string[]
}

export interface RunningController {
  readonly child: ChildProcess
  log(): string
  logged(pattern: RegExp): Promise<void>
  /** Ends it as told, in peace unless otherwise. */
  end(signal?: NodeJS.Signals): Promise<void>
}

export interface FakeCluster {
  readonly fake: FakeApiServer
  readonly kubeconfig: string
  start(wish?: ControllerWish): RunningController
}

export async function openFakeCluster(t: TestContext): Promise<FakeCluster> {
  const fake = await FakeApiServer.start()
  const folder = mkdtempSync(path.join(tmpdir(), 'headgate-controller-'))
  const kubeconfig = path.join(folder, 'kubeconfig')
  const cluster = { name: 'c', cluster: { server: fake.url.href } }
  const contexts = [{ name: 'x', context: { cluster: 'c', user: 'u' } }]
  const users = [{ name: 'u', user: { token: 't' } }]
  writeFileSync(kubeconfig, JSON.stringify({ 'current-context': 'x', contexts, clusters: [cluster], users }))
  const running: RunningController[] = []
  t.after(async () => {
    for (const controller of running) await controller.end('SIGKILL')
    await fake.stop()
    rmSync(folder, { recursive: true })
  })
  const start = (wish: ControllerWish = {}) => {
    const controller = startController(kubeconfig, wish)
    running.push(controller)
    return controller
  }
  return { fake, kubeconfig, start }
}

function startController(kubeconfig: string, wish: ControllerWish): RunningController {
  const { pool = '127.88.0.0/24', controllerName = defaultControllerName, node = [] } = wish
  const words = ['controller', '--host-mode', '--address-pool', pool, '--kubeconfig', kubeconfig, '--admin', 'off']
  const args = [...node, 'src/apps/headgate.ts', ...words, '--workers', '1', '--controller-name', controllerName]
  const child = tieChild(spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] }))
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text
    if (process.env.SHOW_LOG) console.error(text)
  })
  return {
    child,
    log: () => log,
    logged: async (pattern) => {
      await until(
        () => pattern.test(log),
        () => `the log never said ${pattern}:\n${log}`,
      )
    },
    async end(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill(signal)
      await once(child, 'exit')
    },
  }
}

export interface SeenCondition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message?: string
  readonly observedGeneration?: number
}

export interface SeenStatus {
  readonly addresses?: readonly { readonly value: string }[]
  readonly conditions?: readonly SeenCondition[]
  readonly listeners?: readonly { readonly attachedRoutes: number; readonly conditions: readonly SeenCondition[] }[]
  readonly parents?: readonly {
    readonly controllerName: string
    readonly parentRef: { readonly name: string }
    readonly conditions: readonly SeenCondition[]
  }[]
}

export function statusOf(fake: FakeApiServer, object: ClusterObject): SeenStatus {
  return (fake.get(object)?.status ?? {}) as SeenStatus
}

/** `True`, `False` or undefined. */
export function condition(status: SeenStatus, type: string): string | undefined {
  return status.conditions?.find((one) => one.type === type)?.status
}

/** The address of a Gateway that says that it is programmed. */
export async function untilProgrammed(fake: FakeApiServer, gateway: ClusterObject): Promise<string> {
  const address = () => {
    const status = statusOf(fake, gateway)
    return condition(status, 'Programmed') === 'True' && status.addresses?.[0]?.value
  }
  return until(address, () => `not programmed: ${JSON.stringify(fake.get(gateway)?.status)}`)
}

/** On any machine, however busy. */
export const patienceMs = 60_000

export async function until<T>(what: () => T | undefined | false, message: () => string): Promise<T> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(10)) {
    const found = what()
    if (found) return found
  }
  assert.fail(message())
}

/** Waits until nothing is written for a while. */
export async function untilQuiet(fake: FakeApiServer, quietMs = 500): Promise<void> {
  for (let count = -1; count !== fake.statusWrites.length; await sleep(quietMs)) count = fake.statusWrites.length
}

/** The text that comes from there, once it comes. */
export async function untilAnswered(url: string, holds: (status: number, text: string) => boolean): Promise<string> {
  let last = ''
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(20)) {
    const answer = await fetch(url).catch(() => undefined)
    const text = (await answer?.text().catch(() => undefined)) ?? ''
    if (answer && holds(answer.status, text)) return text
    last = `${answer?.status} ${text}`
  }
  assert.fail(`not what was awaited from ${url}: ${last}`)
}
