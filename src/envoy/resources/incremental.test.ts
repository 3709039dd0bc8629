import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Backend, compareText, defaultClientSettings, type Listener, type Route, type Snapshot } from '#ir'
import { resourceKinds } from '../envoy-resources.ts'
import { unsupported } from '../filter.ts'
import { buildResources, ResourceBuilder } from './build-resources.ts'
import type { ResourceOptions } from './options.ts'

const options: ResourceOptions = {
  filters: { impossible: { build: () => unsupported('Envoy has no such thing') } },
  filterOrder: ['impossible'],
  bind: ['127.0.0.1', '127.0.0.2'],
  systemTrust: '/ca.pem',
  virtualHosts: 'apart',
}

const hostnames = ['', '*.test', 'a.test', 'b.test', '*.b.test', 'x.b.test', 'other.example', '*.example']
const session = { kind: 'cookie', name: 's', lifetime: 'session', absoluteTimeoutMs: 0, path: '/' } as const

/** Numbers from 0 to 1 that only look random. */
function startNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Objects by key, of which any may come, go or change. */
class World {
  readonly #next: () => number
  readonly listeners = new Map<string, Listener>()
  readonly routes = new Map<string, Route>()
  readonly backends = new Map<string, Backend>()

  constructor(seed: number) {
    this.#next = startNumbers(seed)
    for (const hostname of ['', '*.example']) this.#putListener(hostname)
    for (let i = 0; i < 4; i++) this.#putBackend(i)
    for (let i = 0; i < 12; i++) this.#putRoute(i)
  }

  pick(count: number): number {
    return Math.floor(this.#next() * count)
  }

  step(): void {
    const route = this.pick(12)
    const kind = this.pick(10)
    if (kind < 5) this.#putRoute(route)
    else if (kind < 7) this.routes.delete(routeKey(route))
    else if (kind === 7) this.#putBackend(this.pick(4))
    else if (kind === 8) this.backends.delete(backendKey(this.pick(4)))
    else {
      const hostname = hostnames[this.pick(hostnames.length)]!
      if (hostname === '' || !this.listeners.delete(listenerKey(hostname))) this.#putListener(hostname)
    }
  }

  #putListener(hostname: string): void {
    const maxConnections = this.pick(2)
    this.listeners.set(listenerKey(hostname), {
      key: listenerKey(hostname),
      gateway: 'default/gw',
      origin: { kind: 'Gateway', namespace: 'default', name: 'gw' },
      addresses: [],
      port: 80,
      protocol: 'http',
      hostname,
      client: { ...defaultClientSettings, maxConnections },
    })
  }

  #putBackend(i: number): void {
    this.backends.set(backendKey(i), {
      key: backendKey(i),
      origin: { kind: 'Service', namespace: 'default', name: `s${i}` },
      port: 80,
      protocol: this.pick(2) === 0 ? 'http1' : 'h2c',
      connectTimeoutMs: 5_000,
    })
  }

  #putRoute(i: number): void {
    const [one, other] = [this.pick(4), this.pick(4)]
    const to = [one, other].map((to) => ({ kind: 'backend', backend: backendKey(to), weight: 1, filters: [] }) as const)
    const timeouts = { requestMs: 0, backendRequestMs: 0 }
    this.routes.set(routeKey(i), {
      key: routeKey(i),
      listener: listenerKey(this.pick(3) === 0 ? '*.example' : ''),
      origin: { kind: 'HTTPRoute', namespace: 'default', name: `r${i}` },
      rule: 0,
      createdAt: '',
      hostnames: [...new Set([this.pick(8), this.pick(8)])].map((n) => hostnames[n]!).sort(compareText),
      matches: [{ path: { kind: 'prefix', value: `/${this.pick(3)}` }, headers: [], query: [] }],
      filters: this.pick(6) === 0 ? [{ kind: 'impossible' }] : [],
      action: { kind: 'forward', to, timeouts, ...(this.pick(3) === 0 && { session }) },
    })
  }

  snapshot(): Snapshot {
    return {
      listeners: sorted(this.listeners),
      routes: sorted(this.routes).filter(({ listener }) => this.listeners.has(listener)),
      streams: [],
      backends: sorted(this.backends),
      endpoints: sorted(this.backends).map(({ key }) => ({
        backend: key,
        endpoints: [{ kind: 'ip', address: '10.0.0.1', port: 80 }],
      })),
      certificates: [],
    }
  }
}

function sorted<T>(items: ReadonlyMap<string, T>): T[] {
  return [...items].sort(([a], [b]) => compareText(a, b)).map(([, item]) => item)
}

const routeKey = (i: number) => `HTTPRoute/default/r${String(i).padStart(2, '0')}/0`
const backendKey = (i: number) => `Service/default/s${i}/80`
const listenerKey = (hostname: string) => `default/gw/${hostname}`

test('what is built from one snapshot to the next equals what is built of each alone', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const world = new World(seed)
    const builder = new ResourceBuilder(options)
    for (let step = 0; step < 60; step++) {
      for (let changes = world.pick(3); changes >= 0; changes--) world.step()
      const snapshot = world.snapshot()
      const [built, alone] = [builder.build(snapshot), buildResources(snapshot, options)]
      const where = `seed ${seed}, step ${step}`
      assert.deepEqual(built.unsupported, alone.unsupported, where)
      for (const kind of resourceKinds)
        assert.deepEqual(built.resources[kind], alone.resources[kind], `${where}: ${kind}`)
    }
  }
})

test('the same snapshot again makes no new objects', () => {
  const world = new World(7)
  const builder = new ResourceBuilder(options)
  const before = builder.build(world.snapshot()).resources
  const after = builder.build(world.snapshot()).resources
  for (const kind of resourceKinds.filter((one) => one !== 'endpoints'))
    for (const [i, resource] of after[kind].entries())
      assert.equal(resource, before[kind][i], `${kind} ${resource.name}`)
})
