import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Arena, type Contender, measure, withContenders } from '../arena.ts'
import { installPeers } from '../peers.ts'
import { freePorts, waitForCertificate, waitForLetter } from '../probe.ts'
import { type BenchRoute, type Plan, planMany, type Target } from '../routes.ts'
import { percentile, round } from '../statistics.ts'
import { headgateIn, oneListener } from '../subjects/headgate.ts'
import type { Subject } from '../subjects/subject.ts'
import type { Finding } from '../table.ts'
import { makeCertificate } from '../wires/certificate.ts'

/** What changes, each from one of two to the other and back. */
const kinds = {
  own: 'a route with a host of its own',
  shared: 'a route on a host with 2,500 others',
  endpoint: 'an endpoint',
  certificate: 'a certificate',
} as const
type Kind = keyof typeof kinds
type Choice = 0 | 1
type State = Readonly<Record<Kind, Choice>>

const targets: Readonly<Record<Exclude<Kind, 'certificate'>, Target>> = {
  own: { host: 'canary.example.com', path: '/canary' },
  shared: { host: 'shared.example.com', path: '/canary' },
  endpoint: { host: 'endpoint.example.com', path: '/canary' },
}

const planes = ['embedded', 'envoy'] as const

/** From a file that is saved to the first answer that shows it, on both planes, and what Envoy was told for it. */
export async function measureEnvoyRouteChange(arena: Arena): Promise<Finding> {
  const changes = arena.quick ? 10 : 50
  const rows: string[][] = []
  for (const plane of planes) {
    const bench = await prepareBench(arena, plane)
    const plans = [{ subject: bench.subject, plan: bench.plan(start), options: { cores: arena.cores.all } }]
    await withContenders(arena, plans, async ([contender]) => {
      await waitUntilReady(bench.adminPort)
      for (const kind of Object.keys(kinds) as Kind[])
        rows.push([kinds[kind], plane, ...(await changeUnderLoad(arena, contender!, bench, kind, changes))])
    })
  }
  const places = Object.values(kinds)
  rows.sort(([a], [b]) => places.indexOf(a as never) - places.indexOf(b as never))
  return {
    columns: [
      'what changes',
      'plane',
      'min ms',
      'p50 ms',
      'p99 ms',
      'max ms',
      'never',
      'failed requests',
      'bytes to Envoy',
      'CPU ms Headgate',
      'CPU ms Envoy',
    ],
    rows,
    notes: [
      `5,000 routes, ${changes} changes of each kind 300 ms apart, 16 connections with a request every 5 ms each, one worker, all cores for gateway, load and backend together.`,
      'Bytes and CPU per change, CPU of the main threads: they carry no requests. A virtual host is what Envoy takes as a whole, and it makes its whole table anew for each change.',
    ],
    time: 'Once',
  }
}

const start: State = { own: 0, shared: 0, endpoint: 0, certificate: 0 }

interface Bench {
  readonly subject: Subject
  readonly adminPort: number
  readonly tlsPort: number
  readonly certificates: readonly string[]
  /** The certificate is not part of the plan; it is that of the last plan that was asked for. */
  plan(state: State): Plan
}

async function prepareBench(arena: Arena, plane: (typeof planes)[number]): Promise<Bench> {
  const root = path.resolve(import.meta.dirname, '../../..')
  await installPeers(path.join(root, '.bench'))
  const [adminPort = 0, tlsPort = 0] = await freePorts(2)
  const pairs = await Promise.all([0, 1].map((choice) => makePair(arena, choice)))
  let secret = ''
  const manifests = {
    gateway: (port: number) => `${oneListener.gateway(port)}---\n${buildTlsGateway(tlsPort)}`,
    files: (plan: Plan, port: number) => new Map([...oneListener.files(plan, port), ['secret.yaml', secret]]),
  }
  const headgate = headgateIn(root, manifests)
  return {
    subject: {
      ...headgate,
      name: `Headgate-${plane}`,
      prepare: (setup) => {
        const launch = headgate.prepare(setup)
        const { args } = launch
        return { ...launch, args: args.map((word, i) => (args[i - 1] === '--admin' ? `127.0.0.1:${adminPort}` : word)) }
      },
    },
    adminPort,
    tlsPort,
    certificates: pairs.map(({ certificate }) => certificate),
    plan: (state) => {
      secret = pairs[state.certificate]!.secret
      return planState(arena, state, plane)
    },
  }
}

