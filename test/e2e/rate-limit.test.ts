import assert from 'node:assert/strict'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { noRedis, TestRedis } from '../redis-server.ts'
import { gatewayYaml, type HeadgateProcess, routeYaml, serviceYaml, startHeadgate } from './headgate-process.ts'

const backend = createServer((_, response) => response.end('fine'))
before(() => new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve)))
after(() => {
  backend.close()
  backend.closeAllConnections()
})

function policyYaml(place: 'local' | 'global', requests: number, unit: string): string {
  return `apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: fair }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: r }]
  rateLimit: { ${place}: { rules: [{ limit: { requests: ${requests}, unit: ${unit} } }] } }
`
}

function start(policy: string, options: readonly string[] = []): Promise<HeadgateProcess> {
  const { port: endpoint } = backend.address() as AddressInfo
  return startHeadgate(
    (port) => ({
      'gateway.yaml': gatewayYaml(port),
      'a.yaml': serviceYaml('a', endpoint),
      'route.yaml': routeYaml('r', 'a'),
      'policy.yaml': policy,
    }),
    ['--workers', '2', ...options],
  )
}

function get(port: number, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    })
      .on('error', reject)
      .end()
  })
}

function secondNow(): number {
  return Math.floor(Date.now() / 1_000)
}

/** Asks over so many connections at once, as long as `more` says. @returns how often each status came */
async function load(
  ports: readonly number[],
  more: (sent: number) => boolean,
  heard: (status: number, sentIn: number) => void = () => {},
): Promise<Map<number, number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  const counts = new Map<number, number>()
  let sent = 0
  const client = async (port: number) => {
    while (more(sent++)) {
      const sentIn = secondNow()
      const status = await get(port, agent)
      heard(status, sentIn)
      counts.set(status, (counts.get(status) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: 32 }, (_, i) => client(ports[i % ports.length]!)))
  agent.destroy()
  return counts
}

test('2,000 a year are 2,000 with two workers, not one more or less', async () => {
  const headgate = await start(policyYaml('local', 2_000, 'Year'))
  try {
    const counts = await load([headgate.port], (sent) => sent < 6_000)
    assert.deepEqual(Object.fromEntries(counts), { 200: 2_000, 429: 4_000 })
  } finally {
    await headgate.stop()
  }
})

test('100 a second are 100 with two workers', async () => {
  const headgate = await start(policyYaml('local', 100, 'Second'))
  try {
    const begin = secondNow()
    /** Seconds in which a request was sent and refused: their hundred had passed by then. */
    const full = new Set<number>()
    const heard = (status: number, sentIn: number) => {
      if (status === 429 && sentIn === secondNow()) full.add(sentIn)
    }
    const end = Date.now() + 60_000
    const counts = await load([headgate.port], () => full.size < 3 && Date.now() < end, heard)
    const windows = secondNow() - begin + 1
    const passed = counts.get(200)!
    assert.ok(full.size >= 3, `${full.size} of ${windows} seconds were full, with ${passed} requests passed`)
    assert.ok(passed <= windows * 100, `${passed} in ${windows} seconds`)
    assert.ok(passed >= full.size * 100, `${passed} in ${full.size} full seconds`)
  } finally {
    await headgate.stop()
  }
})

describe('with Redis', { skip: noRedis ?? false }, () => {
  test('two data planes with two workers each count together', async () => {
    await using redis = await TestRedis.start()
    const options = ['--redis', redis.url, '--redis-timeout', '10s']
    const planes = await Promise.all([1, 2].map(() => start(policyYaml('global', 1_000, 'Day'), options)))
    try {
      const counts = await load(
        planes.map(({ port }) => port),
        (sent) => sent < 3_000,
      )
      assert.deepEqual(Object.fromEntries(counts), { 200: 1_000, 429: 2_000 })
    } finally {
      await Promise.all(planes.map((plane) => plane.stop()))
    }
  })

  for (const [down, status] of [
    ['open', 200],
    ['closed', 503],
  ] as const)
    test(`Redis is gone, and requests hear ${status} (${down}); no one waits for long`, async () => {
      await using redis = await TestRedis.start()
      const options = ['--redis', redis.url, '--redis-down', down]
      const headgate = await start(policyYaml('global', 1_000_000, 'Day'), options)
      try {
        const agent = new Agent()
        redis.freeze()
        const begin = performance.now()
        for (let i = 0; i < 20; i++) assert.equal(await get(headgate.port, agent), status)
        // Without the limit of its waiting for Redis each request would hang.
        assert.ok(performance.now() - begin < 60_000)
        await redis.stop()
        for (let i = 0; i < 20; i++) assert.equal(await get(headgate.port, agent), status)
        await headgate.logged(/Redis is away/)
        await redis.start()
        for (const end = Date.now() + 60_000; (await get(headgate.port, agent)) !== 200; ) assert.ok(Date.now() < end)
      } finally {
        await headgate.stop()
      }
    })
})

test('without Redis a global limit is refused with what to do, and the route is served', async () => {
  const headgate = await start(policyYaml('global', 0, 'Day'))
  try {
    await headgate.logged(/BackendTrafficPolicy default\/fair .*Accepted=False.*--redis URL/)
    assert.equal(await get(headgate.port, new Agent()), 200)
  } finally {
    await headgate.stop()
  }
})
