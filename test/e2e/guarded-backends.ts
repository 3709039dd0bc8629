import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startBackendProcess } from './backend-process.ts'
import { gatewayYaml, routeYaml, serviceYaml, startHeadgate } from './headgate-process.ts'
import { startLoad } from './steady-load.ts'

/** What the tests on both planes do to backends that policies watch over. */

function policyYaml(spec: string): string {
  return `apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: watch }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: web }]
${spec}`
}

async function serve(t: TestContext, ports: readonly number[], spec: string, options: readonly string[]) {
  const headgate = await startHeadgate(
    (port) => ({
      'base.yaml': [gatewayYaml(port), routeYaml('web', 'a'), serviceYaml('a', ...ports), policyYaml(spec)].join(
        '---\n',
      ),
    }),
    options,
  )
  t.after(() => headgate.stop())
  return { headgate, url: `http://127.0.0.1:${headgate.port}/` }
}

/** Crash, drain and come back, one after the other, under load. Nothing may fail: retries are there for what was in flight. */
export async function survivesCrashes(t: TestContext, options: readonly string[]): Promise<void> {
  const backends = await Promise.all(['a', 'b', 'c'].map((text) => startBackendProcess(t, text)))
  const { headgate, url } = await serve(
    t,
    backends.map(({ port }) => port),
    `  retry: { numRetries: 3, retryOn: { triggers: [connect-failure, reset, refused-stream, retriable-status-codes], httpStatusCodes: [503] } }
  circuitBreaker: { maxParallelRequests: 200, maxParallelRetries: 50 }
  loadBalancer: { type: LeastRequest }
  healthCheck:
    passive: { consecutive5XxErrors: 3, baseEjectionTime: 1s, interval: 1s, maxEjectionPercent: 50 }
`,
    options,
  )
  const load = startLoad(t, url, { clients: 8 })
  await load.more(100)
  for (let i = 0; i < 6; i++) {
    const at = i % 3
    const { port } = backends[at]!
    await backends[at]!.end(i < 3 ? 'SIGKILL' : 'SIGTERM')
    await load.more(60)
    backends[at] = await startBackendProcess(t, 'abc'[at]!, port)
    await load.hears(`200 ${'abc'[at]}`)
  }
  await load.stop()
  assert.deepEqual(
    load.failures.map(({ story }) => story),
    [],
    `of ${load.count}\n${headgate.log()}`,
  )
}

/** Detectors that notice attempts which ran out of their time, each in its own way. */
export const slowness = {
  gatewayErrors: 'consecutive5XxErrors: 5, consecutiveGatewayErrors: 3',
  localFailures: 'consecutive5XxErrors: 5, splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 3',
} as const

/** A backend that stops answering is left out, and asked again when its time is over. */
export async function leavesTheSlow(
  t: TestContext,
  options: readonly string[],
  by: keyof typeof slowness = 'gatewayErrors',
): Promise<void> {
  const held: ServerResponse[] = []
  let isSlow = false
  let asked = 0
  const slow = createServer((_, response) => {
    asked++
    if (isSlow) held.push(response)
    else response.end('slow')
  })
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    slow.close()
    slow.closeAllConnections()
  })
  const fast = await Promise.all(['x', 'y'].map((text) => startBackendProcess(t, text)))
  const { url } = await serve(
    t,
    [(slow.address() as AddressInfo).port, ...fast.map(({ port }) => port)],
    `  retry: { numRetries: 2, perRetry: { timeout: 1s }, retryOn: { triggers: [connect-failure, reset, retriable-status-codes], httpStatusCodes: [504] } }
  healthCheck:
    passive: { ${slowness[by]}, baseEjectionTime: 2s, interval: 1s, maxEjectionPercent: 50 }
`,
    options,
  )
  const load = startLoad(t, url, { clients: 8 })
  while (!load.answers.has('200 slow')) await load.more(1)
  isSlow = true
  while (held.length < 3) await load.more(1)
  // From here those in flight run out of their time, and then nobody asks.
  let quiet = false
  for (let tries = 0; !quiet; tries++) {
    assert.ok(tries < 200, 'the slow one is asked on and on')
    const before = asked
    await load.more(60)
    quiet = asked === before
  }
  isSlow = false
  for (const response of held.splice(0)) response.end('late')
  await load.hears('200 slow')
  await load.stop()
  const failed = load.failures.map(({ story }) => story)
  assert.deepEqual(failed, [], `of ${load.count}`)
}

/** What hangs fills the breaker, and the next one hears so at once. */
export async function answersPendingAtOnce(t: TestContext, options: readonly string[]): Promise<void> {
  const held: ServerResponse[] = []
  const backend = createServer((_, response) => void held.push(response))
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    backend.close()
    backend.closeAllConnections()
  })
  const { url } = await serve(
    t,
    [(backend.address() as AddressInfo).port],
    '  circuitBreaker: { maxParallelRequests: 5 }\n',
    options,
  )
  const asking = Array.from({ length: 5 }, () => fetch(url).then((answer) => answer.text()))
  for (let tries = 0; held.length < 5; tries++) {
    assert.ok(tries < 10_000)
    await sleep(5)
  }
  // Over all workers: new connections go to either of them.
  for (let i = 0; i < 20; i++) {
    const answer = await fetch(url, { headers: { connection: 'close' } })
    assert.equal(answer.status, 503)
    await answer.text()
  }
  assert.equal(held.length, 5)
  for (const response of held.splice(0)) response.end('fine')
  assert.deepEqual(await Promise.all(asking), ['fine', 'fine', 'fine', 'fine', 'fine'])
  const again = fetch(url).then((answer) => answer.text())
  for (let tries = 0; held.length < 1; tries++) {
    assert.ok(tries < 10_000, 'the places are not given back')
    await sleep(5)
  }
  held.pop()!.end('again')
  assert.equal(await again, 'again')
}
