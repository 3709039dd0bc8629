import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { TestContext } from 'node:test'

/** A backend that is a process, so that it can be told to end, or die. */
export interface BackendProcess {
  readonly port: number
  end(signal: NodeJS.Signals): Promise<void>
}

export async function startBackendProcess(t: TestContext, text: string, port = 0): Promise<BackendProcess> {
  const program = new URL('./backend-program.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [program, text, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await exited
  }
  t.after(() => end('SIGKILL'))
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  return { port: Number(said.toString()), end }
}
