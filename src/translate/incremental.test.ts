import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject, ObjectChange, ObjectKey } from '#api'
import { type Changes, emptySnapshot, type Snapshot, type SnapshotDelta } from '#ir'
import { ok, problem } from '#kit/outcome.ts'
import { plainCertificate, plainKey, shopCertificate, shopKey } from './certificate.fixture.ts'
import type { FilterTranslator } from './filter.ts'
import { formatStatuses } from './format-statuses.ts'
import {
  backendRef,
  gateway,
  gatewayClass,
  httpRoute,
  listener,
  listenerSet,
  object,
  put,
  referenceGrant,
  remove,
  rule,
  service,
  setRef,
  slice,
  tlsSecret,
  translator,
} from './objects.fixture.ts'
import { seededRandom } from './random.fixture.ts'
import { randomPolicy, randomSlices } from './random-policies.fixture.ts'
import type { RuleSlot } from './rule-slot.ts'
import type { World } from './settings.ts'
import type { Translation } from './translator.ts'

const gatewayApi = 'gateway.networking.k8s.io/v1'
const headgate = 'gateway.headgate.dev'

const frequencies = Object.entries({
  gateway: 4,
  set: 5,
  route: 12,
  service: 7,
  slice: 3,
  grant: 5,
  secret: 3,
  namespace: 1,
  class: 1,
  backend: 1,
  import: 1,
  traffic: 5,
  sealing: 2,
  authority: 1,
  policy: 8,
  filter: 1,
  parameters: 2,
}).flatMap(([kind, weight]) => Array.from({ length: weight }, () => kind))

