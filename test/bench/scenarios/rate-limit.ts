import { type Arena, interleave, measure, withContenders } from '../arena.ts'
import { planOne } from '../routes.ts'
import { showSpread } from '../statistics.ts'
import { type Finding, showRatio } from '../table.ts'

/** Small GETs without limits and with two that are never reached: of all requests, and of each address. */
export async function measureRateLimit(arena: Arena): Promise<Finding> {
  const subjects = arena.subjects.filter(({ name }) => name === 'Headgate' || name === 'Envoy')
  const plan = planOne(arena.backend.port)
  const plans = subjects.flatMap((subject) => [
    { subject, plan },
    { subject, plan: { ...plan, limited: true as const } },
  ])
  return withContenders(arena, plans, async (contenders) => {
    const results = await interleave(arena, contenders, (one) => measure(arena, one, { connections: 64 }))
    const cpu = results.map((rounds) => rounds.map((round) => round.cpuMicros))
    const limitedEnvoy = cpu[2 * subjects.findIndex(({ name }) => name === 'Envoy') + 1]
    return {
      columns: ['', 'CPU µs/request', 'with limits', 'ratio', '× Envoy, both with limits', 'failed'],
      rows: subjects.map(({ name }, index) => {
        const [without = [], limited = []] = [cpu[2 * index], cpu[2 * index + 1]]
        const failed = [...results[2 * index]!, ...results[2 * index + 1]!].reduce((sum, one) => sum + one.failed, 0)
        return [
          name,
          showSpread(without),
          showSpread(limited),
          showRatio(limited, without),
          showRatio(limited, limitedEnvoy),
          String(failed),
        ]
      }),
      notes: ['64 connections; two limits, of all requests and of each address, and the x-ratelimit fields.'],
    }
  })
}
