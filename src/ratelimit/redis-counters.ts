import { createHash } from 'node:crypto'
import { createClient } from '@redis/client'
import type { CounterSettings, Counters, Limit, Taken } from './counters.ts'
import { SpentWindows } from './spent-windows.ts'
import { takeScript, takeScriptHash } from './take-script.ts'

/** After Redis has been too slow or failed, nobody waits for it for this long. */
const pauseMs = 500
/** An open connection over which nothing comes is given up: the machine at its other end may be gone. */
const silenceMs = 5_000
/** How long a start waits for Redis; after that it is as if Redis were away. */
const patienceMs = 1_000
/** Answers that are waited for; more would only wait longer. */
const mostPending = 10_000

const away = Promise.resolve(undefined)

/** Connects; resolves in bounded time, whether Redis is there or not. */
export async function openRedisCounters(
  settings: CounterSettings,
  onProblem: (message: string) => void,
): Promise<Counters> {
  const counters = new RedisCounters(settings, onProblem)
  await counters.opened
  return counters
}

/** Counts in Redis over one connection; commands of one turn travel together. */
class RedisCounters implements Counters {
  readonly whenAway: 'open' | 'closed'
  /** There was an answer, or there will be none soon. */
  readonly opened: Promise<unknown>
  readonly #client: Client
  readonly #timeoutMs: number
  readonly #onProblem: (message: string) => void
  readonly #spent = new SpentWindows()
  #awayUntil = 0
  #isAway = false

  constructor({ url, timeoutMs, whenAway, authority }: CounterSettings, onProblem: (message: string) => void) {
    this.whenAway = whenAway
    this.#timeoutMs = timeoutMs
    this.#onProblem = onProblem
    this.#client = openClient(url, authority)
    this.#client.on('error', (error: Error) => this.#failed(error.message))
    const connected = this.#client.connect().catch((error: Error) => this.#failed(error.message))
    this.opened = within(patienceMs, connected)
  }

  async take(name: string, limit: Limit, cost: number): Promise<Taken | undefined> {
    const key = keyOf(name, limit)
    return this.#spent.ask(key, limit, cost, Date.now()) ?? (await this.#ask(key, limit, cost, false))
  }

  add(name: string, limit: Limit, cost: number): void {
    void this.#ask(keyOf(name, limit), limit, cost, true)
  }

  close(): void {
    this.#client.destroy()
  }

  #ask(key: string, limit: Limit, cost: number, always: boolean): Promise<Taken | undefined> {
    if (!this.#client.isReady || Date.now() < this.#awayUntil) return away
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined = setTimeout(() => {
        timer = undefined
        resolve(this.#failed(`no answer in ${this.#timeoutMs} ms`))
      }, this.#timeoutMs)
      // What comes late is nobody's any more.
      const inTime = () => {
        if (timer === undefined) return false
        clearTimeout(timer)
        return true
      }
      this.#run(key, limit, cost, always).then(
        (answer) => inTime() && resolve(this.#answered(key, limit, answer)),
        (error: Error) => inTime() && resolve(this.#failed(error.message)),
      )
    })
  }

  async #run(key: string, { limit, windowMs }: Limit, cost: number, always: boolean): Promise<number[]> {
    const options = { keys: [key], arguments: [String(cost), String(limit), String(windowMs), always ? '1' : '0'] }
    try {
      return (await this.#client.evalSha(takeScriptHash, options)) as number[]
    } catch (error) {
      // A Redis that has started anew knows no scripts.
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return (await this.#client.eval(takeScript, options)) as number[]
    }
  }

  /** Told once, until it is over. */
  #failed(why: string): undefined {
    this.#awayUntil = Date.now() + pauseMs
    if (this.#isAway) return
    this.#isAway = true
    const becomes = this.whenAway === 'open' ? 'pass without being counted' : 'are answered 503'
    this.#onProblem(`error Redis is away (${why}): requests under global rate limits ${becomes}`)
  }

  #answered(key: string, { limit }: Limit, [allowed = 0, used = 0, resetMs = 0]: readonly number[]): Taken {
    if (this.#isAway) {
      this.#isAway = false
      this.#onProblem('mended Redis is back: global rate limits hold')
    }
    if (used >= limit) this.#spent.note(key, used, Date.now() + resetMs)
    return { allowed: allowed === 1, remaining: Math.max(limit - used, 0), resetMs }
  }
}

type Client = ReturnType<typeof openClient>

function openClient(url: string, authority: string | undefined) {
  return createClient({
    url,
    RESP: 2,
    // Nothing waits for a connection.
    disableOfflineQueue: true,
    commandsQueueMaxLength: mostPending,
    pingInterval: silenceMs / 2,
    socket: {
      connectTimeout: patienceMs,
      socketTimeout: silenceMs,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** Math.min(retries, 10), 1_000),
      // Whether there is TLS at all is the URL's word.
      ...(url.startsWith('rediss:') && { tls: true as const, ...(authority !== undefined && { ca: authority }) }),
    },
  })
}

/** The window is part of the name: a rule that is changed begins anew only when its unit is another. */
function keyOf(name: string, { windowMs }: Limit): string {
  const short = name.length <= 200 ? name : createHash('sha256').update(name).digest('base64url')
  return `headgate:${windowMs}:${short}`
}

/** Settles in that time, whatever becomes of the work. */
function within(ms: number, work: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
