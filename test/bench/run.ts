import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Arena } from './arena.ts'
import { startBackend } from './backend.ts'
import { benchCluster, clusterShapes, podShapes } from './cluster/run.ts'
import { buildPeer, installPeers } from './peers.ts'
import { formatSection, type Section, writeResults } from './report.ts'
import { measureEnvoyRouteChange } from './scenarios/envoy-route-change.ts'
import { measureListenerSets } from './scenarios/listener-sets.ts'
import { measurePolicies } from './scenarios/policies.ts'
import {
  measureGrpc,
  measureHttp2,
  measureTcp,
  measureTcpConnections,
  measureTls,
  measureUdp,
  measureWebSocket,
} from './scenarios/protocols.ts'
import { measureRateLimit } from './scenarios/rate-limit.ts'
import { measureRouteChange } from './scenarios/route-change.ts'
import {
  measureColdStart,
  measureIdleConnections,
  measureMemory,
  measureSlowClient,
} from './scenarios/start-and-memory.ts'
import { measureLargeBodies, measureManyRoutes, measureSmallGet } from './scenarios/throughput.ts'
import { measureTwoWorkers } from './scenarios/two-workers.ts'
import { measureXdsStorm } from './scenarios/xds-storm.ts'
import { envoyIn } from './subjects/envoy.ts'
import { haproxy } from './subjects/haproxy.ts'
import { headgateIn } from './subjects/headgate.ts'
import { nginx } from './subjects/nginx.ts'
import type { Subject } from './subjects/subject.ts'
import type { Finding } from './table.ts'

interface Scenario {
  readonly title: string
  readonly goal: string
  readonly play: (arena: Arena) => Promise<Finding>
}

/** The figures of the design, in the order of the page. */
const scenarios: Readonly<Record<string, Scenario>> = {
  'small-get': {
    title: 'Small GET, keep-alive',
    goal: 'CPU per request at most 1.3 times HAProxy and at most half of Envoy.',
    play: measureSmallGet,
  },
  'large-bodies': { title: '1 MB answers', goal: 'ahead of Envoy.', play: measureLargeBodies },
  http2: { title: 'HTTP/2', goal: 'CPU per request at most that of Envoy.', play: measureHttp2 },
  grpc: { title: 'gRPC, unary calls', goal: 'CPU per call at most that of Envoy.', play: measureGrpc },
  tls: { title: 'TLS', goal: 'beside Envoy.', play: measureTls },
  tcp: { title: 'TCP throughput', goal: 'beside Envoy.', play: measureTcp },
  'tcp-connections': { title: 'TCP connections', goal: 'beside Envoy.', play: measureTcpConnections },
  udp: { title: 'UDP datagrams', goal: 'beside Envoy.', play: measureUdp },
  websocket: { title: 'WebSocket messages', goal: 'beside Envoy.', play: measureWebSocket },
  'many-routes': { title: '5,000 routes instead of one', goal: 'within 5 %.', play: measureManyRoutes },
  'rate-limit': {
    title: 'Local rate limits',
    goal: 'CPU per request below that of Envoy with the same limits.',
    play: measureRateLimit,
  },
  policies: {
    title: 'Policies',
    goal: 'a route without policies costs what it did; JWT and local rate limit: below that of Envoy; a limit within 1 % over two workers.',
    play: measurePolicies,
  },
  'route-change': {
    title: 'A changed route, at 5,000 routes under load',
    goal: 'p50 under 10 ms, p99 under 30 ms, no failed request.',
    play: measureRouteChange,
  },
  'envoy-route-change': {
    title: 'A change on both planes, at 5,000 routes under load',
    goal: 'bytes grow with the change, not with the table; p50 under 10 ms, p99 under 30 ms as far as Envoy allows.',
    play: measureEnvoyRouteChange,
  },
  'cold-start': {
    title: 'Cold start',
    goal: 'under 500 ms with 1 route, under 2,000 ms with 5,000.',
    play: measureColdStart,
  },
  memory: { title: 'Memory at 5,000 routes, two workers', goal: 'under 200 MB.', play: measureMemory },
  'listener-sets': {
    title: '40,000 routes of 2,500 ListenerSets on one Gateway',
    goal: 'start under 10 s, a changed route p50 under 10 ms.',
    play: measureListenerSets,
  },
  'xds-storm': {
    title: 'A thousand Envoys come back at once',
    goal: 'all served, memory bounded; a changed route costs its own size.',
    play: measureXdsStorm,
  },
  'idle-connections': { title: 'Idle kept connections', goal: 'under 10 KB each.', play: measureIdleConnections },
  'slow-client': { title: '1 GB through a slow client', goal: 'flat memory.', play: measureSlowClient },
  'two-workers': { title: 'Two workers on two cores', goal: 'at least 1.8 times one.', play: measureTwoWorkers },
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    pods: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    subjects: { type: 'string' },
  },
})
const names = Object.keys(scenarios)
const order = [...names, ...Object.keys(clusterShapes), ...Object.keys(podShapes)]
if (positionals.includes('cluster')) {
  if (positionals.length > 1) throw new Error('cluster is played alone: it needs the machine for itself')
  await benchCluster({ quick: flags.quick, pods: flags.pods, order })
  process.exit()
}
const unknown = positionals.filter((name) => !(name in scenarios))
if (unknown.length > 0) {
  console.error(`no such scenario: ${unknown.join(', ')}; there are: ${names.join(', ')}; and cluster`)
  process.exit(2)
}

