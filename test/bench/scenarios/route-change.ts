import { setTimeout as sleep } from 'node:timers/promises'
import { type Arena, type Contender, measure, withContenders } from '../arena.ts'
import { waitForLetter } from '../probe.ts'
import { type BenchRoute, type Plan, planMany, type Target } from '../routes.ts'
import { percentile, round } from '../statistics.ts'
import type { Finding } from '../table.ts'

const canary: Target = { host: 'canary.example.com', path: '/small' }

/**
 * At 5,000 routes and under load: one route moves from one backend to the other, again and again. Measured from the file in
 * its place (and the signal, for those who need one) to the first answer of the new backend.
 */
export async function measureRouteChange(arena: Arena): Promise<Finding> {
  const changes = arena.quick ? 10 : 50
  const rows: string[][] = []
  for (const subject of arena.subjects) {
    const plans = [{ subject, plan: planWithCanary(arena, 0) }]
    rows.push(await withContenders(arena, plans, ([contender]) => changeUnderLoad(arena, contender!, changes)))
  }
  return {
    columns: ['', 'p50 ms', 'p99 ms', 'max ms', 'never', 'failed requests', 'of', 'load requests/s'],
    rows,
    notes: [
      `${changes} changes, 300 ms apart, while 16 connections send a request every 5 ms each to 150 routes and one client asks the changed route. Headgate and Envoy notice the file; nginx and HAProxy reload on a signal.`,
    ],
  }
}

async function changeUnderLoad(arena: Arena, contender: Contender, changes: number): Promise<string[]> {
  const seconds = Math.ceil(changes * 0.5) + 3
  const load = measure(arena, contender, { connections: 16, seconds, pauseMs: 5 })
  await sleep(1000)
  const delays: number[] = []
  let failed = 0
  for (let i = 1; i <= changes; i++) {
    const letter = i % 2 === 0 ? 'a' : 'b'
    const putInPlace = contender.launch.change(planWithCanary(arena, i % 2))
    const began = performance.now()
    putInPlace()
    if (contender.launch.reload !== undefined) contender.program.signal(contender.launch.reload)
    const seen = await waitForLetter(contender.port, canary, letter, 5000)
    delays.push(seen.at - began)
    failed += seen.failed
    await sleep(300)
  }
  const result = await load
  const seen = delays.filter((delay) => Number.isFinite(delay))
  return [
    contender.subject.name,
    round(percentile(seen, 50)),
    round(percentile(seen, 99)),
    round(percentile(seen, 100)),
    String(delays.length - seen.length),
    String(failed + result.failed),
    String(result.requests),
    round(result.perSecond),
  ]
}

/** @param service 0: the backend that says `a`; 1: the one that says `b` */
function planWithCanary(arena: Arena, service: number): Plan {
  const plan = planMany(arena.backend.port)
  const last = plan.services.length
  const route: BenchRoute = {
    name: 'canary',
    hostname: canary.host,
    rules: [{ prefix: '/', service: last + service }],
  }
  return { routes: [...plan.routes, route], services: [...plan.services, arena.backend.port, arena.backend.otherPort] }
}
