import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:tls'
import { shop, wild } from '../../src/proxy/tls/certificates.fixture.ts'
import { startBackendProcess } from './backend-process.ts'
import { gatewayYaml, type HeadgateProcess, routeYaml, serviceYaml, startHeadgate } from './headgate-process.ts'
import { type Failure, type SteadyLoad, startLoad } from './steady-load.ts'

/** Nothing is lost while everything changes: backends, certificates, routes. Each backend is a process of its own. */

type Condition = 'ready' | 'terminating' | 'gone'

/** A Service whose endpoints are in the state that is given. */
function serviceWith(endpoints: readonly (readonly [port: number, condition: Condition])[]): string {
  const parts = [serviceYaml('a')]
  for (const [port, condition] of endpoints) {
    const isReady = condition === 'ready'
    const conditions = `{ ready: ${isReady}, serving: true, terminating: ${!isReady} }`
    parts.push(`apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: a-${port}, labels: { kubernetes.io/service-name: a } }
addressType: IPv4
ports: [{ name: http, port: ${port} }]
endpoints: [{ addresses: [127.0.0.1], conditions: ${conditions} }]
`)
  }
  return parts.join('---\n')
}

async function start(t: TestContext, files: Parameters<typeof startHeadgate>[0]) {
  // Of the requests only those that fail are written.
  const fields = 'time,client,method,status,why,failure,durationMs,backend,endpoint,tries'
  const log = ['--access-log', 'json', '--access-log-sample', '0', '--access-log-fields', fields]
  const headgate = await startHeadgate(files, ['--workers', '2', ...log])
  t.after(() => headgate.stop())
  return headgate
}

async function assertNoFailure(headgate: HeadgateProcess, loads: readonly SteadyLoad[]): Promise<void> {
  for (const load of loads) {
    await load.more(50)
    await load.stop()
  }
  const failures = loads.flatMap((load) => load.failures)
  const count = loads.reduce((sum, load) => sum + load.count, 0)
  if (failures.length > 0) await tellAll(headgate, failures, count)
}

/** Fails with what both ends know. */
async function tellAll(headgate: HeadgateProcess, failures: readonly Failure[], count: number): Promise<never> {
  // Lines of the access log come together, a few times a second.
  await sleep(1_000)
  const stories = failures.map(({ story }) => story).join('\n')
  const logs = `access log:\n${headgate.output()}\nlog:\n${headgate.log()}`
  assert.fail(`${failures.length} of ${count} requests failed\n${stories}\n${logs}`)
}

test('backends are replaced one after the other: ready first, then told to end, then gone', async (t) => {
  let current = await startBackendProcess(t, 'v0')
  const headgate = await start(t, (port) => ({
    'base.yaml': [gatewayYaml(port), routeYaml('web', 'a')].join('---\n'),
    'service.yaml': serviceWith([[current.port, 'ready']]),
  }))
  const url = `http://127.0.0.1:${headgate.port}/`
  const loads = [startLoad(t, url, { clients: 8 }), startLoad(t, url, { fresh: true })]
  for (let version = 1; version <= 5; version++) {
    const next = await startBackendProcess(t, `v${version}`)
    headgate.write(
      'service.yaml',
      serviceWith([
        [next.port, 'ready'],
        [current.port, 'ready'],
      ]),
    )
    await loads[0]!.hears(`200 v${version}`)
    // Kubernetes ends no pod before the next one is known to be ready; a worker that has not heard of it has nowhere else to go.
    await headgate.served()
    headgate.write(
      'service.yaml',
      serviceWith([
        [next.port, 'ready'],
        [current.port, 'terminating'],
      ]),
    )
    // The pod is told at the same moment; whoever hears of it first, no request may suffer.
    await current.end('SIGTERM')
    await loads[0]!.more(20)
    headgate.write('service.yaml', serviceWith([[next.port, 'ready']]))
    await loads[1]!.more(20)
    current = next
  }
  await assertNoFailure(headgate, loads)
  assert.ok(loads[0]!.answers.has('200 v5'))
})

test('an endpoint that terminates and still serves is used only when there is nothing else', async (t) => {
  const [old, young] = [await startBackendProcess(t, 'old'), await startBackendProcess(t, 'young')]
  const headgate = await start(t, (port) => ({
    'base.yaml': [gatewayYaml(port), routeYaml('web', 'a')].join('---\n'),
    'service.yaml': serviceWith([[old.port, 'terminating']]),
  }))
  const url = `http://127.0.0.1:${headgate.port}/`
  const load = startLoad(t, url)
  await load.more(50)
  assert.deepEqual([...load.answers.keys()], ['200 old'])
  headgate.write(
    'service.yaml',
    serviceWith([
      [old.port, 'terminating'],
      [young.port, 'ready'],
    ]),
  )
  await load.hears('200 young')
  await headgate.served()
  // Those under way may still end at the old one.
  await load.round()
  const before = load.answers.get('200 old')
  await load.more(100)
  assert.equal(load.answers.get('200 old'), before)
  await assertNoFailure(headgate, [load])
})

