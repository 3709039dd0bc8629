import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Arena, type Contender, measure, withContenders } from '../arena.ts'
import { installPeers } from '../peers.ts'
import { freePorts, waitForLetter } from '../probe.ts'
import { type BenchRoute, type Plan, planMany, type Target } from '../routes.ts'
import { percentile, round } from '../statistics.ts'
import { headgateIn } from '../subjects/headgate.ts'
import type { Subject } from '../subjects/subject.ts'
import type { Finding } from '../table.ts'

/** One of 2,501 hosts; and one route of 2,501 on the same host. */
const canaries: Readonly<Record<string, Target>> = {
  'on a host of its own': { host: 'canary.example.com', path: '/canary' },
  'on a host with 2,500 others': { host: 'shared.example.com', path: '/canary' },
}

/** `headgate run --plane envoy`: from a file that is saved to Envoy's first answer, and what Envoy was told for it. */
export async function measureEnvoyRouteChange(arena: Arena): Promise<Finding> {
  const changes = arena.quick ? 10 : 50
  const root = path.resolve(import.meta.dirname, '../../..')
  const envoy = await installPeers(path.join(root, '.bench'))
  const [adminPort = 0] = await freePorts(1)
  const subject = onEnvoy(headgateIn(root), envoy, adminPort)
  const rows: string[][] = []
  for (const [name, canary] of Object.entries(canaries)) {
    const plans = [{ subject, plan: planWithCanary(arena, canary, 0), options: { cores: arena.cores.all } }]
    const row = await withContenders(arena, plans, ([one]) => changeUnderLoad(arena, one!, adminPort, canary, changes))
    rows.push([name, ...row])
  }
  return {
    columns: ['the route is', 'p50 ms', 'p99 ms', 'max ms', 'never', 'failed requests', 'bytes to Envoy per change'],
    rows,
    notes: [
      `5,000 routes, ${changes} changes 300 ms apart, 16 connections with a request every 5 ms each, one worker of Envoy, all cores for both. A virtual host is what Envoy takes as a whole: with many routes on one host, it parses them all again.`,
    ],
  }
}

function onEnvoy(headgate: Subject, envoy: string, adminPort: number): Subject {
  return {
    ...headgate,
    name: 'Headgate-on-Envoy',
    prepare: (setup) => {
      const launch = headgate.prepare(setup)
      // The access log is our own proxy's; Envoy writes none.
      const plain = launch.args.filter((word, i) => word !== '--access-log' && launch.args[i - 1] !== '--access-log')
      const args = plain.map((word, i) => (plain[i - 1] === '--admin' ? `127.0.0.1:${adminPort}` : word))
      return { ...launch, args: [...args, '--plane', 'envoy', '--envoy', envoy] }
    },
  }
}

async function changeUnderLoad(
  arena: Arena,
  contender: Contender,
  adminPort: number,
  canary: Target,
  changes: number,
): Promise<string[]> {
  const load = measure(arena, contender, { connections: 16, seconds: Math.ceil(changes * 0.5) + 3, pauseMs: 5 })
  await sleep(1000)
  const before = await sentBytes(adminPort)
  const delays: number[] = []
  let failed = 0
  for (let i = 1; i <= changes; i++) {
    const putInPlace = contender.launch.change(planWithCanary(arena, canary, i % 2))
    const began = performance.now()
    putInPlace()
    const seen = await waitForLetter(contender.port, canary, i % 2 === 0 ? 'a' : 'b', 5000)
    delays.push(seen.at - began)
    failed += seen.failed
    await sleep(300)
  }
  const bytes = ((await sentBytes(adminPort)) - before) / changes
  failed += (await load).failed
  const seen = delays.filter((delay) => Number.isFinite(delay))
  const figures = [50, 99, 100].map((part) => round(percentile(seen, part)))
  return [...figures, String(delays.length - seen.length), String(failed), String(Math.round(bytes))]
}

async function sentBytes(adminPort: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text()
  return Number(/^headgate_envoy_sent_bytes_total (\d+)/m.exec(text)?.[1] ?? Number.NaN)
}

/** @param service 0: the backend that says `a`; 1: the one that says `b` */
function planWithCanary(arena: Arena, { host, path: prefix }: Target, service: number): Plan {
  const plan = planMany(arena.backend.port)
  const rules = [{ prefix, service: plan.services.length + service }]
  const route: BenchRoute = { name: 'canary', hostname: host, rules }
  return { routes: [...plan.routes, route], services: [...plan.services, arena.backend.port, arena.backend.otherPort] }
}
