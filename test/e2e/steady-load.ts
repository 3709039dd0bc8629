import { type ClientRequest, get as getPlain, Agent as PlainAgent } from 'node:http'
import { get as getSecure, Agent as SecureAgent } from 'node:https'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'

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
  readonly endedAt: number
  /** What helps to find the cause: when, from which port, on which kind of connection. */
  readonly story: string
}

export interface SteadyLoad {
  readonly answers: Answers
  /** All but 200. */
  readonly failures: readonly Failure[]
  /** So far. */
  readonly count: number
  /** Waits until so many more requests have been answered. */
  more(requests: number): Promise<void>
  /** Waits until each client has been answered a request that began after now: what was under way is over. */
  round(): Promise<void>
  /** Waits until this answer comes once more. */
  hears(answer: string): Promise<void>
  stop(): Promise<Answers>
}

/** On any machine, however busy. */
const patienceMs = 60_000

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
  const ask = (): Promise<{ readonly answer: string; readonly request: ClientRequest }> =>
    new Promise((resolve) => {
      const options = { agent, headers, timeout: patienceMs / 2, ...(servername && { servername }) }
      const request = get(url, options, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        response.on('end', () => tell(`${response.statusCode} ${text}`))
        response.on('error', (error: Error) =>
          tell(`failed: ${error.message} in the answer ${response.statusCode} ${text}`),
        )
      })
      const tell = (answer: string) => resolve({ answer, request })
      request.on('timeout', () => request.destroy(new Error(`no answer in ${patienceMs / 2} ms`)))
      request.on('error', (error: NodeJS.ErrnoException) => tell(`failed: ${error.code ?? ''} ${error.message}`))
    })
  const begun = Array.from({ length: clients }, () => 0)
  const running = begun.map(async (_, client) => {
    while (isRunning) {
      begun[client]!++
      const beganAt = performance.now()
      const date = new Date().toISOString()
      const { answer, request } = await ask()
      const endedAt = performance.now()
      if (!answer.startsWith('200 ')) {
        const { socket, reusedSocket } = request
        const connection = `${reusedSocket ? 'kept' : 'new'} connection from ${socket?.localPort ?? 'nowhere'}`
        const took = `after ${(endedAt - beganAt).toFixed(1)} ms`
        const story = `${date} GET ${url} ${took} on a ${connection}: ${JSON.stringify(answer)}`
        failures.push({ answer, beganAt, endedAt, story })
      }
      answers.set(answer, (answers.get(answer) ?? 0) + 1)
      count++
      await sleep(pauseMs)
    }
  })
  const stop = async () => {
    isRunning = false
    await Promise.all(running)
    agent.destroy()
    return answers
  }
  const told = () => [...answers].map(([answer, times]) => `${times} × ${JSON.stringify(answer)}`).join(', ')
  const until = async (isSo: () => boolean, wanted: string) => {
    for (const end = performance.now() + patienceMs; !isSo(); await sleep(2))
      if (performance.now() > end) throw new Error(`${wanted}; so far ${told()}`)
  }
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
      await until(() => count >= enough, `${enough} answers are awaited`)
    },
    async round() {
      const before = [...begun]
      // Who has begun the one after the next has been answered the next.
      await until(() => begun.every((times, client) => times > before[client]! + 1), 'some client hears nothing')
    },
    async hears(answer) {
      const before = answers.get(answer) ?? 0
      await until(() => (answers.get(answer) ?? 0) > before, `${JSON.stringify(answer)} is awaited`)
    },
    stop,
  }
}
