import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

export interface LoadReport {
  readonly requests: number
  /** Answers that were not 200, and connections that failed: how often each. */
  readonly failures: Readonly<Record<string, number>>
  readonly longestMs: number
}

/** Clients in a process of their own, until told to stop. */
export function startLoad(
  url: string,
  host: string,
  clients: number,
  pauseMs: number,
): { stop(): Promise<LoadReport> } {
  const program = new URL('./load.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [program, url, host, String(clients), String(pauseMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const output = text(child.stdout)
  return {
    async stop() {
      child.kill('SIGTERM')
      return JSON.parse(await output) as LoadReport
    },
  }
}

/** A backend that says its letter, on port 8080 of an address. */
export async function startBackend(address: string, letter: string) {
  const program = new URL('./backend.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [program, address, letter], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return {
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

export function countFailures({ failures }: LoadReport): number {
  return Object.values(failures).reduce((sum, count) => sum + count, 0)
}