/** What every change may be: few names, so that they meet often. */
class Generator {
  readonly #random: () => number

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.#random() * choices.length)]!
  }

  some<T>(choices: readonly T[]): T[] {
    return choices.filter(() => this.#random() < 0.5)
  }

  object(): KubeObject {
    const generation = {
      generation: this.pick([1, 2, 3]),
      creationTimestamp: this.pick(['2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z']),
      labels: this.pick([{}, { tier: 'gold' }]),
    }
    const namespace = this.pick(['a', 'b'])
    switch (this.pick(frequencies)) {
      case 'gateway':
        return gateway(
          `${namespace}/${this.pick(['g', 'h'])}`,
          this.#listeners(),
          {
            gatewayClassName: this.pick(['headgate', 'headgate', 'headgate', 'other']),
            defaultScope: this.pick([undefined, undefined, 'All']),
            infrastructure: this.pick([
              undefined,
              { labels: { tier: 'gold' } },
              { parametersRef: { group: headgate, kind: 'GatewayParameters', name: 'own' } },
            ]),
            allowedListeners: this.pick([
              undefined,
              ...['All', 'All', 'Same', 'Selector'].map((from) => ({
                namespaces: { from, selector: { matchLabels: { tier: 'gold' } } },
              })),
            ]),
            addresses: this.pick([
              [],
              [],
              [],
              [],
              [{ type: 'IPAddress', value: this.pick(['127.0.0.2', '127.0.0.3']) }],
              [{ type: 'Hostname', value: 'x' }],
            ]),
          },
          generation,
        )
      case 'set':
        return listenerSet(
          `${namespace}/${this.pick(['m', 'n', 'o'])}`,
          { name: this.pick(['g', 'h']), ...this.pick([{}, { namespace: 'a' }]) },
          this.#listeners(),
          generation,
        )
      case 'route':
        return httpRoute(
          `${namespace}/${this.pick(['r', 's', 't', 'u'])}`,
          [...this.some(['g', 'h']), ...this.some(['m', 'n', 'o']).map((name) => setRef(name))].map((parent) => ({
            ...(typeof parent === 'string' ? { name: parent } : parent),
            ...this.pick([{}, { namespace: 'a' }, { sectionName: 'l0' }, { port: 80 }]),
          })),
          this.pick([[0], [0], [0, 1], []]).map(() => this.#rule()),
          {
            hostnames: this.pick([[], this.some(['x.example.com', '*.example.com', 'example.org'])]),
            useDefaultGateways: this.pick([undefined, undefined, 'All']),
          },
          generation,
        )
      case 'parameters':
        return object(`${headgate}/v1alpha1`, 'GatewayParameters', `${namespace}/own`, {
          spec: this.pick([{}, { plane: 'envoy' }, { plane: 'embedded' }]),
        })
      case 'service':
        return service(`${namespace}/${this.pick(['x', 'y'])}`, [
          { ...this.pick([{}, { appProtocol: 'kubernetes.io/h2c' }, { appProtocol: 'https' }, { port: 81 }]) },
        ])
      case 'slice':
        return slice(
          `${namespace}/${this.pick(['p', 'q'])}`,
          this.pick(['x', 'y']),
          this.some(['10.0.0.1', '10.0.0.2', '10.0.0.3']).map((address) => ({
            addresses: [address],
            conditions: this.pick([{ ready: true }, { ready: false, serving: true, terminating: true }]),
          })),
        )
      case 'grant':
        return referenceGrant(
          `${namespace}/grant`,
          {
            ...this.pick([
              ...['HTTPRoute', 'Gateway', 'ListenerSet'].map((kind) => ({ kind })),
              ...['BackendTrafficPolicy', 'SecurityPolicy'].map((kind) => ({ group: 'gateway.envoyproxy.io', kind })),
            ]),
            namespace: this.pick(['a', 'b']),
          },
          this.pick([
            { kind: this.pick(['Service', 'Secret']), ...this.pick([{}, { name: 'x' }]) },
            { group: 'gateway.networking.k8s.io', kind: this.pick(['Gateway', 'HTTPRoute']) },
          ]),
        )
      case 'secret':
        return this.pick([
          tlsSecret(`${namespace}/cert`, shopCertificate, shopKey),
          tlsSecret(`${namespace}/cert`, plainCertificate, plainKey),
          tlsSecret(`${namespace}/cert`, shopCertificate, plainKey),
        ])
      case 'namespace':
        return object('v1', 'Namespace', `/${namespace}`, {}, { labels: this.pick([{}, { tier: 'gold' }]) })
      case 'class':
        return this.pick([
          ...Array.from({ length: 6 }, () => gatewayClass()),
          gatewayClass({ controllerName: 'example.com/x' }),
          gatewayClass({ parametersRef: { group: 'example.com', kind: 'C', name: 'c' } }),
        ])
      case 'import':
        return object('multicluster.x-k8s.io/v1alpha1', 'ServiceImport', `${namespace}/i`, {
          spec: { type: 'ClusterSetIP', ports: [{ port: this.pick([80, 80, 81]), protocol: 'TCP' }] },
        })
      case 'traffic':
        return object(
          'gateway.networking.x-k8s.io/v1alpha1',
          'XBackendTrafficPolicy',
          `${namespace}/${this.pick(['c', 'd'])}`,
          {
            spec: {
              targetRefs: this.#targets(),
              retryConstraint: this.pick([undefined, { budget: { percent: this.pick([10, 20]), interval: '10s' } }]),
              sessionPersistence: this.pick([undefined, { sessionName: this.pick(['one', 'two', 'wrong']) }]),
            },
          },
          generation,
        )
      case 'sealing':
        return object(
          gatewayApi,
          'BackendTLSPolicy',
          `${namespace}/${this.pick(['c', 'd'])}`,
          {
            spec: {
              targetRefs: this.#targets(),
              validation: {
                hostname: 'x.example.com',
                ...this.pick([
                  { wellKnownCACertificates: 'System' },
                  { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }] },
                ]),
              },
            },
          },
          generation,
        )
      case 'policy':
        return randomPolicy(this, namespace, generation)
      case 'filter':
        return object('gateway.envoyproxy.io/v1alpha1', 'HTTPRouteFilter', `${namespace}/f`, {
          spec: this.pick([{ mark: '1' }, { mark: '2' }, { unknown: {} }]),
        })
      case 'authority':
        return object('v1', 'ConfigMap', `${namespace}/ca`, {
          data: { 'ca.crt': this.pick([plainCertificate, shopCertificate, 'none']) },
        })
      default:
        return object('gateway.envoyproxy.io/v1alpha1', 'Backend', `${namespace}/e`, {
          spec: {
            type: this.pick(['Endpoints', 'Endpoints', 'DynamicResolver']),
            endpoints: [{ ip: { address: '10.0.0.9', port: this.pick([1, 2]) } }],
          },
        })
    }
  }

  #targets() {
    return [
      ...this.some(['x', 'y']).map((name) => ({ group: '', kind: 'Service', name })),
      { group: 'multicluster.x-k8s.io', kind: 'ServiceImport', name: 'i' },
    ]
  }

  #listeners() {
    return this.pick([[0], [0, 1], [0, 1, 2]]).map((i) => {
      const base = {
        name: `l${i}`,
        port: this.pick([80, 80, 80 + i, 90 + i]),
        from: this.pick(['Same', 'All', 'All', 'Selector']),
        selector: { matchLabels: { tier: 'gold' } },
        ...this.pick([{}, { hostname: '*.example.com' }, { hostname: 'x.example.com' }]),
      }
      const certificateRefs = [{ group: '', kind: 'Secret', name: 'cert', ...this.pick([{}, { namespace: 'b' }]) }]
      return this.pick([
        listener(base),
        listener(base),
        listener(base),
        listener({ ...base, port: 443 + i, protocol: 'HTTPS', tls: { mode: 'Terminate', certificateRefs } }),
        listener({ ...base, protocol: 'TCP' }),
      ])
    })
  }

  #rule() {
    const refs = this.some([0, 1]).map(() =>
      backendRef(this.pick(['x', 'y']), {
        weight: this.pick([0, 1, 2]),
        ...this.pick([
          {},
          {},
          { namespace: 'b' },
          { group: 'gateway.envoyproxy.io', kind: 'Backend', name: 'e', port: undefined },
          { group: 'multicluster.x-k8s.io', kind: 'ServiceImport', name: 'i' },
        ]),
      }),
    )
    const path = {
      type: this.pick(['Exact', 'PathPrefix', 'RegularExpression']),
      value: this.pick(['/', '/a', '/b', '/(']),
    }
    return rule({
      matches: [{ path }],
      backendRefs: refs,
      filters: this.some([
        { type: 'Mirror', to: this.pick(['x', 'y']) },
        ...this.pick([
          [],
          [],
          [],
          [
            {
              type: 'ExtensionRef',
              extensionRef: { group: 'gateway.envoyproxy.io', kind: 'HTTPRouteFilter', name: 'f' },
            },
          ],
        ]),
      ]),
      ...this.pick([{}, { name: 'one' }]),
    })
  }

  world(): World {
    const report = () => ({
      generation: this.pick([1, 2, 3]),
      addresses: [{ type: 'IPAddress', value: this.pick(['127.0.0.2', '127.0.0.3']) }],
      listeners: new Map([
        ...this.some(['l0', 'a/m/l0', 'b/n/l1']).map(
          (name) =>
            [name, this.pick([undefined, { reason: 'PortUnavailable', message: 'EADDRINUSE', path: '' }])] as const,
        ),
      ]),
    })
    return { gateways: new Map(this.some(['a/g', 'a/h', 'b/g']).map((name) => [name, report()])) }
  }
}

