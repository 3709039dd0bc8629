import type { Arena } from '../arena.ts'
import { showSpread } from '../statistics.ts'
import { type Finding, showRatio } from '../table.ts'
import { type Case, playCase, type Round, wireTime } from './play.ts'

/** What is counted, and by what name. */
export interface Unit {
  /** `CPU µs/request`. */
  readonly cpu: string
  /** `requests/s`. */
  readonly rate: string
  /** How many units of the load are one of the table: 2^20 bytes are a MB; half, when a unit is two datagrams. */
  readonly size?: number
}

/** Plays cases one after the other: a row for each with each subject that can. */
export async function tabulate(
  arena: Arena,
  unit: Unit,
  cases: readonly Case[],
  notes: readonly string[],
): Promise<Finding> {
  const rows: string[][] = []
  for (const one of cases) {
    const results = await playCase(arena, one)
    const cpu = (name: string): number[] | undefined => results.get(name)?.map((round) => costOf(round, unit))
    for (const [subject, rounds] of results) {
      rows.push([
        one.name,
        subject,
        showSpread(cpu(subject)!),
        showRatio(cpu(subject)!, cpu('HAProxy')),
        showRatio(cpu(subject)!, cpu('Envoy')),
        showSpread(rounds.map((round) => round.units / (unit.size ?? 1) / round.seconds)),
        String(rounds.reduce((total, round) => total + round.failed, 0)),
      ])
    }
  }
  const { rounds, seconds } = wireTime(arena)
  return {
    columns: ['', 'gateway', unit.cpu, '× HAProxy', '× Envoy', unit.rate, 'failed'],
    rows,
    notes,
    time: `Each case by itself, ${rounds} rounds of ${seconds} s`,
  }
}

function costOf({ cpuMicros, units }: Round, { size = 1 }: Unit): number {
  return (cpuMicros / units) * size
}
