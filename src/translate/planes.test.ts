import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '#api'
import type { FilterNode } from '#ir'
import { ok } from '#kit/outcome.ts'
import type { FilterTranslator } from './filter.ts'
import { formatStatus } from './format-statuses.ts'
import {
  backendRef,
  gateway,
  gatewayClass,
  httpRoute,
  listener,
  listenerSet,
  object,
  put,
  remove,
  rule,
  service,
  setRef,
  translator,
} from './objects.fixture.ts'
import type { PlaneName, PolicySlice } from './policy-slice.ts'
import type { Translation } from './translator.ts'

// One translation for Gateways of different planes: each is judged by what its own can do.

const headgate = 'gateway.headgate.dev'
const policyApi = 'gateway.envoyproxy.io/v1alpha1'

const traffic: PolicySlice = {
  kind: 'BackendTrafficPolicy',
  fields: ['here'],
  refusedOn: { envoy: { here: 'not on Envoy' }, embedded: { 'here.deep': 'not on ours' } },
  translate: () => ok({ nodes: [{ kind: 'traffic' }] }),
}
const guard: PolicySlice = {
  kind: 'SecurityPolicy',
  fields: ['guard'],
  translate: () => ok({ nodes: [{ kind: 'guard' }] }),
}
const client: PolicySlice = {
  kind: 'ClientTrafficPolicy',
  fields: ['hops'],
  refusedOn: { envoy: { hops: 'not on Envoy' } },
  translate: () => ok({ listener: { client: { trustedHops: 7 } } }),
}
const filter: PolicySlice = {
  kind: 'HTTPRouteFilter',
  fields: ['word'],
  translate: () => ok({ nodes: [{ kind: 'guard' }] }),
}
const marks: FilterTranslator = { type: 'RequestMirror', translate: () => ok({ node: { kind: 'guard' } }) }
const refuses = (node: FilterNode, plane: PlaneName | undefined) =>
  plane === 'envoy' && node.kind === 'guard' ? 'Envoy has no guards' : undefined

const parameters = (name: string, plane: PlaneName) =>
  object(`${headgate}/v1alpha1`, 'GatewayParameters', name, { spec: { plane } })
const ref = (name: string) => ({ group: headgate, kind: 'GatewayParameters', name })
const on = (name: string) => ({ infrastructure: { parametersRef: ref(name) } })
const policy = (kind: string, name: string, target: readonly [kind: string, name: string], spec: object) =>
  object(policyApi, kind, name, {
    spec: { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: target[0], name: target[1] }], ...spec },
  })

/** Gateways `ours` and `envoys`; the default plane has one of them, parameters the other. */
function start(byDefault: PlaneName) {
  const other = byDefault === 'envoy' ? 'embedded' : 'envoy'
  const choose = (plane: PlaneName) => (plane === byDefault ? {} : on('other'))
  const plane = translator({
    plane: byDefault,
    refuses,
    filters: [marks],
    policies: [traffic, guard, client, filter],
  })
  const base = [
    gatewayClass(),
    parameters('other', other),
    gateway('ours', [listener()], choose('embedded')),
    gateway('envoys', [listener({ port: 81 })], choose('envoy')),
    service('a'),
  ]
  plane.apply(put(...base))
  return plane
}

const both = (rules: readonly object[] = [rule({ backendRefs: [backendRef('a')] })]) =>
  httpRoute('r', ['ours', 'envoys'], rules as never)

function lines({ statuses }: Translation, object: KubeObject): readonly string[] {
  const { namespace = '', name } = object.metadata
  const key = `${object.kind}/${namespace}/${name}` as const
  const status = statuses.get(key)
  return status ? formatStatus(key, status).map((line) => line.slice(line.indexOf(object.metadata.name))) : []
}

/** What becomes of the route on each Gateway. */
function onGateways({ snapshot }: Translation): Readonly<Record<string, string>> {
  return Object.fromEntries(
    snapshot.routes.map(({ listener: at, action, filters }) => [
      at.split('/')[1],
      [action.kind, ...filters.map(({ kind }) => kind)].join(' '),
    ]),
  )
}

