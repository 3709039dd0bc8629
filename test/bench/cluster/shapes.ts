import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Program } from '../process.ts'
import { percentile, round } from '../statistics.ts'
import type { Finding } from '../table.ts'
import type { ClusterApi } from './cluster-api.ts'
import { countFailures, startBackend, startLoad } from './load-process.ts'
import { gateway, listenerSet, type Manifest, namespace, route, service, slice } from './objects.ts'

/** Where the shapes are played. */
export interface Stage {
  readonly api: ClusterApi
  readonly controller: Program
  /** Of the Gateway `one`. */
  readonly address: string
  readonly addressB: string
  readonly addressA: string
  readonly quick: boolean
}

interface GatewayStatus {
  readonly listeners?: readonly { readonly attachedRoutes: number }[]
  readonly attachedListenerSets?: number
  readonly addresses?: readonly { readonly value: string }[]
}

interface RouteStatus {
  readonly parents?: readonly { readonly conditions: readonly { readonly status: string }[] }[]
}

const megabyte = 1 << 20
const v1 = 'gateway.networking.k8s.io/v1'
const patienceMs = 600_000
const agent = new Agent({ keepAlive: true, maxSockets: 64 })

export async function until(what: () => Promise<boolean>, pauseMs = 20): Promise<number> {
  const began = performance.now()
  while (!(await what())) {
    if (performance.now() - began > patienceMs) throw new Error('what was awaited did not come')
    await sleep(pauseMs)
  }
  return performance.now() - began
}

export async function statusOf<S>(api: ClusterApi, object: Manifest): Promise<S> {
  return ((await api.get(object)).status ?? {}) as S
}

/** The status of an answer; 0 without one. */
function ask(address: string, host: string): Promise<number> {
  return new Promise((resolve) => {
    const request = get({ host: address, port: 80, agent, headers: { host }, timeout: 10_000 }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(0))
  })
}

const baseName = (i: number) => `base-${i}`
let existing = 0

/** Brings the Gateway to so many routes. */
export async function growTo({ api, address }: Stage, count: number): Promise<void> {
  const missing = Array.from({ length: Math.max(0, count - existing) }, (_, i) => route(baseName(existing + i), 'one'))
  await api.each(missing, (one) => api.create(one))
  existing = Math.max(existing, count)
  await until(async () => (await ask(address, `${baseName(existing - 1)}.test`)) === 200)
  await settled(api, existing)
  // Statuses are written in turn: with the last of them the API server has peace.
  const last = route(baseName(existing - 1), 'one')
  await until(async () => ((await statusOf<RouteStatus>(api, last)).parents?.length ?? 0) > 0, 100)
}

async function settled(api: ClusterApi, count: number): Promise<void> {
  await until(
    async () => (await statusOf<GatewayStatus>(api, gateway('one'))).listeners?.[0]?.attachedRoutes === count,
    100,
  )
}

/** So many routes at once: how soon is the Gateway's count of them right, and how often was it written? */
export async function attachedRoutes(stage: Stage): Promise<Finding> {
  const { api, controller } = stage
  const count = stage.quick ? 100 : 1_000
  const routes = Array.from({ length: count }, (_, i) => route(`attached-${i}`, 'one'))
  const gateways = await api.countWrites(v1, 'Gateway', namespace)
  const writes = await api.countWrites(v1, 'HTTPRoute', namespace)
  const cpuBefore = controller.cpuMicros()
  const began = performance.now()
  await api.each(routes, (one) => api.create(one))
  const created = performance.now() - began
  const rightMs = await until(
    async () => (await statusOf<GatewayStatus>(api, gateway('one'))).listeners?.[0]?.attachedRoutes === count,
  )
  let wrong = 0
  await sleep(1_000)
  await api.each(routes, async (one) => {
    const { parents = [] } = await statusOf<RouteStatus>(api, one)
    if (parents.length !== 1 || !parents[0]!.conditions.every(({ status }) => status === 'True')) wrong++
  })
  const cpuMs = (controller.cpuMicros() - cpuBefore) / 1_000
  const routeWrites = [...writes.stop().values()].reduce((sum, one) => sum + one, 0)
  await api.each(routes, (one) => api.delete(one))
  const goneMs = await until(
    async () => (await statusOf<GatewayStatus>(api, gateway('one'))).listeners?.[0]?.attachedRoutes === 0,
  )
  const gatewayWrites = gateways.stop().get('one') ?? 0
  return {
    columns: [
      'routes',
      'created in ms',
      'count right after ms',
      'gone after ms',
      'wrong statuses',
      'writes per route',
      'writes of the Gateway',
      'controller CPU ms',
    ],
    rows: [
      [
        String(count),
        round(created),
        round(rightMs),
        round(goneMs),
        String(wrong),
        round(routeWrites / count),
        String(gatewayWrites),
        round(cpuMs),
      ],
    ],
    notes: [
      'After the last route was created, and after the last was deleted. The Gateway is written while both happen.',
    ],
  }
}

