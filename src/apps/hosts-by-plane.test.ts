import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  applyDelta,
  defaultClientSettings,
  emptySnapshot,
  type Listener,
  noChange,
  type Route,
  type Snapshot,
  wholeDelta,
} from '#ir'
import { ok, problem } from '#kit/outcome.ts'
import { HostsByPlane } from './hosts-by-plane.ts'
import type { ServingHost } from './serving-host.ts'

const listener = (gateway: string): Listener => ({
  key: `a/${gateway}/http`,
  gateway: `a/${gateway}`,
  origin: { kind: 'Gateway', namespace: 'a', name: gateway },
  addresses: [],
  port: 80,
  protocol: 'http',
  hostname: '',
  client: defaultClientSettings,
})

const route = (gateway: string, backend: string): Route => ({
  key: `HTTPRoute/a/r/0@a/${gateway}/http`,
  listener: `a/${gateway}/http`,
  origin: { kind: 'HTTPRoute', namespace: 'a', name: 'r' },
  rule: 0,
  createdAt: '',
  hostnames: [''],
  matches: [],
  filters: [],
  action: {
    kind: 'forward',
    to: [{ kind: 'backend', backend, weight: 1, filters: [] }],
    timeouts: { requestMs: 0, backendRequestMs: 0 },
  },
})

const whole: Snapshot = {
  ...emptySnapshot,
  listeners: [listener('one'), listener('two')],
  routes: [route('one', 'x'), route('two', 'y')],
  endpoints: ['x', 'y'].map((backend) => ({ backend, endpoints: [] })),
}

class FakeHost implements ServingHost {
  readonly ready = true
  snapshot: Snapshot = emptySnapshot
  readonly failed = []
  enqueue: ServingHost['enqueue'] = (work) => work()
  readonly name: string
  readonly #order: string[]

  constructor(name: string, order: string[]) {
    this.name = name
    this.#order = order
  }

  serve: ServingHost['serve'] = async (delta, snapshot) => {
    assert.deepEqual(applyDelta(this.snapshot, delta), snapshot, 'the step leads to what it says')
    this.snapshot = snapshot
    this.#order.push(this.name)
    return []
  }

  metrics = async () => [{ name: this.name, help: '', type: 'gauge' as const, samples: [] }]
  drain = async () => {}
  stop = async () => {}
  gateways = () => this.snapshot.listeners.map(({ gateway }) => gateway).join()
  backends = () => this.snapshot.endpoints.map(({ backend }) => backend).join()
}

function start(opens: () => boolean = () => true) {
  const order: string[] = []
  const [own, envoy] = [new FakeHost('own', order), new FakeHost('envoy', order)]
  const log: string[] = []
  const hosts = new HostsByPlane({
    byDefault: 'embedded',
    host: own,
    openOther: async () => (opens() ? ok(envoy) : problem('NoEnvoy', 'no Envoy here')),
    bind: ['0.0.0.0'],
    onProblem: (message) => log.push(message),
  })
  return { hosts, own, envoy, order, log }
}

test('each Gateway goes to the plane that it chooses, with what it needs; it may change', async () => {
  const { hosts, own, envoy, order } = start()
  await hosts.serve(wholeDelta(whole), whole)
  assert.deepEqual([own.gateways(), order], ['a/one,a/two', ['own']])

  hosts.choose([['a/one', undefined] as const, ['a/two', 'envoy'] as const])
  await hosts.serve(noChange, whole)
  assert.deepEqual([own.gateways(), own.backends()], ['a/one', 'x'])
  assert.deepEqual([envoy.gateways(), envoy.backends()], ['a/two', 'y'])
  assert.deepEqual(order.slice(1), ['envoy', 'own'])
  assert.deepEqual(
    (await hosts.metrics()).map(({ name }) => name),
    ['own', 'envoy'],
  )

  hosts.choose([['a/one', 'embedded'] as const, ['a/two', 'embedded'] as const])
  await hosts.serve(noChange, whole)
  assert.deepEqual([own.gateways(), envoy.gateways()], ['a/one,a/two', ''])
})

test('a plane that can’t be had is told by its Gateway, once in the log, and tried again', async () => {
  let there = false
  const { hosts, own, envoy, log } = start(() => there)
  hosts.choose([['a/two', 'envoy'] as const])
  const failed = await hosts.serve(wholeDelta(whole), whole)
  assert.deepEqual(
    failed.map((one) => [one.listener, one.address, one.problem?.message]),
    [['a/two/http', '0.0.0.0', 'no Envoy here']],
  )
  await hosts.serve(noChange, whole)
  assert.deepEqual([own.gateways(), log], ['a/one', ['error no Envoy here']])
  there = true
  assert.deepEqual(await hosts.serve(noChange, whole), [])
  assert.equal(envoy.gateways(), 'a/two')
})

test('what goes wrong is told once: by the host, or here', async () => {
  const { hosts, own, log } = start()
  const host = () => Promise.reject(new Error('host'))
  own.enqueue = host
  await assert.rejects(
    hosts.enqueue(() => hosts.serve(wholeDelta(whole), whole)),
    /host/,
  )
  await assert.rejects(
    hosts.enqueue(() => Promise.reject(new Error('translation'))),
    /translation/,
  )
  await hosts.enqueue(async () => {})
  assert.equal(log.length, 1)
  assert.match(log[0] ?? '', /^a change could not be applied: Error: translation/)
})
