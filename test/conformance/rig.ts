import { type ChildProcess, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')
const rig = path.join(root, 'test/cluster/rig')

/** Where the rig keeps what it writes. */
export const runFolder = path.join(process.env.RIG_DIR ?? path.join(tmpdir(), 'gwrig'), 'run')

/** A process group of its own: Ctrl-C reaches us alone, and we end things in their order. */
export function startRig(args: readonly string[], logFile?: string): ChildProcess {
  const log = logFile === undefined ? 'inherit' : openSync(logFile, 'w')
  return spawn(rig, args, { cwd: root, detached: true, stdio: ['ignore', log, log] })
}

/** Resolves with the exit code; 1 when a signal ended it. */
export function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve(child.exitCode ?? 1)
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

/** Signals the whole group, then waits; what has not ended after a while is killed. */
export async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, name)
    } catch {
      // It went first.
    }
  }
  signal('SIGTERM')
  const tooLong = setTimeout(() => signal('SIGKILL'), 30_000)
  await exitOf(child)
  clearTimeout(tooLong)
}

/** Runs a command of the rig and gives its output; `undefined` when it failed. */
export async function askRig(args: readonly string[], input = ''): Promise<string | undefined> {
  const child = spawn(rig, args, { cwd: root, detached: true, stdio: ['pipe', 'pipe', 'ignore'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stdin.end(input)
  return (await exitOf(child)) === 0 ? output : undefined
}
