import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { shop as shopCertificate, wild } from '../../../src/proxy/tls/certificates.fixture.ts'
import { startLoad } from '../steady-load.ts'
import { api, awaitRollout, client, until } from './pod-cluster.ts'
import { assertNothingFailed, dataPlane, proxies, type RunningShop } from './running-shop.ts'
import { backend, host, parameters, route, secret } from './shop.ts'

/** What every data plane in pods lives through without its clients noticing. */

/** @param images by field of the parameters; all of them end on `-next` */
export async function playUpgrade(t: TestContext, shop: RunningShop, images: object): Promise<void> {
  const running = shop.loads(t)
  await running[0]!.more(50)
  await api.change(parameters(images))
  await until(async () => {
    const { spec } = await api.get(dataPlane)
    return JSON.stringify(spec).includes('-next')
  }, 'the Deployment is not changed')
  t.diagnostic(`rolled out in ${Math.round(await awaitRollout(dataPlane, 2))} ms`)
  await running[0]!.more(50)
  await assertNothingFailed(t, running)
}

/** From two pods to each of the counts, and back to two. */
export async function playScaling(t: TestContext, shop: RunningShop, counts: readonly number[]): Promise<void> {
  const running = shop.loads(t)
  // As an autoscaler does it: the number is its own.
  await api.change(parameters({ replicas: null, autoscaling: { maxReplicas: 4 } }))
  const scale = (count: number) =>
    client.request({
      method: 'PATCH',
      path: `${api.pathOf(dataPlane)}/scale`,
      contentType: 'application/merge-patch+json',
      body: { spec: { replicas: count } },
    })
  await until(async () => {
    const { managedFields = [] } = (await api.get(dataPlane)).metadata as {
      readonly managedFields?: readonly { readonly manager: string }[]
    }
    const own = managedFields.filter(({ manager }) => manager === 'headgate')
    return !JSON.stringify(own).includes('"f:replicas"')
  }, 'we still say how many')
  for (const count of counts) {
    await scale(count)
    await awaitRollout(dataPlane, count)
    await running[0]!.more(50)
  }
  await api.change(parameters({ replicas: 2, autoscaling: null }))
  await awaitRollout(dataPlane, 2)
  await assertNothingFailed(t, running)
}

/** Routes, certificates and backends, all the time; the pods stay ready. */
export async function playChanges(t: TestContext, shop: RunningShop): Promise<void> {
  // That a pod is busy with a change is no reason to send its clients away: all of them get the change at once.
  const probes = (await proxies()).map(({ ip }) => startLoad(t, `http://${ip}:9900/readyz`, { clients: 1 }))
  const clients = shop.loads(t)
  const changes = (async () => {
    for (let i = 0; i < 20; i++) {
      await api.change(route('shop', host, i % 2 === 0 ? 'b' : 'a'))
      await api.change(secret(i % 2 === 0 ? wild : shopCertificate))
      await sleep(300)
    }
  })()
  for (const letter of ['a', 'b']) await api.change(backend(letter, '2')[0])
  for (const letter of ['a', 'b']) await awaitRollout(backend(letter)[0], 2)
  await changes
  await clients[0]!.more(20)
  await assertNothingFailed(t, [...probes, ...clients])
  assert.deepEqual([...clients[0]!.answers.keys()].sort(), ['200 a', '200 b'])
}
