import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { FeedClient } from '../../src/feed/index.ts'
import { FakeApiServer } from '../../src/kube/fake-api-server.fixture.ts'
import { infrastructureName } from '../../src/kube/index.ts'
import { classObject, gatewayObject, routeObject, serviceObjects } from '../e2e/fake-cluster.ts'
import { freePort } from '../e2e/headgate-process.ts'

/**
 * What the feed costs between processes (Linux): `node test/bench/feed-processes.ts [ROUTES] [PROXIES]`. The whole way of a change, from
 * the API server to the first answer of a proxy that knows it, and the memory of a controller with idle proxies.
 */
const [routes = 5_000, proxies = 100] = process.argv.slice(2).map(Number)
const changes = 200

const folder = mkdtempSync(path.join(tmpdir(), 'headgate-bench-feed-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const file = (name: string) => path.join(folder, name)
const [feedPort, port] = [await freePort(), await freePort()]
const fake = await FakeApiServer.start()
const [before, after] = [await backend('before'), await backend('after')]
const objects = [
  classObject(),
  gatewayObject('one', port),
  ...Array.from({ length: routes }, (_, i) => routeObject('one', { name: `r${i}`, prefix: `/p${i}` })),
  ...serviceObjects('s', before),
  ...serviceObjects('t', after),
]
for (const object of objects) fake.put(object)
fake.tokens.set('token', `a:${infrastructureName('one', 'headgate')}`)
writeFileSync(file('token'), 'token')

const controller = start(['test/e2e/feed-controller.ts', fake.url.href, String(feedPort), file('ca.crt')])
await once(controller.stdout!, 'data')
const proxy = start([
  ...['src/apps/headgate.ts', 'proxy', '--gateway', 'a/one', '--feed', `127.0.0.1:${feedPort}`, '--bind', '127.0.0.1'],
  ...['--feed-ca', file('ca.crt'), '--feed-token', file('token'), '--state', file('state'), '--state-key', file('key')],
  ...['--workers', '1', '--admin', 'off'],
])
const agent = new Agent({ keepAlive: true })
while ((await ask('/p0')) !== 'before') await sleep(50)

const took: number[] = []
for (let i = 0; i < changes; i++) {
  const route = (i * 37) % routes
  const from = performance.now()
  fake.put(routeObject('one', { name: `r${route}`, prefix: `/p${route}`, service: 't', generation: i + 2 }))
  while ((await ask(`/p${route}`)) !== 'after') await new Promise((resolve) => setImmediate(resolve))
  took.push(performance.now() - from)
  await sleep(5)
}
took.sort((a, b) => a - b)
const percentile = (share: number) => took[Math.floor(took.length * share)]!.toFixed(1)
console.log(`change to first answer at ${routes} routes: p50 ${percentile(0.5)} ms, p99 ${percentile(0.99)} ms`)
console.log(`memory: controller ${memoryOf(controller)} MiB, proxy ${memoryOf(proxy)} MiB, from source`)

let served = 0
const from = performance.now()
for (let i = 0; i < proxies; i++) {
  const client = new FeedClient({
    resolve: async () => [{ host: '127.0.0.1', port: feedPort }],
    trust: () => readFileSync(file('ca.crt'), 'utf8'),
    token: () => 'token',
    gateway: 'a/one',
    proxy: `proxy-${i}`,
    lastGood: undefined,
    apply: async () => {
      served++
      return []
    },
    onLog: () => {},
  })
  void client.start()
}
while (served < proxies) await sleep(10)
console.log(
  `${proxies} more proxies at once: ${(performance.now() - from).toFixed(0)} ms until the last has everything`,
)
await sleep(10_000)
console.log(`memory of the controller with them: ${memoryOf(controller)} MiB`)
process.exit()

function start(args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  // However we end.
  process.on('exit', () => child.kill('SIGKILL'))
  return child
}

async function backend(text: string): Promise<number> {
  const server = createServer((_, response) => response.end(text)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function ask(target: string): Promise<string> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: target, agent }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve(text))
    })
    request.on('error', (error) => resolve(error.message))
  })
}

function memoryOf({ pid }: ChildProcess): string {
  const [, kib] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return (Number(kib) / 1_024).toFixed(0)
}
