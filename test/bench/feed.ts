import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { listenerOf, put, routeOf, startServer, testProxy, until } from '../../src/feed/feed.fixture.ts'
import { frame } from '../../src/feed/frames.ts'
import { SnapshotSplitter } from '../../src/feed/snapshot-splitter.ts'
import { updateTexts } from '../../src/feed/update-texts.ts'
import { noChange, type Route } from '../../src/ir/index.ts'

/**
 * What the feed costs, both ends in this process: `node test/bench/feed.ts`. From a change to the acknowledgement of a proxy whose
 * workers take no time, bytes of a change on the wire, and the memory of a controller with idle proxies.
 */
const routes = 5_000
const changes = 500
const idle = 100

const it = await startServer()
const many = Array.from({ length: routes }, (_, i) => fullRoute(i, 0))
it.publish({ listeners: put(listenerOf('a/one'), listenerOf('b/two')), routes: put(...many, routeOf('b/two', 'r')) })

const proxy = testProxy(
  () => [it.server.port],
  () => it.authority.trust,
  { apply: async () => [] },
)
const isServed = () => (it.reports.get('a/one')?.version ?? 0) >= it.server.versionOf('a/one')
const startedAt = performance.now()
await proxy.client.start()
await until(isServed, () => proxy.log.join('\n'))
console.log(`${routes} routes to a new proxy, enrolment included: ${(performance.now() - startedAt).toFixed(0)} ms`)

const took: number[] = []
for (let change = 1; change <= changes; change++) {
  const from = performance.now()
  it.publish({ routes: put(fullRoute(change % routes, change)) })
  while (!isServed()) await new Promise((resolve) => setImmediate(resolve))
  took.push(performance.now() - from)
}
took.sort((a, b) => a - b)
const percentile = (share: number) => took[Math.floor(took.length * share)]!.toFixed(2)
console.log(`change of a route to its acknowledgement: p50 ${percentile(0.5)} ms, p99 ${percentile(0.99)} ms`)
const splitter = new SnapshotSplitter(randomBytes(32))
splitter.apply({ ...noChange, routes: put(...many) }, 1)
splitter.apply({ ...noChange, routes: put(fullRoute(1, 1)) }, 2)
const slice = splitter.slice('a/one')
const texts = [...updateTexts(slice.since(1)!, 2, slice.hashes)]
const bytes = Buffer.concat(texts.map(frame)).length
const ofRoute = JSON.stringify(fullRoute(1, 1)).length
console.log(`bytes of such a change: ${bytes} before TLS, ${ofRoute} of them the route`)

globalThis.gc?.()
const before = process.memoryUsage().rss
const others = Array.from({ length: idle }, () =>
  testProxy(
    () => [it.server.port],
    () => it.authority.trust,
    {
      token: () => 'token-two',
      gateway: 'b/two',
      apply: async () => [],
    },
  ),
)
for (const other of others) await other.client.start()
await until(
  () => it.reports.get('b/two')?.proxies === idle,
  () => 'not all came',
)
await sleep(2_000)
globalThis.gc?.()
const perProxy = (process.memoryUsage().rss - before) / idle / 1_024
console.log(`memory of an idle connection, both ends: ${perProxy.toFixed(0)} KiB`)
await Promise.all([proxy, ...others].map(({ client }) => client.stop()))
await it.server.close()

function fullRoute(index: number, rule: number): Route {
  return routeOf('a/one', `route-${index}`, {
    rule,
    hostnames: [`host-${index}.example.com`],
    matches: [{ path: { kind: 'prefix', value: `/service/${index}` }, headers: [], query: [] }],
    action: {
      kind: 'forward',
      timeouts: { requestMs: 0, backendRequestMs: 0 },
      to: [{ kind: 'backend', backend: `Service/a/service-${index % 100}/80`, weight: 1, filters: [] }],
    },
  })
}