/** A new route, from the API server's word that it has it to the first good answer. */
export async function propagation(stage: Stage): Promise<Finding> {
  const { api } = stage
  const rows: string[][] = []
  for (const count of stage.quick ? [1, 100] : [1, 1_000, 3_000, 5_000]) {
    await growTo(stage, count)
    rows.push([String(count), 'idle', ...(await probe(stage, `idle-${count}`))])
    let isChurning = true
    let changes = 0
    const churn = (async () => {
      while (isChurning) {
        // Each turn says the opposite of the last.
        const letter = (changes + Math.floor(changes / count)) % 2 === 0 ? 'b' : 'a'
        await api.change(route(baseName(changes++ % count), 'one', { service: letter }))
        await sleep(20)
      }
    })()
    rows.push([String(count), 'churn', ...(await probe(stage, `churn-${count}`))])
    isChurning = false
    await churn
  }
  return {
    columns: ['routes', '', 'p50 ms', 'p99 ms', 'max ms', 'failed requests', 'of'],
    rows,
    notes: [
      'From the answer of the API server to the first 200 of the new route; until then 404 is right, everything else has failed.',
      'Churn: another route changes every 20 ms.',
    ],
  }
}

async function probe({ api, address, quick }: Stage, name: string): Promise<string[]> {
  const delays: number[] = []
  let [failed, asked] = [0, 0]
  const created: Manifest[] = []
  for (let i = 0; i < (quick ? 5 : 40); i++) {
    const object = route(`${name}-${i}`, 'one')
    created.push(object)
    let [isCreated, first] = [0, 0]
    const asking = (async () => {
      while (first === 0) {
        const status = await ask(address, `${name}-${i}.test`)
        asked++
        if (status === 200) first = performance.now()
        else if (status !== 404) failed++
        await sleep(1)
      }
    })()
    await api.create(object)
    isCreated = performance.now()
    await asking
    // The watch may be faster than the answer to who wrote.
    delays.push(Math.max(0, first - isCreated))
    await sleep(50)
  }
  await api.each(created, (object) => api.delete(object))
  return [
    round(percentile(delays, 50)),
    round(percentile(delays, 99)),
    round(percentile(delays, 100)),
    String(failed),
    String(asked),
  ]
}

/** One route goes back and forth between two Services while it is asked. */
export async function changesUnderLoad(stage: Stage): Promise<Finding> {
  const { api, address } = stage
  await api.create(route('changing', 'one'))
  await until(async () => (await ask(address, 'changing.test')) === 200)
  const load = startLoad(`http://${address}/`, 'changing.test', 16, 2)
  const changes = stage.quick ? 5 : 100
  for (let i = 0; i < changes; i++) {
    await api.change(route('changing', 'one', { service: i % 2 === 0 ? 'b' : 'a' }))
    await sleep(100)
  }
  const report = await load.stop()
  return {
    columns: ['changes', 'requests', 'failed requests', 'longest ms'],
    rows: [[String(changes), String(report.requests), String(countFailures(report)), round(report.longestMs)]],
    notes: [`16 clients with kept connections. ${existing} other routes. ${describeFailures(report.failures)}`],
  }
}