const root = path.resolve(import.meta.dirname, '../..')
const home = path.join(root, '.bench')
mkdirSync(home, { recursive: true })
const folder = mkdtempSync(path.join(home, 'run-'))
const all: readonly Subject[] = [headgateIn(root), nginx, haproxy, envoyIn(await installPeers(home))]
const wanted = flags.subjects?.toLowerCase().split(',')

const subjects: Subject[] = []
const versions: string[] = []
for (const subject of all) {
  if (wanted !== undefined && !wanted.includes(subject.name.toLowerCase())) continue
  const version = await subject.version()
  if (version === undefined) {
    console.error(`${subject.name} is not here: left out`)
    continue
  }
  subjects.push(subject)
  versions.push(`${subject.name} ${version}`)
}

const count = cpus().length
// Figures of a machine that had something else to do say so.
const [load = 0] = loadavg()
const busy = load < 0.7 ? '' : ` Busy machine: load average ${load.toFixed(1)} when it began.`
const cores =
  count >= 4
    ? { subject: '0', load: '2,3', all: '0,1', count }
    : { subject: '0', load: String(Math.min(1, count - 1)), all: `0-${count - 1}`, count }
const rounds = Number(flags.rounds ?? (flags.quick ? 2 : 5))
const seconds = Number(flags.seconds ?? (flags.quick ? 1 : 4))
const backend = await startBackend(folder, cores.load)
const peer = await buildPeer(home)
const arena: Arena = { subjects, backend, folder, rounds, seconds, quick: flags.quick, cores, ...(peer && { peer }) }

const sections: Section[] = []
const write = flags.write || (!flags.quick && positionals.length === 0 && wanted === undefined)
try {
  for (const name of names) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    const { title, goal, play } = scenarios[name]!
    const began = performance.now()
    console.error(`${name} …`)
    // What one scenario stumbles over is told, and the others are played.
    const finding = await play(arena).catch((error: unknown) => {
      console.error(error)
      process.exitCode = 1
      return undefined
    })
    if (finding === undefined) continue
    const settings = `${finding.time ?? `${rounds} rounds of ${seconds} s`}, ${new Date().toISOString().slice(0, 10)}.${busy}`
    const section = { name, title, goal, finding, settings }
    sections.push(section)
    console.error(`${name}: ${Math.round((performance.now() - began) / 1000)} s`)
    console.log(formatSection(section))
    if (write) writeResults(path.join(root, 'bench/results.md'), order, sections, `${versions.join(', ')}.`)
  }
} finally {
  await backend.program.stop()
}
rmSync(folder, { recursive: true, force: true })
