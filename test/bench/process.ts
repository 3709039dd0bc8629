import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a process and all its children use; anybody's. */
export interface Usage {
  /** User and system time, in microseconds. */
  cpuMicros(): number
  /** Proportional set size, in bytes: pages shared between processes count once. */
  memoryBytes(): number
}

export function usageOf(pid: number): Usage {
  return {
    cpuMicros: () => sum(processTree(pid).map((one) => readTicks(`/proc/${one}/stat`))) * (1e6 / ticksPerSecond),
    memoryBytes: () => sum(processTree(pid).map((one) => readProportionalSize(one))),
  }
}

/** Ticks per second of /proc/PID/stat; 100 on every Linux that Node runs on. */
const ticksPerSecond = 100

/** A program that we started, with all its children. */
export interface Program extends Usage {
  readonly pid: number
  readonly startedAt: number
  /** Time of each thread, in microseconds. */
  threadMicros(): Map<string, number>
  signal(name: NodeJS.Signals): void
  stop(): Promise<void>
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => process.exit(130))

/** @param cores list for taskset: '0', '0,1' */
export function start(cores: string, command: string, args: readonly string[], log: string): Program {
  const out = openSync(log, 'w')
  const startedAt = performance.now()
  const child = spawn('taskset', ['-c', cores, command, ...args], { stdio: ['ignore', out, out] })
  closeSync(out)
  running.add(child)
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  void ended.then(() => running.delete(child))
  const pid = child.pid
  if (pid === undefined) throw new Error(`taskset ${command} did not start`)

  return {
    pid,
    startedAt,
    ...usageOf(pid),
    threadMicros: () => {
      const files = processTree(pid).flatMap((one) =>
        listOr(`/proc/${one}/task`).map((task) => `/proc/${one}/task/${task}/stat`),
      )
      return new Map(files.map((file) => [file, readTicks(file) * (1e6 / ticksPerSecond)]))
    },
    signal: (name) => {
      child.kill(name)
    },
    stop: async () => {
      child.kill('SIGTERM')
      await Promise.race([ended, sleep(3000, undefined, { ref: false })])
      if (running.has(child)) {
        for (const one of processTree(pid)) kill(one)
        await ended
      }
    },
  }
}

/** Time of utime and stime, fields 14 and 15 of proc(5); the name in field 2 may hold spaces. */
function readTicks(file: string): number {
  const fields = readOr(file, '').split(') ').at(-1)?.split(' ') ?? []
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0)
}

function readProportionalSize(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(readOr(`/proc/${pid}/smaps_rollup`, ''))?.[1] ?? 0) * 1024
}

/** The process and its descendants. */
function processTree(pid: number): number[] {
  // A child belongs to the thread that started it, so all threads are asked.
  const direct = listOr(`/proc/${pid}/task`)
    .flatMap((task) => readOr(`/proc/${pid}/task/${task}/children`, '').trim().split(' '))
    .filter((text) => text !== '')
  return [pid, ...direct.flatMap((child) => processTree(Number(child)))]
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Already gone.
  }
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return otherwise
  }
}

function listOr(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** Runs a program to its end and gives back what it printed; throws with its last words when it fails. */
export async function runProgram(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  let text = ''
  child.stdout.on('data', (chunk) => (text += chunk))
  child.stderr.on('data', (chunk) => (text += chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  running.delete(child)
  if (code !== 0) throw new Error(`${path.basename(command)} ${args.join(' ')} ended with ${code}: ${text.slice(-800)}`)
  return text
}
