import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeObject, ObjectChange } from '#api'
import type { FeedReport } from '#feed'
import { defaultClientSettings } from '#ir'
import { KubeClient } from '#kube'
import type { Status } from '#translate'
import { PodPlanes } from '../../src/apps/pod-planes.ts'
import { translatorFor } from '../../src/apps/wiring.ts'
import { FakeApiServer } from '../../src/kube/fake-api-server.fixture.ts'

const v1 = 'gateway.networking.k8s.io/v1'
const controllerName = 'headgate.dev/gateway-controller'

const gatewayClass = {
  apiVersion: v1,
  kind: 'GatewayClass',
  metadata: { name: 'c', generation: 1 },
  spec: { controllerName },
}

function gateway(spec: object = {}, generation = 1): KubeObject {
  const listener = { name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'Same' } } }
  const metadata = { name: 'g', namespace: 'a', uid: 'u1', generation }
  return { apiVersion: v1, kind: 'Gateway', metadata, spec: { gatewayClassName: 'c', listeners: [listener], ...spec } }
}

function put(...objects: readonly KubeObject[]): ObjectChange[] {
  return objects.map((object) => {
    const { namespace = '', name } = object.metadata
    return { kind: 'put', key: `${object.kind}/${namespace}/${name}`, object }
  })
}

/** Pods that a test plays itself: it says what they report. */
async function open(t: TestContext, written: (gateway: string) => number | undefined = () => undefined) {
  const fake = await FakeApiServer.start()
  const client = new KubeClient({ server: fake.url, namespace: 'system' })
  const statuses = new Map<string, Status | undefined>()
  const problems: string[] = []
  let version = 0
  let report: (gateway: string, report: FeedReport) => void = () => {}
  const planes = await PodPlanes.open({
    client,
    translator: translatorFor({ controllerName, client: defaultClientSettings, sockets: 'own' }),
    settings: { controller: 'c', image: 'headgate:1', feed: 'feed:9443' },
    async openFeed(onReport) {
      report = onReport
      const publish = () => ++version
      return { trust: 'PEM', want() {}, publish, versionOf: () => version, lead() {}, async close() {} }
    },
    written: { generation: written, isProgrammed: () => true },
    onStatuses: (changes) => {
      for (const { key, status } of changes) statuses.set(key, status)
    },
    onProblem: (message) => problems.push(message),
  })
  t.after(async () => {
    await planes.end()
    client.close()
    await fake.stop()
  })
  const programmed = () => {
    const status = statuses.get('Gateway/a/g')
    const found = status?.kind === 'Gateway' && status.conditions.find(({ type }) => type === 'Programmed')
    return found ? `${found.status} ${found.reason}: ${found.message}` : 'nothing'
  }
  return {
    fake,
    planes,
    statuses,
    problems,
    programmed,
    served: (at = version) => report('a/g', { version: at, proxies: 1, failed: [] }),
    report: (fields: Partial<FeedReport>) => report('a/g', { version, proxies: 1, failed: [], ...fields }),
  }
}

async function until(what: () => string, wanted: RegExp): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end && !wanted.test(what()); ) await sleep(5)
  assert.match(what(), wanted)
}

const named = { name: 'g-c', namespace: 'a' }
const serviceKey = { apiVersion: 'v1', kind: 'Service', metadata: named }
const deploymentKey = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: named }

/** What a cluster's own controllers would do. */
function bringUp(fake: FakeApiServer, ip = '192.0.2.1'): void {
  fake.put({ ...fake.get(deploymentKey)!, status: { readyReplicas: 1 } })
  fake.put({ ...fake.get(serviceKey)!, status: { loadBalancer: { ingress: [{ ip }] } } })
}

