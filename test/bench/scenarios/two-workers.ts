import { type Arena, type Contender, interleave, type Measured, measure, withContenders } from '../arena.ts'
import { planOne } from '../routes.ts'
import { showSpread } from '../statistics.ts'
import { type Finding, showRatio } from '../table.ts'

interface Share extends Measured {
  /** Part of the CPU time that the busier of the two workers had; 0.5 is fair. */
  readonly busiest: number
}

/**
 * Two workers on two cores beside one on one. With four cores or more, the load has cores of its own and the ratio is that of
 * requests per second. With fewer, load and gateway share cores, and what two cores could do is computed from CPU time:
 * capacity is workers ÷ CPU per request.
 */
export async function measureTwoWorkers(arena: Arena): Promise<Finding> {
  const roomy = arena.cores.count >= 4
  const plan = planOne(arena.backend.port)
  const plans = arena.subjects.flatMap((subject) => [
    { subject, plan, options: { workers: 1, cores: '0' } },
    { subject, plan, options: { workers: 2, cores: '0,1' } },
  ])
  return withContenders(arena, plans, async (contenders) => {
    const results = await interleave(arena, contenders, (one) => measureShare(arena, one))
    return {
      columns: ['', 'CPU µs, one', 'CPU µs, two', 'requests/s, one', 'requests/s, two', 'times one', 'busier worker'],
      rows: arena.subjects.map((subject, index) => {
        const [one, two] = [results[2 * index]!, results[2 * index + 1]!]
        const capacity = (rounds: readonly Share[], workers: number): number[] =>
          rounds.map((round) => (roomy ? round.perSecond : workers / round.cpuMicros))
        return [
          subject.name,
          showSpread(one.map((round) => round.cpuMicros)),
          showSpread(two.map((round) => round.cpuMicros)),
          showSpread(one.map((round) => round.perSecond)),
          showSpread(two.map((round) => round.perSecond)),
          showRatio(capacity(two, 2), capacity(one, 1)),
          `${showSpread(two.map((round) => round.busiest * 100))} %`,
        ]
      }),
      notes: roomy
        ? ['64 connections; load and backend on the other cores; "times one" is the ratio of requests per second.']
        : [
            '64 connections. This machine has fewer than four cores: load and backend share them with the gateway, so "times one" is computed from CPU time per request (capacity = workers ÷ CPU per request), and requests per second say little.',
          ],
    }
  })
}

async function measureShare(arena: Arena, contender: Contender): Promise<Share> {
  const before = contender.program.threadMicros()
  const result = await measure(arena, contender, { connections: 64 })
  const after = contender.program.threadMicros()
  // The two busiest threads are the workers; others (garbage collection, main) do little.
  const used = [...after].map(([thread, micros]) => micros - (before.get(thread) ?? 0)).sort((a, b) => b - a)
  const [first = 0, second = 0] = used
  return { ...result, busiest: first / (first + second || 1) }
}
