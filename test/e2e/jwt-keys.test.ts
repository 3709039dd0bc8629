import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type FilterNode, type Snapshot, wholeDelta } from '#ir'
import { WorkerFleet } from '#proxy'
import { keySet, makeToken } from '../../src/features/jwt/tokens.fixture.ts'
import { listener, route, snapshotOf } from '../../src/proxy/plane.fixture.ts'
import { freePort, gatewayYaml, routeYaml, serviceYaml, startHeadgate } from './headgate-process.ts'

/** Counts who asks for its keys. */
class Issuer {
  readonly askedAt: number[] = []
  keys = keySet
  readonly server: Server = createServer((_request, response) => {
    this.askedAt.push(performance.now())
    response.end(this.keys)
  })

  async listen(t: TestContext): Promise<number> {
    this.server.listen(0, '127.0.0.1')
    await once(this.server, 'listening')
    t.after(() => this.close())
    return (this.server.address() as AddressInfo).port
  }

  close(): void {
    this.server.close()
    this.server.closeAllConnections()
  }
}

async function backend(t: TestContext): Promise<number> {
  const server = createServer((_request, response) => response.end('fine'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}

const token = makeToken({ iss: 'i', sub: 'ann' })

/** On connections of their own, so that every worker gets some. */
async function ask(port: number, times: number, authorization = `Bearer ${token}`): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {}
  const one = async () => {
    const headers = { authorization, connection: 'close' }
    const { status } = await fetch(`http://127.0.0.1:${port}/`, { headers })
    statuses[status] = (statuses[status] ?? 0) + 1
  }
  await Promise.all(Array.from({ length: times }, one))
  return statuses
}

async function startFleet(t: TestContext, issuer: Issuer, cacheMs: number) {
  const [port, keysPort, backendPort] = [await freePort(), await issuer.listen(t), await backend(t)]
  const keys = { kind: 'remote', backend: 'issuer', uri: 'http://issuer.test/keys', cacheMs, failedMs: 100 }
  const from = { headers: [{ name: 'authorization', prefix: 'Bearer ' }], params: [], cookies: [] }
  const provider = { name: 'p', issuer: 'i', audiences: [], keys, claimToHeaders: [], from }
  const node: FilterNode = { kind: 'jwt', ...{ providers: [provider], lets: 'verified' } }
  const listeners = [listener(port)]
  const routes = [route('r', { listener: listeners[0]!.key, filters: [node] })]
  const snapshot: Snapshot = snapshotOf(listeners, routes, { a: [backendPort], issuer: [keysPort] })
  const problems: string[] = []
  const fleet = new WorkerFleet({
    entry: new URL('../../src/apps/worker.ts', import.meta.url),
    workers: 2,
    bind: ['127.0.0.1'],
    onLog: () => {},
    onProblem: (message) => problems.push(message),
  })
  t.after(() => fleet.stop())
  await fleet.apply(wholeDelta(snapshot), snapshot)
  return { fleet, port, problems }
}

test('one worker fetches for all, and a new one starts with the keys of the others', async (t) => {
  const issuer = new Issuer()
  const { fleet, port, problems } = await startFleet(t, issuer, 600_000)
  assert.deepEqual(await ask(port, 30), { 200: 30 })
  assert.equal(issuer.askedAt.length, 1)
  issuer.close()
  for (const row of [0, 1]) {
    problems.length = 0
    fleet.kill(row)
    const until = Date.now() + 60_000
    while ((problems.length === 0 || !fleet.ready) && Date.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 5))
    assert.deepEqual(await ask(port, 30), { 200: 30 }, 'the issuer is away, and nobody needs it')
  }
  assert.equal(issuer.askedAt.length, 1)
})

test('the issuer is asked once for each time that keys are kept, and old keys serve while it is away', async (t) => {
  const issuer = new Issuer()
  const { port } = await startFleet(t, issuer, 300)
  const until = Date.now() + 60_000
  while (issuer.askedAt.length < 4 && Date.now() < until) assert.deepEqual(await ask(port, 10), { 200: 10 })
  const gaps = issuer.askedAt.slice(1, 4).map((at, i) => at - issuer.askedAt[i]!)
  assert.equal(gaps.length, 3)
  assert.ok(
    gaps.every((gap) => gap >= 299),
    `${gaps}`,
  )
  issuer.close()
  const end = performance.now() + 1_000
  while (performance.now() < end) assert.deepEqual(await ask(port, 10), { 200: 10 })
})

test('unknown key ids at two workers do not make the issuer busy', async (t) => {
  const issuer = new Issuer()
  const { port } = await startFleet(t, issuer, 600_000)
  assert.deepEqual(await ask(port, 10), { 200: 10 })
  const strange = makeToken({ iss: 'i' }, { alg: 'EdDSA', kid: 'new' })
  for (let i = 0; i < 5; i++) assert.deepEqual(await ask(port, 20, `Bearer ${strange}`), { 401: 20 })
  const allowed = 1 + Math.floor((performance.now() - issuer.askedAt[0]!) / 9_000)
  assert.ok(issuer.askedAt.length <= allowed, `${issuer.askedAt}`)
})

test('the whole program with two workers fetches once', async (t) => {
  const issuer = new Issuer()
  const [keysPort, backendPort] = [await issuer.listen(t), await backend(t)]
  const policy = `apiVersion: gateway.envoyproxy.io/v1alpha1
kind: SecurityPolicy
metadata: { name: p }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: r }]
  jwt:
    providers:
      - name: p
        issuer: i
        remoteJWKS: { uri: "http://issuer.test/keys", backendRefs: [{ name: issuer, port: 80 }] }
`
  const headgate = await startHeadgate(
    (port) => ({
      'gw.yaml': gatewayYaml(port),
      'r.yaml': routeYaml('r', 'a'),
      'a.yaml': serviceYaml('a', backendPort),
      'issuer.yaml': serviceYaml('issuer', keysPort),
      'policy.yaml': policy,
    }),
    ['--workers', '2'],
  )
  t.after(() => headgate.stop())
  assert.deepEqual(await ask(headgate.port, 30), { 200: 30 })
  assert.deepEqual(await ask(headgate.port, 2, 'Bearer x'), { 401: 2 })
  assert.equal(issuer.askedAt.length, 1)
})
