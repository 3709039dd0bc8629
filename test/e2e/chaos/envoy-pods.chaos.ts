import { after, before, test } from 'node:test'
import { KubeError } from '#kube'
import { awaitRollout, client, until } from './pod-cluster.ts'
import { noRedis } from './redis-pod.ts'
import { playChanges, playScaling, playUpgrade } from './rollouts.ts'
import { assertNothingFailed, dataPlane, explainFailures, proxies, RunningShop } from './running-shop.ts'
import { playSharedLimit } from './shared-limit.ts'
import { namespace } from './shop.ts'

/** A fleet of Envoys in pods, each beside our proxy, rolled, scaled and evicted below its clients. Run by run.ts, in the rig. */

let shop: RunningShop

before(async () => {
  shop = await RunningShop.open({ plane: 'envoy', replicas: 2, workers: 1, pod: { imagePullPolicy: 'Never' } })
})

after(() => shop?.close())

explainFailures(() => shop)

test('Envoy and the proxy beside it are upgraded: nothing fails', (t) =>
  playUpgrade(t, shop, { pod: { image: 'headgate-next' }, envoy: { image: 'envoy-next' } }))

test('more Envoys, then fewer: nothing fails', (t) => playScaling(t, shop, [3, 1]))

test('certificates, routes and backends change and are rolled: nothing fails', (t) => playChanges(t, shop))

test(
  'a limit over all pods is counted in Redis, exactly; without Redis everybody passes',
  { skip: noRedis },
  playSharedLimit,
)

/** As whoever empties a node asks for it. @returns whether the disruption budget allows it now */
async function evict(name: string): Promise<boolean> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } }
  try {
    await client.request({ method: 'POST', path, body })
    return true
  } catch (error) {
    if (error instanceof KubeError && error.status === 429) return false
    throw error
  }
}

test('nodes are emptied, one pod after the other: nothing fails', async (t) => {
  const running = shop.loads(t)
  await running[0]!.more(50)
  for (const { name } of await proxies()) {
    await until(() => evict(name), `${name} may not go`)
    await until(async () => (await proxies()).every((pod) => pod.name !== name), `${name} does not go`)
    await awaitRollout(dataPlane, 2)
  }
  await running[0]!.more(50)
  await assertNothingFailed(t, running)
})
