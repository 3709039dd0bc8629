import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject, ObjectChange } from '#api'
import { defaultClientSettings } from '#ir'
import { formatStatus } from '#translate'
import { PlaneRefusals } from './plane-refusals.ts'
import { translatorFor } from './wiring.ts'

const controllerName = 'headgate.dev/gateway-controller'
const gatewayApi = 'gateway.networking.k8s.io/v1'

function object(apiVersion: string, kind: string, name: string, spec: object): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace: 'default', generation: 1 }, spec }
}

function put(...objects: readonly KubeObject[]): ObjectChange[] {
  return objects.map((one) => ({ kind: 'put', key: `${one.kind}/default/${one.metadata.name}`, object: one }))
}

const listener = { name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'Same' } } }
const gateway = (name: string, port: number, spec: object = {}) =>
  object(gatewayApi, 'Gateway', name, { gatewayClassName: 'c', listeners: [{ ...listener, port }], ...spec })
const parametersRef = { group: 'gateway.headgate.dev', kind: 'GatewayParameters', name: 'p' }
const parameters = object('gateway.headgate.dev/v1alpha1', 'GatewayParameters', 'p', { plane: 'envoy' })
const parent = (name: string) => ({ group: 'gateway.networking.k8s.io', kind: 'Gateway', name })
const world = [
  {
    apiVersion: gatewayApi,
    kind: 'GatewayClass',
    metadata: { name: 'c', generation: 1 },
    spec: { controllerName },
  },
  gateway('ours', 80),
  gateway('envoys', 81, { infrastructure: { parametersRef } }),
  object(gatewayApi, 'HTTPRoute', 'r', {
    parentRefs: [parent('ours'), parent('envoys')],
    rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }],
  }),
]
// Envoy counts each route's limits for itself.
const policy = object('gateway.envoyproxy.io/v1alpha1', 'BackendTrafficPolicy', 'b', {
  targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'r' }],
  rateLimit: { type: 'Local', local: { rules: [{ limit: { requests: 1, unit: 'Second' }, shared: true }] } },
})

test('what Envoy itself refuses is refused for the Gateways that are on it, also where it was not loaded at first', async () => {
  const refusals = new PlaneRefusals()
  const translator = translatorFor({ controllerName, client: defaultClientSettings }, [], 'embedded', refusals.refuses)
  const changes = put(...world, parameters, policy)
  await refusals.prepare(changes)
  const { statuses } = translator.apply(changes)
  const key = 'BackendTrafficPolicy/default/b'
  const [envoys, ours] = formatStatus(key, statuses.get(key)!)
  assert.match(envoys ?? '', /ancestor default\/envoys: Accepted=False Invalid: .*Envoy counts/)
  assert.match(ours ?? '', /ancestor default\/ours: Accepted$/)
})

test('Envoy’s side is not loaded where nobody chooses it', async () => {
  const refusals = new PlaneRefusals()
  const node = { kind: 'rateLimit', local: [{ shared: true }], global: [] }
  await refusals.prepare(put(...world, policy))
  assert.equal(refusals.refuses(node, 'envoy'), undefined)
  await refusals.prepare(put(parameters))
  assert.match(refusals.refuses(node, 'envoy') ?? '', /Envoy counts/)
  assert.equal(refusals.refuses(node, 'embedded'), undefined)
})