const mirror: FilterTranslator = {
  type: 'Mirror',
  translate({ to }: { to: string }, scope) {
    const backend = scope.backend({ name: to, port: 80 }, scope.path, 'h2c')
    return backend.ok
      ? ok({ node: { kind: 'mirror', backend: backend.value } as never })
      : ok({ node: { kind: 'mirror' }, unresolved: backend.problems })
  },
}

const session: RuleSlot = {
  field: 'sessionPersistence',
  translate({ sessionName }: { sessionName: string }) {
    if (sessionName === 'wrong') return problem('UnsupportedValue', 'a wrong name')
    const value = { kind: 'cookie', name: sessionName, lifetime: 'session', absoluteTimeoutMs: 0, path: '/' } as const
    return ok({ session: value })
  },
}

function plane() {
  // What one plane can't do, as far as random policies go.
  const refuses = (node: object, on: string | undefined) =>
    on === 'envoy' && 'mark' in node && node.mark !== '1' ? 'not on Envoy' : undefined
  return translator({
    plane: 'embedded',
    refuses,
    filters: [mirror],
    forward: [session],
    policies: randomSlices,
  })
}

/** Bytes, with the private keys that print as `***`. */
function bytes(snapshot: Snapshot): string {
  return JSON.stringify([snapshot, snapshot.certificates.map(({ privateKey }) => privateKey.reveal())])
}

