import assert from 'node:assert/strict'
import { get } from 'node:http'
import type { TestContext } from 'node:test'
import type { Manifest } from '../../bench/cluster/objects.ts'
import { api, awaitRollout, until } from './pod-cluster.ts'
import { redisOf } from './redis-pod.ts'
import { type Pod, proxies } from './running-shop.ts'
import { namespace, route } from './shop.ts'

/** A limit that holds for all pods of a Gateway together, on every plane. */

const hostname = 'limited.test'
const target = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'limited' }

function policy(requests: number): Manifest {
  // The window does not end while we look.
  const rule = { limit: { requests, unit: 'Year' } }
  return {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'BackendTrafficPolicy',
    metadata: { name: 'limited', namespace },
    spec: { targetRefs: [target], rateLimit: { type: 'Global', global: { rules: [rule] } } },
  }
}

interface LimitedAnswer {
  readonly status: number
  /** The answer tells of the limit: the request was counted. */
  readonly isCounted: boolean
}

function askLimited({ ip }: Pod): Promise<LimitedAnswer> {
  return new Promise((resolve, reject) => {
    const options = { host: ip, port: 64_592, agent: false, timeout: 30_000, headers: { host: hostname } }
    const request = get(options, (response) => {
      response.resume()
      resolve({ status: response.statusCode ?? 0, isCounted: 'x-ratelimit-limit' in response.headers })
    })
    request.on('timeout', () => request.destroy(new Error(`${ip} does not answer`)))
    request.on('error', reject)
  })
}

/** Asks all pods in turn until each has refused: so many requests were counted and let through as are allowed. */
async function useUp(t: TestContext, pods: readonly Pod[], allowed: number): Promise<void> {
  const passed = pods.map(() => 0)
  const refused = new Set<Pod>()
  await until(async () => {
    for (const [i, pod] of pods.entries()) {
      const { status, isCounted } = await askLimited(pod)
      if (status === 200 && isCounted) passed[i]!++
      if (status === 429) refused.add(pod)
    }
    return refused.size === pods.length
  }, 'not every pod refuses')
  t.diagnostic(`${allowed} requests a year, let through by pods: ${passed}`)
  assert.equal(
    passed.reduce((sum, one) => sum + one, 0),
    allowed,
  )
}

/** A limit for all pods together; then without Redis, when everybody passes; then with one that begins anew. */
export async function playSharedLimit(t: TestContext): Promise<void> {
  await api.create(policy(20))
  await api.create(route('limited', hostname))
  const pods = await proxies()
  await useUp(t, pods, 20)

  await api.change(redisOf(0))
  await awaitRollout(redisOf(0), 0)
  // Of another limit nobody remembers that it is used up.
  await api.change(policy(21))
  for (const pod of pods)
    await until(async () => {
      const { status, isCounted } = await askLimited(pod)
      return status === 200 && !isCounted
    }, `${pod.name} refuses what it can't count`)
  await api.change(redisOf(1))
  await awaitRollout(redisOf(1), 1)
  await useUp(t, pods, 21)
}
