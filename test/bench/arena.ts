import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { Backend } from './backend.ts'
import { type LoadResult, runLoad } from './load.ts'
import { freePorts, waitUntilAnswering } from './probe.ts'
import { type Program, start } from './process.ts'
import { anyHost, listTargets, oneHost, type Plan, type Target } from './routes.ts'
import type { Launch, Subject } from './subjects/subject.ts'

/** What every scenario is given. */
export interface Arena {
  readonly subjects: readonly Subject[]
  readonly backend: Backend
  readonly folder: string
  readonly rounds: number
  readonly seconds: number
  readonly quick: boolean
  /** The program of test/bench/peer, where there is Go to build it. */
  readonly peer?: string
  /** Cores of the subject and of load generator with backend. */
  readonly cores: { readonly subject: string; readonly load: string; readonly all: string; readonly count: number }
}

/** A subject that runs and answers. */
export interface Contender {
  readonly subject: Subject
  readonly program: Program
  readonly launch: Launch
  readonly port: number
  readonly targets: readonly Target[]
  /** From spawn to the first 200. */
  readonly readyMs: number
}

export interface LaunchOptions {
  readonly workers?: number
  readonly cores?: string
}

let launches = 0

export async function launch(
  arena: Arena,
  subject: Subject,
  plan: Plan,
  options: LaunchOptions = {},
): Promise<Contender> {
  const folder = path.join(arena.folder, `${subject.name.toLowerCase()}-${launches++}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const [port = 0] = await freePorts(1)
  const setup = { folder, port, workers: options.workers ?? 1, plan }
  const prepared = subject.prepare(setup)
  const program = start(options.cores ?? arena.cores.subject, prepared.command, prepared.args, path.join(folder, 'log'))
  // A route without hostnames takes any.
  const targets = listTargets(plan).map((target) => (target.host === anyHost ? { ...target, host: oneHost } : target))
  try {
    const ready = await waitUntilAnswering(port, targets.at(-1)!, 30_000, plan.policies?.headers)
    return { subject, program, launch: prepared, port, targets, readyMs: ready - program.startedAt }
  } catch (error) {
    await program.stop()
    const words = readFileSync(path.join(folder, 'log'), 'utf8').slice(-800)
    throw new Error(`${subject.name} does not serve: ${words}`, { cause: error })
  }
}

/** Gives each subject to `use` with its contender, and stops all of them, whatever happens. */
export async function withContenders<T>(
  arena: Arena,
  plans: readonly { readonly subject: Subject; readonly plan: Plan; readonly options?: LaunchOptions }[],
  use: (contenders: Contender[]) => Promise<T>,
): Promise<T> {
  const contenders: Contender[] = []
  try {
    for (const { subject, plan, options } of plans) contenders.push(await launch(arena, subject, plan, options))
    return await use(contenders)
  } finally {
    for (const { program } of contenders) await program.stop()
  }
}

export interface Measured extends LoadResult {
  /** CPU time of the subject per request. */
  readonly cpuMicros: number
  readonly perSecond: number
}

/** Loads a contender and reads what it cost. */
export async function measure(
  arena: Arena,
  contender: Contender,
  options: {
    readonly connections: number
    readonly targets?: readonly Target[]
    readonly seconds?: number
    readonly pauseMs?: number
    readonly headers?: Readonly<Record<string, string>>
  },
): Promise<Measured> {
  const before = contender.program.cpuMicros()
  const result = await runLoad({
    port: contender.port,
    targets: options.targets ?? contender.targets,
    connections: options.connections,
    seconds: options.seconds ?? arena.seconds,
    cores: arena.cores.load,
    folder: arena.folder,
    ...(options.headers && { headers: options.headers }),
    ...(options.pauseMs === undefined ? {} : { pauseMs: options.pauseMs }),
  })
  const cpu = contender.program.cpuMicros() - before
  return { ...result, cpuMicros: cpu / result.requests, perSecond: result.requests / result.seconds }
}

/** Measures all contenders in turn, `rounds` times over, after one unmeasured turn. @returns results per contender */
export async function interleave<T>(
  arena: Arena,
  contenders: readonly Contender[],
  once: (contender: Contender) => Promise<T>,
): Promise<T[][]> {
  const results: T[][] = contenders.map(() => [])
  for (let round = -1; round < arena.rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      const result = await once(contender)
      if (round >= 0) results[index]!.push(result)
    }
  }
  return results
}