test('backends that crash: nothing fails but what they had in flight', async (t) => {
  const backends = await Promise.all(['a', 'b', 'c'].map((text) => startBackendProcess(t, text)))
  const headgate = await start(t, (port) => ({
    'base.yaml': [gatewayYaml(port), routeYaml('web', 'a')].join('---\n'),
    'service.yaml': serviceWith(backends.map(({ port }) => [port, 'ready'])),
  }))
  const load = startLoad(t, `http://127.0.0.1:${headgate.port}/`, { clients: 8 })
  await load.more(100)
  const crashes: { readonly from: number; readonly to: number }[] = []
  for (let i = 0; i < 6; i++) {
    const at = i % 3
    const { port } = backends[at]!
    const from = performance.now()
    await backends[at]!.end('SIGKILL')
    crashes.push({ from, to: performance.now() })
    await load.more(100)
    backends[at] = await startBackendProcess(t, 'abc'[at]!, port)
    await load.more(50)
  }
  await load.stop()
  // It was under way while its backend died, and is one of at most as many as there are clients.
  const other = load.failures.filter(
    ({ beganAt, endedAt }) => !crashes.some(({ from, to }) => beganAt <= to && endedAt >= from),
  )
  if (other.length > 0) await tellAll(headgate, other, load.count)
  if (load.failures.length > crashes.length * 8) await tellAll(headgate, load.failures, load.count)
})

test('a refused connection goes to another endpoint, also of a POST, which nobody has seen', async (t) => {
  const [alive, dead] = [await startBackendProcess(t, 'alive'), await startBackendProcess(t, 'dead')]
  await dead.end('SIGKILL')
  const headgate = await start(t, (port) => ({
    'base.yaml': [gatewayYaml(port), routeYaml('web', 'a')].join('---\n'),
    'service.yaml': serviceWith([
      [alive.port, 'ready'],
      [dead.port, 'ready'],
    ]),
  }))
  for (let i = 0; i < 30; i++) {
    const answer = await fetch(`http://127.0.0.1:${headgate.port}/`, { method: 'POST', body: 'once' })
    assert.equal(await answer.text(), 'alive')
  }
})

function secret({ chain, key }: { readonly chain: string; readonly key: string }): string {
  const [certificate, privateKey] = [chain, key].map((text) => Buffer.from(text).toString('base64'))
  return `apiVersion: v1
kind: Secret
metadata: { name: certificate }
type: kubernetes.io/tls
data: { tls.crt: ${certificate}, tls.key: ${privateKey} }
`
}

function shownCertificate(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'shop.test', rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN))
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

test('a certificate is replaced again and again under load, on kept connections and new ones', async (t) => {
  const backend = await startBackendProcess(t, 'a')
  const headgate = await start(t, (port) => ({
    'base.yaml': [
      gatewayYaml(port).replace(
        'protocol: HTTP }',
        'protocol: HTTPS, tls: { certificateRefs: [{ name: certificate }] } }',
      ),
      routeYaml('web', 'a'),
      serviceYaml('a', backend.port),
    ].join('---\n'),
    'secret.yaml': secret(wild),
  }))
  const url = `https://127.0.0.1:${headgate.port}/`
  const headers = { host: 'shop.test' }
  const loads = [startLoad(t, url, { headers }), startLoad(t, url, { headers, fresh: true })]
  for (let i = 0; i < 8; i++) {
    const [next, name] = i % 2 === 0 ? [shop, 'shop'] : [wild, 'wild']
    headgate.write('secret.yaml', secret(next))
    for (const end = Date.now() + 60_000; (await shownCertificate(headgate.port)) !== name; await sleep(10))
      assert.ok(Date.now() < end, `${name} is not shown\n${headgate.log()}`)
    await loads[1]!.more(10)
  }
  await assertNoFailure(headgate, loads)
})

test('routes come, change and go under load', async (t) => {
  const [a, b] = [await startBackendProcess(t, 'a'), await startBackendProcess(t, 'b')]
  const headgate = await start(t, (port) => ({
    'base.yaml': [gatewayYaml(port), serviceYaml('a', a.port), serviceYaml('b', b.port)].join('---\n'),
    'web.yaml': routeYaml('web', 'a'),
  }))
  const url = `http://127.0.0.1:${headgate.port}/`
  const loads = [startLoad(t, url, { clients: 8 }), startLoad(t, url, { fresh: true })]
  for (let i = 0; i < 20; i++) {
    const next = i % 2 === 0 ? 'b' : 'a'
    headgate.write('web.yaml', routeYaml('web', next))
    headgate.write(`other-${i % 5}.yaml`, routeYaml(`other-${i % 5}`, 'a', `  hostnames: [h${i}.test]`))
    await loads[0]!.hears(`200 ${next}`)
  }
  await assertNoFailure(headgate, loads)
  assert.deepEqual([...loads[0]!.answers.keys()].sort(), ['200 a', '200 b'])
})
