import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Backend, type FilterNode, noChange, type Snapshot, wholeDelta } from '#ir'
import { WorkerFleet } from '#proxy'
import { forward, listener, route, snapshotOf } from '../../src/proxy/plane.fixture.ts'
import { freePort } from '../free-port.ts'

/** Two workers as the program starts them, whose lives are in the test's hands. */
export interface SharedState {
  readonly port: number
  readonly fleet: WorkerFleet
  /** How many workers have died. */
  deaths(): number
  /** Gives the backend another policy; endpoints too where they are given. */
  change(policy: Partial<Backend>, ports?: readonly number[]): Promise<void>
}

export async function startWorkers(
  t: TestContext,
  ports: readonly number[],
  policy: Partial<Backend>,
  filters: readonly FilterNode[] = [],
): Promise<SharedState> {
  const port = await freePort()
  const snapshot = (one: Partial<Backend>, to: readonly number[]): Snapshot => {
    const key = `default/gw/${port}`
    const plain = snapshotOf([listener(port)], [route('r', { listener: key, action: forward('a'), filters })], {
      a: to,
    })
    return { ...plain, backends: plain.backends.map((backend) => ({ ...backend, ...one })) }
  }
  let deaths = 0
  const fleet = new WorkerFleet({
    entry: new URL('../../src/apps/worker.ts', import.meta.url),
    workers: 2,
    bind: ['127.0.0.1'],
    onLog: () => {},
    onProblem: (message) => {
      if (message.includes('is gone')) deaths++
    },
  })
  t.after(() => fleet.stop())
  const first = snapshot(policy, ports)
  await fleet.apply(wholeDelta(first), first)
  let version = 1
  let endpoints = ports
  return {
    port,
    fleet,
    deaths: () => deaths,
    async change(next, to = endpoints) {
      endpoints = to
      const after = snapshot(next, to)
      const { backends, endpoints: sets } = after
      const puts = { backends: { put: backends, delete: [] }, endpoints: { put: sets, delete: [] } }
      await fleet.apply({ ...noChange, version: ++version, ...puts }, after)
    },
  }
}

export const healthPath = '/health'

/** A backend that holds its answers back until it is told to give them. */
export interface HoldingBackend {
  readonly port: number
  readonly held: readonly ServerResponse[]
  /** Requests so far, those of health checks left out. */
  readonly asked: number
  /** What health checks hear, at `healthPath`. */
  healthy: boolean
  release(): void
  /** Breaks the connections of the requests that it holds. */
  reset(): void
}

export async function startHolding(
  t: TestContext,
  holds: (url: string) => boolean = () => true,
): Promise<HoldingBackend> {
  const held = new Set<ServerResponse>()
  let asked = 0
  const server = createServer((request, response) => {
    if (request.url === healthPath) return void response.writeHead(backend.healthy ? 200 : 503).end()
    asked++
    if (!holds(request.url ?? '')) return void response.end('at once')
    held.add(response)
    response.on('close', () => held.delete(response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const backend: HoldingBackend = {
    port: (server.address() as AddressInfo).port,
    healthy: true,
    get held() {
      return [...held]
    },
    get asked() {
      return asked
    },
    release() {
      for (const response of held) response.end('held')
    },
    reset() {
      for (const response of held) response.socket?.resetAndDestroy()
    },
  }
  return backend
}

/** @returns the status; 0: the connection broke */
export async function ask(port: number, path = '/', headers: Record<string, string> = {}): Promise<number> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close', ...headers } })
    await response.arrayBuffer()
    return response.status
  } catch {
    return 0
  }
}

export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await holds()); await sleep(5))
    assert.ok(Date.now() < end, `not within a minute: ${what}`)
}