test('Programmed comes last: after the objects, a ready pod, an address, and the pods serving it', async (t) => {
  const { fake, planes, programmed, served, statuses } = await open(t)
  await planes.apply(put(gatewayClass, gateway()), [])
  await until(programmed, /^False AddressNotAssigned: its Service does not exist yet/)
  planes.lead(true)
  await until(programmed, /^False AddressNotAssigned: no load balancer has given Service g-c an address yet/)
  await until(() => String(fake.get(deploymentKey) !== undefined), /true/)
  fake.put({ ...fake.get(serviceKey)!, status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } })
  await until(programmed, /^False Pending: no pod of Deployment a\/g-c is ready/)
  bringUp(fake)
  await until(programmed, /^Unknown Pending/)
  served()
  await until(programmed, /^True Programmed/)
  const status = statuses.get('Gateway/a/g')
  assert.deepEqual(status?.kind === 'Gateway' && status.addresses, [{ type: 'IPAddress', value: '192.0.2.1' }])
})

test('an address that the load balancer does not give is not programmed', async (t) => {
  const { fake, planes, programmed, served } = await open(t)
  const addresses = [{ type: 'IPAddress', value: '192.0.2.9' }]
  await planes.apply(put(gatewayClass, gateway({ addresses })), [])
  planes.lead(true)
  await until(() => String(fake.get(deploymentKey) !== undefined), /true/)
  assert.match(JSON.stringify(fake.get(serviceKey)), /"loadBalancerIP":"192.0.2.9"/)
  bringUp(fake, '192.0.2.1')
  served()
  await until(programmed, /^False AddressNotUsable: .*192\.0\.2\.9: it has 192\.0\.2\.1/)
  bringUp(fake, '192.0.2.9')
  await until(programmed, /^True Programmed/)
})

test('what pods refuse is in the status until they take it', async (t) => {
  const { fake, planes, programmed, served, report } = await open(t)
  await planes.apply(put(gatewayClass, gateway()), [])
  planes.lead(true)
  await until(() => String(fake.get(deploymentKey) !== undefined), /true/)
  bringUp(fake)
  served()
  await until(programmed, /^True Programmed/)
  report({ refused: [{ resource: 'cluster c', message: 'no such thing' }] })
  await until(programmed, /^False Invalid: refused, .*: cluster c: no such thing/)
  assert.match(JSON.stringify(await planes.metrics()), /headgate_controller_refused_resources.*"value":1/)
  served()
  await until(programmed, /^True Programmed/)
})

test('a controller that starts anew takes nothing back of what statuses say', async (t) => {
  const { fake, planes, programmed } = await open(t, () => 1)
  await planes.apply(put(gatewayClass, gateway()), [])
  planes.lead(true)
  await until(() => String(fake.get(deploymentKey) !== undefined), /true/)
  bringUp(fake)
  // No pod has said anything so far.
  await until(programmed, /^True Programmed/)
})

test('what stands in the way is told: someone else’s Service, a right that is missing', async (t) => {
  const { fake, planes, programmed } = await open(t)
  fake.put({ ...serviceKey, spec: { type: 'ClusterIP' } })
  await planes.apply(put(gatewayClass, gateway()), [])
  planes.lead(true)
  await until(programmed, /^False InfrastructureNotOwned: Service a\/g-c was made by someone else/)
  fake.refused.set('PATCH /api/v1/namespaces/a/services/g-c', 403)
  fake.delete(serviceKey)
  await until(programmed, /^False InfrastructureFailed: Service a\/g-c: Forbidden/)
})

test('a Gateway that is refused later keeps its pods; one that is gone loses them', async (t) => {
  const { fake, planes } = await open(t)
  await planes.apply(put(gatewayClass, gateway()), [])
  planes.lead(true)
  await until(() => String(fake.get(deploymentKey) !== undefined), /true/)
  const parametersRef = { group: 'example.com', kind: 'X', name: 'x' }
  await planes.apply(put(gateway({ infrastructure: { parametersRef } }, 2)), [])
  const other = { ...gateway(), metadata: { name: 'other', namespace: 'a', uid: 'u2', generation: 1 } }
  await planes.apply(put(other), [])
  const otherDeployment = { ...deploymentKey, metadata: { name: 'other-c', namespace: 'a' } }
  await until(() => String(fake.get(otherDeployment) !== undefined), /true/)
  assert.ok(fake.get(deploymentKey))
  await planes.apply([{ kind: 'delete', key: 'Gateway/a/other' }], [])
  await until(() => String(fake.get(otherDeployment) === undefined), /true/)
  assert.ok(fake.get(deploymentKey))
})
