import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { FakeApiServer } from '../../src/kube/fake-api-server.fixture.ts'
import { freePort } from './headgate-process.ts'

/** The whole program against a cluster: `headgate controller` in host mode, on addresses of loopback. */

const v1 = 'gateway.networking.k8s.io/v1'
const controllerName = 'headgate.dev/gateway-controller'
const gatewayClass = {
  apiVersion: v1,
  kind: 'GatewayClass',
  metadata: { name: 'headgate', generation: 1 },
  spec: { controllerName },
}

function gateway(name: string, port: number, fields: object = {}) {
  const listener = { name: 'http', port, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'Same' } } }
  const spec = { gatewayClassName: 'headgate', listeners: [listener], ...fields }
  return {
    apiVersion: v1,
    kind: 'Gateway',
    metadata: { name, namespace: 'a', generation: 1, uid: `uid-${name}` },
    spec,
  }
}

function route(parent: string) {
  const rules = [
    {
      matches: [{ path: { type: 'PathPrefix', value: '/' } }],
      backendRefs: [{ group: '', kind: 'Service', name: 's', port: 80, weight: 1 }],
    },
  ]
  const spec = { parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: parent }], rules }
  return { apiVersion: v1, kind: 'HTTPRoute', metadata: { name: 'r', namespace: 'a', generation: 1 }, spec }
}

function service(port: number) {
  const ports = [{ name: 'http', port: 80, targetPort: port, protocol: 'TCP' }]
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 's', namespace: 'a' }, spec: { type: 'ClusterIP', ports } },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 's-1', namespace: 'a', labels: { 'kubernetes.io/service-name': 's' } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port, protocol: 'TCP' }],
      endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
    },
  ]
}

async function prepare(t: TestContext) {
  const fake = await FakeApiServer.start()
  const folder = mkdtempSync(path.join(tmpdir(), 'headgate-controller-'))
  const kubeconfig = path.join(folder, 'kubeconfig')
  const cluster = { name: 'c', cluster: { server: fake.url.href } }
  const contexts = [{ name: 'x', context: { cluster: 'c', user: 'u' } }]
  const users = [{ name: 'u', user: { token: 't' } }]
  writeFileSync(kubeconfig, JSON.stringify({ 'current-context': 'x', contexts, clusters: [cluster], users }))
  const running: ChildProcess[] = []
  t.after(async () => {
    for (const child of running) await end(child)
    await fake.stop()
    rmSync(folder, { recursive: true })
  })
  const start = () => {
    const words = ['--host-mode', '--address-pool', '127.88.0.0/24', '--kubeconfig', kubeconfig, '--admin', 'off']
    const child = spawn(process.execPath, ['src/apps/headgate.ts', 'controller', ...words, '--workers', '1'])
    child.stderr.setEncoding('utf8').on('data', (text: string) => process.env.SHOW_LOG && console.error(text))
    running.push(child)
    return child
  }
  return { fake, start }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

interface GatewayStatus {
  readonly addresses?: readonly { readonly value: string }[]
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason: string }[]
}

function statusOf(fake: FakeApiServer, object: Parameters<FakeApiServer['get']>[0]): GatewayStatus {
  return (fake.get(object)?.status ?? {}) as GatewayStatus
}

function condition(status: GatewayStatus, type: string): string | undefined {
  return status.conditions?.find((one) => one.type === type)?.status
}

async function until<T>(what: () => T | undefined | false, message: () => string): Promise<T> {
  for (let i = 0; i < 1_000; i++) {
    const found = what()
    if (found) return found
    await sleep(10)
  }
  assert.fail(message())
}

async function untilAnswered(url: string): Promise<string> {
  for (let i = 0; i < 500; i++) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return answer.text()
    await sleep(20)
  }
  assert.fail(`no answer from ${url}`)
}

test('a Gateway gets an address of the pool, traffic, and a status that says so; both survive the controller', async (t) => {
  const { fake, start } = await prepare(t)
  const backend = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1')
  await once(backend, 'listening')
  t.after(() => backend.close())
  const port = await freePort()
  const one = gateway('one', port, { infrastructure: { labels: { team: 'shop' } } })
  for (const object of [gatewayClass, one, route('one'), ...service((backend.address() as AddressInfo).port)])
    fake.put(object)

  const first = start()
  const programmed = () => condition(statusOf(fake, one), 'Programmed') === 'True' && statusOf(fake, one).addresses?.[0]
  const address = await until(programmed, () => `not programmed: ${JSON.stringify(fake.get(one)?.status)}`)
  assert.match(address.value, /^127\.88\.0\.\d+$/)
  assert.equal(condition(statusOf(fake, gatewayClass), 'Accepted'), 'True')
  assert.equal(await (await fetch(`http://${address.value}:${port}/`)).text(), 'hello')

  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'one-headgate', namespace: 'a' } }
  const made = await until(
    () => fake.get(account)?.metadata,
    () => 'no ServiceAccount',
  )
  assert.equal(made.labels?.team, 'shop')
  assert.equal(made.labels?.['gateway.networking.k8s.io/gateway-name'], 'one')

  await end(first)
  assert.equal(first.exitCode, 0)
  const statusWrites = () => fake.requests.filter((one) => one.startsWith('PATCH') && one.endsWith('/status')).length
  const before = statusWrites()
  start()
  const url = `http://${address.value}:${port}/`
  assert.equal(await untilAnswered(url), 'hello')
  await sleep(300)
  assert.equal(statusWrites(), before, 'a controller that finds everything as it should be writes nothing')
})

test('an address that this machine does not have is said to be not usable', async (t) => {
  const { fake, start } = await prepare(t)
  const port = await freePort()
  const addresses = [{ type: 'IPAddress', value: '192.0.2.1' }]
  const lost = gateway('lost', port, { addresses })
  fake.put(gatewayClass)
  fake.put(lost)
  start()
  const reason = () => statusOf(fake, lost).conditions?.find(({ type }) => type === 'Programmed')?.reason
  await until(
    () => reason() === 'AddressNotUsable',
    () => `Programmed: ${reason()}`,
  )
})
