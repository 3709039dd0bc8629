import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Message } from '../message.ts'
import { AdminClient } from './admin-client.ts'
import { type BootstrapOptions, buildBootstrap } from './build-bootstrap.ts'
import { drainEnvoy } from './drain-envoy.ts'
import { envoyArguments } from './envoy-arguments.ts'
import type { EnvoyControl } from './envoy-control.ts'
import { keepUseful } from './keep-useful.ts'
import { OpenListeners } from './open-listeners.ts'
import { readLogLine } from './read-log-line.ts'
import { watchOver } from './watchdog.ts'

export interface EnvoyProcessOptions extends Omit<BootstrapOptions, 'admin'> {
  readonly program: string
  /** For the bootstrap and the admin socket; ours alone. A socket's path has at most 107 bytes. */
  readonly folder: string
  /** Worker threads. */
  readonly concurrency: number
  /** It writes an access log, on our standard output. */
  readonly accessLog?: boolean
  /** A line of Envoy's log that concerns the user. */
  readonly onLog: (line: string) => void
  /** It ended without being told to, and is started again after so many milliseconds. */
  readonly onCrash?: (how: string, againMs: number) => void
}

const firstBackoffMs = 200
const longestBackoffMs = 30_000
/** Having lived so long, a crash is a first one again. */
const steadyMs = 60_000

/** One Envoy of ours: started, watched, started again after a crash, drained. */
export class EnvoyProcess implements EnvoyControl {
  readonly admin: AdminClient
  readonly #options: EnvoyProcessOptions
  readonly #bootstrap: string
  readonly #adminPath: string
  #child: ChildProcess | undefined
  #restart: NodeJS.Timeout | undefined
  #crashes = 0
  #ending = false
  readonly #open: OpenListeners

  constructor(options: EnvoyProcessOptions) {
    this.#options = options
    mkdirSync(options.folder, { recursive: true, mode: 0o700 })
    this.#bootstrap = path.join(options.folder, 'bootstrap.json')
    this.#adminPath = path.join(options.folder, 'admin.sock')
    this.admin = new AdminClient(this.#adminPath)
    this.#open = new OpenListeners(this.admin)
    const bootstrap = buildBootstrap({ ...options, admin: { kind: 'unix', path: this.#adminPath } })
    writeFileSync(this.#bootstrap, JSON.stringify(bootstrap, undefined, 2), { mode: 0o600 })
  }

  get isRunning(): boolean {
    return this.#child?.pid !== undefined
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  start(): void {
    const { program, concurrency, accessLog = false, onLog } = this.#options
    const startedAt = Date.now()
    rmSync(this.#adminPath, { force: true })
    const args = envoyArguments(this.#bootstrap, concurrency, accessLog)
    // In a group of its own: a Ctrl-C is ours to handle, and drains.
    const output = accessLog ? 'inherit' : 'ignore'
    const child = spawn(program, [...args], { stdio: ['ignore', output, 'pipe'], detached: true })
    const watchdog = child.pid === undefined ? undefined : watchOver(child.pid)
    child.once('exit', () => watchdog?.[Symbol.dispose]())
    this.#child = child
    let rest = ''
    child.stderr.setEncoding('utf8')
    child.stderr.on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const told = readLogLine(line)
        if (told !== undefined) onLog(told)
      }
    })
    child.on('error', (error) => this.#crashed(error.message, startedAt))
    child.on('exit', (code, signal) =>
      this.#crashed(signal ? `ended by ${signal}` : `ended with code ${code}`, startedAt),
    )
  }

  #crashed(how: string, startedAt: number): void {
    if (this.#child === undefined) return
    this.#child = undefined
    this.#open.forget()
    if (this.#ending) return
    if (Date.now() - startedAt > steadyMs) this.#crashes = 0
    const againMs = Math.min(firstBackoffMs * 2 ** this.#crashes++, longestBackoffMs)
    this.#options.onCrash?.(how, againMs)
    this.#restart = setTimeout(() => this.start(), againMs)
  }

  restarted(): void {
    this.#open.forget()
  }

  /** Of these Listeners the names of those that do not accept connections yet. */
  closedListeners(listeners: readonly Message[]): Promise<string[]> {
    return this.#open.closed(listeners)
  }

  async metrics(): Promise<string> {
    return keepUseful(await this.admin.metrics().catch(() => ''))
  }

  /** No new connections; open ones are told to end; then it goes. */
  async drain(timeoutMs: number): Promise<void> {
    this.#ending = true
    clearTimeout(this.#restart)
    await drainEnvoy(this.admin, timeoutMs)
    await this.stop()
  }

  /** Ends it at once. */
  async stop(): Promise<void> {
    this.#ending = true
    clearTimeout(this.#restart)
    const child = this.#child
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
      child.kill('SIGTERM')
      const killer = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await gone
      clearTimeout(killer)
    }
    rmSync(this.#adminPath, { force: true })
  }
}
