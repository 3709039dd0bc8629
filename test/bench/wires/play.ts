import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Arena } from '../arena.ts'
import { freePorts } from '../probe.ts'
import { type Program, start } from '../process.ts'
import type { Subject } from '../subjects/subject.ts'
import { makeCertificate } from './certificate.ts'
import type { WireLoad, WireResult } from './load.ts'
import type { Wire } from './wire.ts'

/** A wire with a load on it. */
export interface Case {
  /** First cell of its rows. */
  readonly name: string
  readonly wire: Wire
  readonly load: WireLoad
}

export interface Round extends WireResult {
  readonly cpuMicros: number
}

/** Rounds of each subject that can serve the wire. */
export type Rounds = ReadonlyMap<string, readonly Round[]>

/** Plays one case with all subjects, interleaved; each is on core 0 while it is its turn, and idle otherwise. */
export async function playCase(arena: Arena, { name, wire, load }: Case): Promise<Rounds> {
  const running = new Map<string, { readonly program: Program; readonly port: number }>()
  const results = new Map<string, Round[]>()
  try {
    for (const subject of arena.subjects) {
      const one = await startWired(arena, subject, wire, load)
      if (one !== undefined) running.set(subject.name, one)
    }
    // The turn before the first is for warming up.
    const { rounds, seconds } = wireTime(arena)
    for (let round = -1; round < rounds; round++) {
      for (const [subject, { program, port }] of running) {
        const before = program.cpuMicros()
        const result = await load(arena, port, round < 0 ? seconds / 2 : seconds)
        const cpuMicros = program.cpuMicros() - before
        if (result.units === 0) throw new Error(`${name}: ${subject} did nothing: ${JSON.stringify(result)}`)
        if (round >= 0) results.set(subject, [...(results.get(subject) ?? []), { ...result, cpuMicros }])
      }
    }
    return results
  } finally {
    for (const { program } of running.values()) await program.stop()
  }
}

/** There are many cases: each gets less time than a scenario of its own. */
export function wireTime({ rounds, seconds, quick }: Arena): { readonly rounds: number; readonly seconds: number } {
  return quick
    ? { rounds: Math.min(2, rounds), seconds: seconds / 2 }
    : { rounds: Math.min(3, rounds), seconds: Math.min(1.5, seconds) }
}

let launches = 0

async function startWired(
  arena: Arena,
  subject: Subject,
  wire: Wire,
  load: WireLoad,
): Promise<{ readonly program: Program; readonly port: number } | undefined> {
  const folder = path.join(arena.folder, `wire-${subject.name.toLowerCase()}-${launches++}`)
  mkdirSync(folder)
  const [port = 0] = await freePorts(1)
  const command = subject.wire({ folder, port, wire, certificate: await makeCertificate(arena.folder) })
  if (command === undefined) return undefined
  const program = start(arena.cores.subject, command.command, command.args, path.join(folder, 'log'))
  try {
    await waitUntilServing(() => load(arena, port, 0))
    return { program, port }
  } catch (error) {
    await program.stop()
    throw new Error(`${subject.name} does not serve: ${readFileSync(path.join(folder, 'log'), 'utf8').slice(-800)}`, {
      cause: error,
    })
  }
}

/** A load that does something and fails nowhere says that all is there. */
async function waitUntilServing(probe: () => Promise<WireResult>): Promise<void> {
  const until = performance.now() + 15_000
  let last: unknown
  while (performance.now() < until) {
    const result = await probe().catch((error: unknown) => {
      last = error
      return undefined
    })
    if (result !== undefined && result.units > 0 && result.failed === 0) return
    last = result ?? last
    await sleep(50)
  }
  throw new Error('no load without failures', { cause: last })
}
