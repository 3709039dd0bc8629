import { get as getPlain, Agent as PlainAgent } from 'node:http'
import { get as getSecure, Agent as SecureAgent } from 'node:https'
import type { TestContext } from 'node:test'

export interface LoadWish {
  readonly clients?: number
  /** A new connection for every request. */
  readonly fresh?: boolean
  readonly headers?: Readonly<Record<string, string>>
  /** Requests of a client begin so far apart, at least. */
  readonly pauseMs?: number
}

/** What came back: how often each answer, `200 text` or `failed: why`. */
export type Answers = ReadonlyMap<string, number>

export interface Failure {
  readonly answer: string
  /** By `performance.now()`. */
  readonly beganAt: number
}

export interface SteadyLoad {
  readonly answers: Answers
  /** All but 200. */
  readonly failures: readonly Failure[]
  /** So far. */
  readonly count: number
  /** Waits until so many more requests have been answered. */
  more(requests: number): Promise<void>
  stop(): Promise<Answers>
}

/** Asks again and again until told to stop, or the test ends. */
export function startLoad(t: TestContext, url: string, wish: LoadWish = {}): SteadyLoad {
  const { clients = 4, fresh = false, headers = {}, pauseMs = 2 } = wish
  const isSecure = url.startsWith('https:')
  const wanted = { keepAlive: !fresh, maxSockets: clients }
  // Who answers is not asked here; that a handshake comes to its end is.
  const agent = isSecure ? new SecureAgent({ ...wanted, rejectUnauthorized: false }) : new PlainAgent(wanted)
  const get = isSecure ? getSecure : getPlain
  const servername = headers.host
  const failures: Failure[] = []
  const answers = new Map<string, number>()
  let count = 0
  let isRunning = true
  const ask = (): Promise<string> =>
    new Promise((resolve) => {
      const request = get(url, { agent, headers, timeout: 10_000, ...(servername && { servername }) }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        response.on('end', () => resolve(`${response.statusCode} ${text}`))
        response.on('error', (error: Error) => resolve(`failed: ${error.message}`))
      })
      request.on('timeout', () => request.destroy(new Error('no answer in 10 s')))
      request.on('error', (error: Error) => resolve(`failed: ${error.message}`))
    })
  const running = Array.from({ length: clients }, async () => {
    while (isRunning) {
      const beganAt = performance.now()
      const answer = await ask()
      if (!answer.startsWith('200 ')) failures.push({ answer, beganAt })
      answers.set(answer, (answers.get(answer) ?? 0) + 1)
      count++
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  })
  t.after(() => {
    isRunning = false
    agent.destroy()
  })
  return {
    answers,
    failures,
    get count() {
      return count
    },
    async more(requests) {
      const enough = count + requests
      for (let i = 0; count < enough; i++) {
        if (i > 6_000) throw new Error(`${count} answers, ${enough} awaited`)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
    async stop() {
      isRunning = false
      await Promise.all(running)
      agent.destroy()
      return answers
    },
  }
}
