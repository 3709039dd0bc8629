import { type Arena, type Contender, interleave, type Measured, measure, withContenders } from '../arena.ts'
import { listTargets, planAny, planMany, planOne, type Target } from '../routes.ts'
import { showSpread } from '../statistics.ts'
import { type Finding, showRatio } from '../table.ts'

/** A 100 byte answer over 64 kept connections. */
export async function measureSmallGet(arena: Arena): Promise<Finding> {
  return compare(arena, { connections: 64, path: '/small' })
}

/** 1 MB answers over 16 kept connections. */
export async function measureLargeBodies(arena: Arena): Promise<Finding> {
  const finding = await compare(arena, { connections: 16, path: '/large' })
  return { ...finding, notes: ['One answer is 1 MB, so requests per second are MB per second.', ...finding.notes] }
}

async function compare(arena: Arena, { connections, path }: { connections: number; path: string }): Promise<Finding> {
  const plan = planOne(arena.backend.port)
  const targets: Target[] = [{ host: plan.routes[0]!.hostname, path }]
  const plans = arena.subjects.map((subject) => ({ subject, plan }))
  return withContenders(arena, plans, async (contenders) => {
    const results = await interleave(arena, contenders, (one) => measure(arena, one, { connections, targets }))
    const cpu = results.map((rounds) => rounds.map((round) => round.cpuMicros))
    const of = (name: string): number[] | undefined => cpu[contenders.findIndex((one) => one.subject.name === name)]
    return {
      columns: ['', 'CPU µs/request', '× HAProxy', '× Envoy', 'requests/s', 'p50 ms', 'p99 ms', 'failed'],
      rows: contenders.map((contender, index) => {
        const rounds = results[index]!
        return [
          contender.subject.name,
          showSpread(cpu[index]!),
          showRatio(cpu[index]!, of('HAProxy')),
          showRatio(cpu[index]!, of('Envoy')),
          ...showTraffic(rounds),
        ]
      }),
      notes: [`${connections} connections.`],
    }
  })
}

function showTraffic(rounds: readonly Measured[]): string[] {
  return [
    showSpread(rounds.map((round) => round.perSecond)),
    showSpread(rounds.map((round) => round.p50Ms)),
    showSpread(rounds.map((round) => round.p99Ms)),
    String(rounds.reduce((total, round) => total + round.failed, 0)),
  ]
}

/** The same small GETs, spread over 151 hosts and prefixes, with one route that takes them all and with 5,000. */
export async function measureManyRoutes(arena: Arena): Promise<Finding> {
  const one = planAny(arena.backend.port)
  const many = planMany(arena.backend.port)
  const targets = listTargets(many)
  const plans = arena.subjects.flatMap((subject) => [
    { subject, plan: one },
    { subject, plan: many },
  ])
  return withContenders(arena, plans, async (contenders: Contender[]) => {
    const results = await interleave(arena, contenders, (contender) => measure(arena, contender, { connections: 64, targets }))
    return {
      columns: ['', 'CPU µs, 1 route', 'CPU µs, 5,000', 'ratio', 'requests/s, 1', 'requests/s, 5,000', 'ratio', 'failed'],
      rows: arena.subjects.map((subject, index) => {
        const [first, second] = [results[2 * index]!, results[2 * index + 1]!]
        const cpu = [first, second].map((rounds) => rounds.map((round) => round.cpuMicros))
        const rate = [first, second].map((rounds) => rounds.map((round) => round.perSecond))
        return [
          subject.name,
          showSpread(cpu[0]!),
          showSpread(cpu[1]!),
          showRatio(cpu[1]!, cpu[0]),
          showSpread(rate[0]!),
          showSpread(rate[1]!),
          showRatio(rate[1]!, rate[0]),
          String([...first, ...second].reduce((total, round) => total + round.failed, 0)),
        ]
      }),
      notes: ['64 connections; the same requests in both, to 151 routes; the one route has no hostname. Envoy reads the 2,500 prefixes of the shared hostname one after the other.'],
    }
  })
}