async function makePair(arena: Arena, choice: number): Promise<{ certificate: string; secret: string }> {
  const folder = path.join(arena.folder, `certificate-${choice}`)
  mkdirSync(folder, { recursive: true })
  const { cert, key } = await makeCertificate(folder)
  const [certificate, privateKey] = [cert, key].map((file) => readFileSync(file))
  return {
    certificate: certificate!.toString(),
    secret: `apiVersion: v1
kind: Secret
metadata: { name: bench-tls }
type: kubernetes.io/tls
data: { tls.crt: ${certificate!.toString('base64')}, tls.key: ${privateKey!.toString('base64')} }
`,
  }
}

function buildTlsGateway(port: number): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: bench-tls }
spec:
  gatewayClassName: headgate
  listeners: [{ name: https, protocol: HTTPS, port: ${port}, tls: { certificateRefs: [{ name: bench-tls }] } }]
`
}

/** Choice 0: the backend that says `a`; 1: the one that says `b`. */
function planState({ backend }: Arena, state: State, plane: (typeof planes)[number]): Plan {
  const { routes, services } = planMany(backend.port)
  const letters = [backend.port, backend.otherPort]
  const next = services.length
  const leadTo = (kind: keyof typeof targets, service: number): BenchRoute => {
    const { host, path } = targets[kind]
    return { name: `canary-${kind}`, hostname: host, rules: [{ prefix: path, service }] }
  }
  return {
    routes: [
      ...routes,
      leadTo('own', next + state.own),
      leadTo('shared', next + state.shared),
      leadTo('endpoint', next + 2),
    ],
    services: [...services, ...letters, letters[state.endpoint]!],
    plane,
  }
}

async function changeUnderLoad(
  arena: Arena,
  contender: Contender,
  bench: Bench,
  kind: Kind,
  changes: number,
): Promise<string[]> {
  const { launch, port } = contender
  const load = measure(arena, contender, { connections: 16, seconds: Math.ceil(changes * 0.5) + 3, pauseMs: 5 })
  await sleep(1000)
  const before = await sentBytes(bench.adminPort)
  const cpuBefore = mainThreads(contender)
  const delays: number[] = []
  let failed = 0
  for (let i = 1; i <= changes; i++) {
    const choice = i % 2 === 0 ? 0 : 1
    const putInPlace = launch.change(bench.plan({ ...start, [kind]: choice }))
    const began = performance.now()
    putInPlace()
    const seen = await (kind === 'certificate'
      ? waitForCertificate(bench.tlsPort, bench.certificates[choice]!, 5000)
      : waitForLetter(port, targets[kind], choice === 0 ? 'a' : 'b', 5000))
    delays.push(seen.at - began)
    failed += seen.failed
    await sleep(300)
  }
  const cpu = mainThreads(contender).map((micros, i) => (micros - cpuBefore[i]!) / 1000 / changes)
  const bytes = ((await sentBytes(bench.adminPort)) - before) / changes
  failed += (await load).failed
  const seen = delays.filter((delay) => Number.isFinite(delay))
  const figures = [0, 50, 99, 100].map((part) => round(percentile(seen, part)))
  const costs = [String(Math.round(bytes)), ...cpu.map(round)].map((text) => (text === 'NaN' ? '–' : text))
  return [...figures, String(delays.length - seen.length), String(failed), ...costs]
}

/** CPU time of the main threads, which carry no requests: Headgate's, and Envoy's; NaN without one. */
function mainThreads({ program }: Contender): [number, number] {
  let headgate = Number.NaN
  let envoy = 0
  for (const [file, micros] of program.threadMicros()) {
    const [, pid, thread] = /^\/proc\/(\d+)\/task\/(\d+)\//.exec(file) ?? []
    if (pid !== thread) continue
    if (Number(pid) === program.pid) headgate = micros
    else envoy += micros
  }
  return [headgate, envoy > 0 ? envoy : Number.NaN]
}

async function waitUntilReady(adminPort: number): Promise<void> {
  const until = performance.now() + 30_000
  while (performance.now() < until) {
    const status = await fetch(`http://127.0.0.1:${adminPort}/readyz`).then(
      (response) => response.status,
      () => 0,
    )
    if (status === 200) return
    await sleep(50)
  }
  throw new Error('Headgate is not ready after 30 s')
}

async function sentBytes(adminPort: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text()
  return Number(/^headgate_envoy_sent_bytes_total (\d+)/m.exec(text)?.[1] ?? Number.NaN)
}
