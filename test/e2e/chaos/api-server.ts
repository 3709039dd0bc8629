import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The API server of the rig that we run in; the rig's `down` ends whatever is started in its place. */
export class ApiServerProcess {
  #pid: number
  readonly #command: readonly string[]

  constructor(kubeconfig: string) {
    const file = path.join(path.dirname(kubeconfig), '../apiserver.pid')
    this.#pid = Number(readFileSync(file, 'utf8'))
    this.#command = readFileSync(`/proc/${this.#pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
  }

  /** It neither answers nor closes what is open. */
  freeze(): void {
    process.kill(this.#pid, 'SIGSTOP')
  }

  thaw(): void {
    process.kill(this.#pid, 'SIGCONT')
  }

  async kill(): Promise<void> {
    process.kill(this.#pid, 'SIGKILL')
    await sleep(500)
  }

  startAgain(): void {
    const [command = '', ...args] = this.#command
    const child = spawn(command, args, { detached: true, stdio: 'ignore' })
    child.unref()
    this.#pid = child.pid!
  }
}