function applied<T>(
  list: readonly T[],
  { put: changed, delete: gone }: Changes<T, string>,
  keyOf: (item: T) => string,
): T[] {
  const items = new Map(list.map((item) => [keyOf(item), item]))
  for (const key of gone) assert.ok(items.delete(key), `deleted what was not there: ${key}`)
  for (const item of changed) items.set(keyOf(item), item)
  return [...items.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

function step(from: Snapshot, delta: SnapshotDelta): Snapshot {
  return {
    listeners: applied(from.listeners, delta.listeners, ({ key }) => key),
    routes: applied(from.routes, delta.routes, ({ key }) => key),
    streams: applied(from.streams, delta.streams, ({ key }) => key),
    backends: applied(from.backends, delta.backends, ({ key }) => key),
    endpoints: applied(from.endpoints, delta.endpoints, ({ backend }) => backend),
    certificates: applied(from.certificates, delta.certificates, ({ key }) => key),
  }
}

/** How often the sequences meet what they are for. */
const seen = {
  routes: 0,
  certificates: 0,
  backends: 0,
  portsTaken: 0,
  refused: 0,
  dropped: 0,
  setRoutes: 0,
  setConflicts: 0,
  policies: 0,
  policyConflicts: 0,
  sessions: 0,
  budgets: 0,
  sealed: 0,
  defaults: 0,
  marked: 0,
  closed: 0,
  copies: 0,
  hops: 0,
  overridden: 0,
  merged: 0,
  attachedConflicts: 0,
  refusedPolicies: 0,
  noTargets: 0,
}

function note({ snapshot, statuses }: Translation): void {
  seen.routes += snapshot.routes.length
  seen.certificates += snapshot.certificates.length
  seen.backends += snapshot.backends.length
  const text = formatStatuses(statuses)
  if (text.includes('PortUnavailable')) seen.portsTaken++
  if (text.includes('RefNotPermitted')) seen.refused++
  if (text.includes('Dropped Rule')) seen.dropped++
  seen.setRoutes += snapshot.routes.filter(({ listener }) => listener.split('/').length === 5).length
  if (/Policy .* ancestor /.test(text)) seen.policies++
  if (/Policy .* Conflicted/.test(text)) seen.policyConflicts++
  if (snapshot.routes.some(({ action }) => action.kind === 'forward' && action.session)) seen.sessions++
  if (snapshot.backends.some(({ retryBudget }) => retryBudget)) seen.budgets++
  if (snapshot.backends.some(({ tls }) => tls)) seen.sealed++
  seen.marked += snapshot.routes.filter(({ filters }) => filters.some(({ kind }) => kind === 'mark')).length
  if (snapshot.routes.some(({ action }) => action.kind === 'respond' && /SecurityPolicy/.test(action.why)))
    seen.closed++
  if (snapshot.backends.some(({ breaker }) => breaker)) seen.copies++
  if (snapshot.listeners.some(({ client }) => client.trustedHops > 0)) seen.hops++
  if (text.includes('Overridden')) seen.overridden++
  if (text.includes('Merged')) seen.merged++
  if (/(Backend|Client|Security)\w*Policy .* Conflicted/.test(text)) seen.attachedConflicts++
  if (/(Backend|Client|Security)\w*Policy .* Invalid/.test(text)) seen.refusedPolicies++
  if (/Policy .* TargetNotFound/.test(text)) seen.noTargets++
  if (text.includes('DefaultGateway=True')) seen.defaults++
  if (/belongs to (the Gateway itself|an older ListenerSet)/.test(text)) seen.setConflicts++
}

for (let seed = 1; seed <= 30; seed++) {
  test(`incremental equals full, sequence ${seed}`, () => {
    const generator = new Generator(seed)
    const incremental = plane()
    const objects = new Map<ObjectKey, KubeObject>()
    const told = new Map<ObjectKey, unknown>()
    const start = put(gatewayClass(), ...Array.from({ length: 45 }, () => generator.object()))
    let world: World = { gateways: new Map() }
    let before: Snapshot = emptySnapshot
    for (let round = 0; round < 60; round++) {
      const changes: ObjectChange[] = round === 0 ? start : []
      for (let i = generator.pick([1, 1, 2, 4]); i > 0; i--) {
        const found = generator.object()
        changes.push(...(generator.pick([0, 1, 2]) === 0 ? remove(found) : put(found)))
      }
      for (const change of changes) {
        if (change.kind === 'put') objects.set(change.key, change.object)
        else objects.delete(change.key)
      }
      const report = generator.pick([undefined, undefined, generator.world()])
      world = report ?? world
      const actual = report ? incremental.apply(changes, report) : incremental.apply(changes)
      // The full one gets the objects in another order, too.
      const expected = plane().apply(put(...[...objects.values()].reverse()), world)
      assert.equal(bytes(actual.snapshot), bytes(expected.snapshot), `snapshot, round ${round}`)
      assert.deepEqual(new Map(actual.statuses), new Map(expected.statuses), `statuses, round ${round}`)
      assert.deepEqual(actual.gateways, expected.gateways, `what data planes are made from, round ${round}`)
      assert.equal(bytes(step(before, actual.delta)), bytes(actual.snapshot), `delta, round ${round}`)
      for (const { key, status } of actual.statusChanges) {
        if (status) told.set(key, status)
        else assert.ok(told.delete(key), `${key} had no status, round ${round}`)
      }
      assert.deepEqual(told, new Map(actual.statuses), `status changes, round ${round}`)
      before = actual.snapshot
      note(actual)
    }
  })
}

test('the sequences are worth their time: they make routes, certificates and broken things', () => {
  for (const [what, count] of Object.entries(seen)) assert.ok(count > 20, `${what}: ${count}`)
})