/** One of two backends dies, and its endpoint is taken out a second later, as a kubelet would. */
export async function failover(stage: Stage): Promise<Finding> {
  const { api, address, addressA, addressB } = stage
  const dying = '10.99.3.9'
  const rows: string[][] = []
  for (const service2 of ['dies-1', 'dies-2', 'dies-3']) {
    const backend = await startBackend(dying, 'dying')
    await api.each(service(service2, addressA, addressB, dying), (one) => api.create(one))
    await api.create(route(service2, 'one', { service: service2 }))
    await until(async () => (await ask(address, `${service2}.test`)) === 200)
    const load = startLoad(`http://${address}/`, `${service2}.test`, 16, 2)
    await sleep(1_000)
    await backend.kill()
    await sleep(1_000)
    await api.change(slice(service2, addressA, addressB))
    await sleep(500)
    const report = await load.stop()
    rows.push([
      String(report.requests),
      String(countFailures(report)),
      round(report.longestMs),
      describeFailures(report.failures),
    ])
  }
  return {
    columns: ['requests', 'failed requests', 'longest ms', ''],
    rows,
    notes: [
      'Three backends, 16 clients; one backend is killed with SIGKILL. What it had in flight may fail: it may have been done.',
    ],
  }
}

function describeFailures(failures: Readonly<Record<string, number>>): string {
  return Object.entries(failures)
    .map(([why, count]) => `${count} × ${why}`)
    .join(', ')
}

/** What the routes that are there cost, and what they cost when nothing happens. */
export async function sizeNow({ controller }: Stage, name: string, seconds: number): Promise<string[]> {
  const before = controller.cpuMicros()
  await sleep(seconds * 1_000)
  const idle = (controller.cpuMicros() - before) / (seconds * 1e4)
  return [name, round(controller.memoryBytes() / megabyte), `${round(idle)} %`]
}

/** 2,500 ListenerSets with 16 routes each, on a Gateway of their own. */
export async function listenerSets(stage: Stage): Promise<Finding> {
  const { api, controller, quick } = stage
  const [sets, perSet] = quick ? [20, 4] : [2_500, 16]
  const rows = [await sizeNow(stage, `${existing} routes`, quick ? 2 : 10)]
  const many = gateway('many')
  await api.create(many)
  await until(async () => ((await statusOf<GatewayStatus>(api, many)).addresses?.length ?? 0) > 0)
  const address = (await statusOf<GatewayStatus>(api, many)).addresses![0]!.value
  const cpuBefore = controller.cpuMicros()
  const began = performance.now()
  const names = Array.from({ length: sets }, (_, i) => `set-${i}`)
  await api.each(
    names.map((name) => listenerSet(name, 'many')),
    (one) => api.create(one),
  )
  const routes = names.flatMap((name) =>
    Array.from({ length: perSet }, (_, i) =>
      route(`${name}-r${i}`, name, {
        kind: 'ListenerSet',
        host: `r${i}.${name}.test`,
        service: i % 2 === 0 ? 'a' : 'b',
      }),
    ),
  )
  await api.each(routes, (one) => api.create(one))
  const created = performance.now() - began
  const last = `r${perSet - 1}.set-${sets - 1}.test`
  const served = await until(async () => (await ask(address, last)) === 200)
  const attached = await until(
    async () => (await statusOf<GatewayStatus>(api, many)).attachedListenerSets === sets,
    200,
  )
  const told = await until(
    async () => ((await statusOf<RouteStatus>(api, routes.at(-1)!)).parents?.length ?? 0) > 0,
    200,
  )
  const cpu = (controller.cpuMicros() - cpuBefore) / 1e6
  await sleep(quick ? 500 : 5_000)
  rows.push(await sizeNow(stage, `${existing + routes.length} routes, ${sets} ListenerSets`, quick ? 2 : 10))
  return {
    columns: ['', 'memory MB', 'CPU when idle'],
    rows,
    notes: [
      `Controller and proxy are one process in host mode, with one worker: main thread and worker together. ${routes.length} routes over ${sets} ListenerSets:`,
      `created in ${round(created / 1_000)} s, the last one served ${round(served)} ms later, all sets counted after ${round(served + attached)} ms, its status after ${round(served + attached + told)} ms;`,
      `${round(cpu)} s of CPU for all of that.`,
    ],
  }
}
