import { type Arena, type Contender, interleave, type Measured, measure, withContenders } from '../arena.ts'
import { planOne } from '../routes.ts'
import { showSpread } from '../statistics.ts'
import { limitTo, noPolicies, type PolicySet, packing, policySets } from '../subjects/policies.ts'
import { type Finding, showRatio } from '../table.ts'

const perSecond = 1_000
const exactSeconds = 10

/**
 * What policies cost per request, on the embedded plane and on the Envoy that Headgate configures with the same manifests; and how
 * exact a limit is over two workers.
 */
export async function measurePolicies(arena: Arena): Promise<Finding> {
  const own = arena.subjects.find(({ name }) => name === 'Headgate')
  if (!own) throw new Error('the bench of policies needs Headgate')
  const rows: string[][] = []
  let plain: number[] = []
  for (const set of [...policySets, packing]) {
    const plans = (['embedded', 'envoy'] as const).map((plane) => ({ subject: own, plan: { ...planOne(arena.backend.port), policies: set, plane } }))
    await withContenders(arena, plans, async (contenders) => {
      const results = await interleave(arena, contenders, (one) => load(arena, one, set))
      const cpu = results.map((rounds) => rounds.map((round) => round.cpuMicros))
      const [ours = [], envoys = []] = cpu
      if (set === noPolicies) plain = ours
      const failed = results.flat().reduce((sum, one) => sum + one.failed, 0)
      const rate = (index: number) => showSpread((results[index] ?? []).map((round) => round.perSecond))
      rows.push([
        set.name,
        showSpread(ours),
        showSpread(envoys),
        showRatio(ours, envoys),
        showRatio(ours, plain),
        rate(0),
        rate(1),
        String(failed),
      ])
    })
  }
  return {
    columns: [
      '',
      'Headgate, CPU µs/request',
      'Envoy, CPU µs/request',
      '× Envoy',
      '× no policy',
      'Headgate, requests/s',
      'Envoy, requests/s',
      'failed',
    ],
    rows,
    notes: [
      '64 connections; Envoy as Headgate configures it with the same manifests, each with the process that configures it; gzip: of 20 kB JSON. × no policy compares rounds that were not interleaved.',
      await measureExactness(arena),
    ],
  }
}

/** Its compressor has work to do only where the answer is long. */
function load(arena: Arena, contender: Contender, set: PolicySet): Promise<Measured> {
  const targets = contender.targets.map((target) => (set === packing ? { ...target, path: '/json' } : target))
  return measure(arena, contender, { connections: 64, targets, ...(set.headers && { headers: set.headers }) })
}

/** @returns how many pass of what wrk sends, as fast as it can, through two workers */
async function measureExactness(arena: Arena): Promise<string> {
  const subject = arena.subjects.find(({ name }) => name === 'Headgate')!
  const plan = { ...planOne(arena.backend.port), policies: limitTo(perSecond) }
  const options = { workers: 2, cores: arena.cores.all }
  return withContenders(arena, [{ subject, plan, options }], async ([contender]) => {
    // Windows are whole seconds of the clock: it begins and ends in the middle of one, so that each has time for all that may pass.
    await new Promise((resolve) => setTimeout(resolve, 1_400 - (Date.now() % 1_000)))
    const first = Math.floor(Date.now() / 1_000)
    const result = await measure(arena, contender!, { connections: 64, seconds: exactSeconds })
    const passed = result.requests - result.failed
    const windows = Math.floor(Date.now() / 1_000) - first + 1
    const off = (100 * (passed - windows * perSecond)) / (windows * perSecond)
    return `A limit of ${perSecond} a second, two workers, wrk for ${exactSeconds} s: ${passed} of ${result.requests} pass, ${windows} windows of a second: ${off.toFixed(2)} % off.`
  })
}
