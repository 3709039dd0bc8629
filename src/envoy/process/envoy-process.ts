import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Message } from '../message.ts'
import { acceptsConnections } from './accepts-connections.ts'
import { AdminClient, type ListenerPlace } from './admin-client.ts'
import { type BootstrapOptions, buildBootstrap } from './build-bootstrap.ts'
import { readLogLine } from './read-log-line.ts'
import { watchOver } from './watchdog.ts'

export interface EnvoyProcessOptions extends Omit<BootstrapOptions, 'admin'> {
  readonly program: string
  /** For the bootstrap and the admin socket; ours alone. A socket's path has at most 107 bytes. */
  readonly folder: string
  /** Worker threads. */
  readonly concurrency: number
  /** A line of Envoy's log that concerns the user. */
  readonly onLog: (line: string) => void
  /** It ended without being told to, and is started again after so many milliseconds. */
  readonly onCrash?: (how: string, againMs: number) => void
}

const firstBackoffMs = 200
const longestBackoffMs = 30_000
/** Having lived so long, a crash is a first one again. */
const steadyMs = 60_000
const drainSeconds = 600

/** One Envoy of ours: started, watched, started again after a crash, drained. */
export class EnvoyProcess {
  readonly admin: AdminClient
  readonly #options: EnvoyProcessOptions
  readonly #bootstrap: string
  readonly #adminPath: string
  #child: ChildProcess | undefined
  #restart: NodeJS.Timeout | undefined
  #crashes = 0
  #ending = false
  /** Listeners that have accepted a connection of ours. */
  readonly #accepting = new Set<string>()

  constructor(options: EnvoyProcessOptions) {
    this.#options = options
    mkdirSync(options.folder, { recursive: true, mode: 0o700 })
    this.#bootstrap = path.join(options.folder, 'bootstrap.json')
    this.#adminPath = path.join(options.folder, 'admin.sock')
    this.admin = new AdminClient(this.#adminPath)
    const bootstrap = buildBootstrap({ ...options, admin: { kind: 'unix', path: this.#adminPath } })
    writeFileSync(this.#bootstrap, JSON.stringify(bootstrap, undefined, 2), { mode: 0o600 })
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  start(): void {
    const { program, concurrency, onLog } = this.#options
    const startedAt = Date.now()
    rmSync(this.#adminPath, { force: true })
    const args = [
      ...['-c', this.#bootstrap, '--concurrency', String(concurrency), '--disable-hot-restart'],
      ...['-l', 'warning', '--log-format', '%l %n %v'],
      // Those who are connected are told at once that it ends, not little by little.
      ...['--drain-strategy', 'immediate', '--drain-time-s', String(drainSeconds)],
    ]
    // In a group of its own: a Ctrl-C is ours to handle, and drains.
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
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
    this.#accepting.clear()
    if (this.#ending) return
    if (Date.now() - startedAt > steadyMs) this.#crashes = 0
    const againMs = Math.min(firstBackoffMs * 2 ** this.#crashes++, longestBackoffMs)
    this.#options.onCrash?.(how, againMs)
    this.#restart = setTimeout(() => this.start(), againMs)
  }

  /** Of these Listeners the names of those that do not accept connections yet. */
  async closedListeners(listeners: readonly Message[]): Promise<string[]> {
    const taken = await this.admin.listeners().catch(() => new Map<string, ListenerPlace>())
    for (const name of this.#accepting) if (!taken.has(name)) this.#accepting.delete(name)
    await Promise.all(
      listeners.map(async ({ name: given, udp_listener_config: udp }) => {
        const name = String(given)
        const place = taken.get(name)
        if (place === undefined || this.#accepting.has(name)) return
        if (udp !== undefined || (await acceptsConnections(place.address, place.port))) this.#accepting.add(name)
      }),
    )
    return listeners.map(({ name }) => String(name)).filter((name) => !this.#accepting.has(name))
  }

  /** No new connections; open ones are told to end; then it goes. */
  async drain(timeoutMs: number): Promise<void> {
    this.#ending = true
    clearTimeout(this.#restart)
    const until = Date.now() + timeoutMs
    try {
      await this.admin.failHealthCheck()
      await this.admin.drainListeners()
      while (Date.now() < until && (await this.admin.connections()) > 0) await sleep(100)
    } catch {
      // It is gone or does not answer: there is nothing to wait for.
    }
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
