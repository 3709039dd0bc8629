import assert from 'node:assert/strict'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { noRedis, TestRedis } from '../../redis-server.ts'
import { gatewayYaml, type HeadgateProcess, routeYaml, serviceYaml, startHeadgate } from '../headgate-process.ts'
import { installEnvoy } from './install-envoy.ts'

async function start(t: TestContext, options: readonly string[]): Promise<HeadgateProcess> {
  const backend = createServer((_, response) => response.end('fine'))
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    backend.close()
    backend.closeAllConnections()
  })
  const policy = `apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: fair }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: r }]
  rateLimit:
    global:
      rules: [{ limit: { requests: 100, unit: Day } }]
`
  const headgate = await startHeadgate(
    (port) => ({
      'gateway.yaml': gatewayYaml(port),
      'a.yaml': serviceYaml('a', (backend.address() as AddressInfo).port),
      'route.yaml': routeYaml('r', 'a'),
      'policy.yaml': policy,
    }),
    options,
  )
  t.after(() => headgate.stop())
  return headgate
}

function ask(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode))
    }).on('error', reject)
  })
}

describe('global limits on Envoy', { skip: noRedis ?? false, concurrency: false }, () => {
  test('Envoy and our own proxy count together', async (t) => {
    await using redis = await TestRedis.start()
    const options = ['--redis', redis.url, '--redis-timeout', '5s', '--workers', '1']
    const envoy = await start(t, [...options, '--plane', 'envoy', '--envoy', await installEnvoy()])
    const own = await start(t, options)
    const statuses: (number | undefined)[] = []
    for (let i = 0; i < 60; i++) statuses.push(await ask(envoy.port), await ask(own.port))
    assert.deepEqual(
      [200, 429].map((status) => statuses.filter((one) => one === status).length),
      [100, 20],
    )
  })

  for (const [down, status] of [
    ['open', 200],
    ['closed', 503],
  ] as const)
    test(`Redis is away: ${down}, in bounded time`, async (t) => {
      await using redis = await TestRedis.start()
      const options = ['--redis', redis.url, '--redis-down', down, '--plane', 'envoy', '--envoy', await installEnvoy()]
      const headgate = await start(t, options)
      assert.equal(await ask(headgate.port), 200)
      redis.freeze()
      const begin = performance.now()
      for (let i = 0; i < 20; i++) assert.equal(await ask(headgate.port), status)
      assert.ok(performance.now() - begin < 10_000)
      await redis.stop()
      assert.equal(await ask(headgate.port), status)
      await redis.start()
      for (let tries = 0; (await ask(headgate.port)) !== 200; tries++) assert.ok(tries < 2_000)
    })
})
