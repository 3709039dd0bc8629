import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { freePort } from '../free-port.ts'
import { tieChild } from '../tie-child.ts'

/** A backend that is a process, so that it can be told to end, or die. */
export interface BackendProcess {
  readonly port: number
  end(signal: NodeJS.Signals): Promise<void>
}

/** @param port that it may come back to: nobody else gets it in between */
export async function startBackendProcess(t: TestContext, text: string, port?: number): Promise<BackendProcess> {
  port ??= await freePort()
  const program = new URL('./backend-program.ts', import.meta.url).pathname
  const child = tieChild(
    spawn(process.execPath, [program, text, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] }),
  )
  const exited = once(child, 'exit')
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await exited
  }
  t.after(() => end('SIGKILL'))
  const listens = once(child.stdout, 'data').then(() => true)
  if (!(await Promise.race([listens, exited.then(() => false)]))) throw new Error(`backend ${text} can't use ${port}`)
  return { port, end }
}