for (const byDefault of ['embedded', 'envoy'] as const) {
  const title = (text: string) => `${text} (default ${byDefault})`

  test(title('a field that one plane can’t do is refused there alone, and each ancestor has its own status'), () => {
    const about = policy('BackendTrafficPolicy', 'p', ['HTTPRoute', 'r'], { here: { x: 1 } })
    const told = start(byDefault).apply(put(both(), about))
    assert.deepEqual(onGateways(told), { envoys: 'forward', ours: 'forward traffic' })
    assert.deepEqual(lines(told, about), [
      'p ancestor default/envoys: Accepted=False Invalid: spec.here: not on Envoy',
      'p ancestor default/ours: Accepted',
    ])
  })

  test(title('the reverse'), () => {
    const about = policy('BackendTrafficPolicy', 'p', ['Gateway', 'ours'], { here: { deep: 1 } })
    assert.deepEqual(lines(start(byDefault).apply(put(both(), about)), about), [
      'p ancestor default/ours: Accepted=False Invalid: spec.here.deep: not on ours',
    ])
  })

  test(title('a guard that one plane can’t do closes the route there, and guards it on the other'), () => {
    const about = policy('SecurityPolicy', 'p', ['HTTPRoute', 'r'], { guard: {} })
    const told = start(byDefault).apply(put(both(), about))
    assert.deepEqual(onGateways(told), { envoys: 'respond', ours: 'forward guard' })
    assert.deepEqual(lines(told, about), [
      'p ancestor default/envoys: Accepted=False Invalid: spec: Envoy has no guards',
      'p ancestor default/ours: Accepted',
    ])
  })

  test(title('a filter that one plane can’t do is told by that parent alone'), () => {
    const filters = [
      { type: 'RequestMirror' },
      { type: 'ExtensionRef', extensionRef: { group: 'gateway.envoyproxy.io', kind: 'HTTPRouteFilter', name: 'f' } },
    ]
    for (const [i, reason] of ['UnsupportedFilter', 'InvalidFilter'].entries()) {
      const route = both([rule({ backendRefs: [backendRef('a')], filters: [filters[i]] })])
      const told = start(byDefault).apply(put(route, object(policyApi, 'HTTPRouteFilter', 'f', { spec: { word: 1 } })))
      assert.deepEqual(onGateways(told), { envoys: 'respond', ours: 'forward guard' })
      const [ours, envoys] = lines(told, route)
      assert.equal(ours, 'r parent ours: Accepted ResolvedRefs')
      assert.match(envoys ?? '', new RegExp(`^r parent envoys: Accepted ResolvedRefs=False ${reason}: .*no guards`))
    }
  })

  test(title('clients are treated by the plane of the Gateway; entries of ListenerSets, too'), () => {
    const set = (name: string, parent: string) => listenerSet(name, parent, [listener({ name: 's', port: 90 })])
    const about = ['ours', 'envoys'].map((name) => policy('ClientTrafficPolicy', name, ['Gateway', name], { hops: 1 }))
    const plane = start(byDefault)
    const open = { allowedListeners: { namespaces: { from: 'Same' } } }
    const choose = (own: PlaneName) => (own === byDefault ? open : { ...open, ...on('other') })
    const told = plane.apply(
      put(
        gateway('ours', [listener()], choose('embedded')),
        gateway('envoys', [listener({ port: 81 })], choose('envoy')),
        set('so', 'ours'),
        {
          ...set('se', 'envoys'),
          spec: { ...(set('se', 'envoys').spec as object), listeners: [listener({ name: 's', port: 91 })] },
        },
        httpRoute('s', [setRef('se')], [rule({ backendRefs: [backendRef('a')] })]),
        ...about,
      ),
    )
    const hops = told.snapshot.listeners.map(({ key, client: { trustedHops } }) => [key, trustedHops])
    assert.deepEqual(Object.fromEntries(hops), {
      'default/envoys/http': 0,
      'default/envoys/default/se/s': 0,
      'default/ours/http': 7,
      'default/ours/default/so/s': 7,
    })
    assert.match(
      lines(told, about[1]!)[0] ?? '',
      /ancestor default\/envoys: Accepted=False Invalid: spec.hops: not on Envoy/,
    )
    assert.match(lines(told, about[0]!)[0] ?? '', /ancestor default\/ours: Accepted$/)
  })

  test(title('a Gateway that changes its plane takes its routes and policies along'), () => {
    const plane = start(byDefault)
    const about = policy('SecurityPolicy', 'p', ['HTTPRoute', 'r'], { guard: {} })
    const whole = policy('SecurityPolicy', 'w', ['Gateway', 'envoys'], { guard: {} })
    plane.apply(put(both(), about, whole, parameters('mine', 'embedded')))
    const told = plane.apply(put(gateway('envoys', [listener({ port: 81 })], on('mine'))))
    assert.deepEqual(onGateways(told), { envoys: 'forward guard', ours: 'forward guard' })
    assert.ok(lines(told, about).every((line) => line.endsWith('Accepted')))
    assert.match(lines(told, whole).join(), /Accepted Overridden/)
    // And back, by its parameters alone.
    const back = plane.apply(put(parameters('mine', 'envoy')))
    assert.deepEqual(onGateways(back), { envoys: 'respond', ours: 'forward guard' })
    assert.match(lines(back, about)[0] ?? '', /default\/envoys: Accepted=False/)
    assert.match(lines(back, whole).join(), /Accepted=False/)
  })
}

test('a class chooses for all of its Gateways, and a Gateway’s own parameters go before', () => {
  const plane = translator({ plane: 'embedded', refuses, policies: [guard] })
  const about = policy('SecurityPolicy', 'p', ['HTTPRoute', 'r'], { guard: {} })
  const told = plane.apply(
    put(
      gatewayClass({ parametersRef: { ...ref('class'), namespace: 'default' } }),
      parameters('class', 'envoy'),
      parameters('own', 'embedded'),
      gateway('ours', [listener()], on('own')),
      gateway('envoys', [listener({ port: 81 })]),
      service('a'),
      both(),
      about,
    ),
  )
  assert.deepEqual(onGateways(told), { envoys: 'respond', ours: 'forward guard' })
})

test('a policy hears of the plane also where there is no listener, and a class that goes takes its status along', () => {
  const plane = translator({ plane: 'embedded', policies: [client] })
  const about = policy('ClientTrafficPolicy', 'p', ['Gateway', 'gw'], { hops: 1 })
  plane.apply(put(gatewayClass(), parameters('own', 'embedded'), gateway('gw', [], on('own')), about))
  const told = plane.apply(put(parameters('own', 'envoy')))
  assert.deepEqual(lines(told, about), ['p ancestor default/gw: Accepted=False Invalid: spec.hops: not on Envoy'])
  const gone = plane.apply([...remove(gatewayClass()), ...put(parameters('own', 'embedded'))])
  assert.deepEqual([...gone.statuses], [])
})
