import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'

const program = process.env.REDIS_SERVER ?? 'redis-server'

/** Why tests with a real Redis are passed over; undefined: there is one. */
export const noRedis =
  spawnSync(program, ['--version']).status === 0 ? undefined : 'there is no redis-server: apt-get install redis-server'

/** A Redis of a test's own, in memory only. */
export class TestRedis {
  readonly port: number
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'headgate-redis-'))
  readonly #options: Readonly<Record<string, string>>
  readonly #files: Record<string, string> = {}
  #process: ChildProcess | undefined

  private constructor(port: number, options: Readonly<Record<string, string>>) {
    this.port = port
    this.#options = options
  }

  /** @param options as in redis.conf */
  static async start(options: Readonly<Record<string, string>> = {}): Promise<TestRedis> {
    const redis = new TestRedis(await freePort(), options)
    await redis.start()
    return redis
  }

  /** That speaks TLS alone. */
  static async overTls(
    { chain, key }: { readonly chain: string; readonly key: string },
    options: Readonly<Record<string, string>> = {},
  ): Promise<TestRedis> {
    const port = await freePort()
    const redis = new TestRedis(port, { ...options, port: '0', 'tls-port': String(port), 'tls-auth-clients': 'no' })
    const file = (name: string, text: string) => {
      const at = path.join(redis.#folder, name)
      writeFileSync(at, text)
      return at
    }
    Object.assign(redis.#files, { 'tls-cert-file': file('cert.pem', chain), 'tls-key-file': file('key.pem', key) })
    await redis.start()
    return redis
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** On the same port as before. */
  async start(): Promise<void> {
    const options = {
      port: this.port,
      bind: '127.0.0.1',
      save: '',
      appendonly: 'no',
      dir: this.#folder,
      ...this.#options,
      ...this.#files,
    }
    const words = Object.entries(options).flatMap(([name, value]) => [
      `--${name}`,
      ...(name === 'user' ? value.toString().split(' ') : [String(value)]),
    ])
    const child = spawn(program, words, { stdio: 'ignore' })
    this.#process = child
    const isOver = () => child.exitCode !== null || child.signalCode !== null
    for (let tries = 0; !(await accepts(this.port)); tries++) {
      if (isOver() || tries > 6_000) throw new Error('redis-server does not start')
      await sleep(10)
    }
  }

  /** It keeps its connections, and does not answer. */
  freeze(): void {
    this.#process?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#process?.kill('SIGCONT')
  }

  async stop(): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const over = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await over
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    }).on('error', () => resolve(false))
  })
}
