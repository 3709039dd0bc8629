import { X509Certificate } from 'node:crypto'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:tls'
import type { Target } from './routes.ts'

export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  return Promise.all(
    servers.map(async (server) => {
      const address = server.address()
      await new Promise((resolve) => server.close(resolve))
      return typeof address === 'object' && address !== null ? address.port : 0
    }),
  )
}

type Fields = Readonly<Record<string, string>>

export interface Answer {
  /** 0: the connection failed. */
  readonly status: number
  readonly body: string
}

/** One request; a failure of the network is a status 0, because that is what is being waited for. */
export function ask(port: number, target: Target, agent?: Agent, headers: Fields = {}): Promise<Answer> {
  return new Promise((resolve) => {
    const options = {
      host: '127.0.0.1',
      port,
      path: target.path,
      headers: { ...headers, host: target.host },
      timeout: 5000,
    }
    const call = request(
      { ...options, ...(agent === undefined ? { agent: false as const } : { agent }) },
      (response) => {
        let body = ''
        response.setEncoding('latin1')
        response.on('data', (text) => (body += text))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
        response.on('error', () => resolve({ status: 0, body: '' }))
      },
    )
    call.on('timeout', () => call.destroy())
    call.on('error', () => resolve({ status: 0, body: '' }))
    call.end()
  })
}

/** @returns when the first 200 arrived, as performance.now() has it */
export async function waitUntilAnswering(
  port: number,
  target: Target,
  timeoutMs: number,
  headers: Fields = {},
): Promise<number> {
  const until = performance.now() + timeoutMs
  let last = 0
  while (performance.now() < until) {
    last = (await ask(port, target, undefined, headers)).status
    if (last === 200) return performance.now()
    await sleep(1)
  }
  throw new Error(
    `no 200 for http://${target.host}${target.path} on port ${port} in ${timeoutMs} ms; the last was ${last}`,
  )
}

/** Asks on one kept connection until the answer starts with `letter`. @returns its time, and how many answers were no 200 */
export async function waitForLetter(
  port: number,
  target: Target,
  letter: string,
  timeoutMs: number,
): Promise<{ readonly at: number; readonly failed: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const until = performance.now() + timeoutMs
  let failed = 0
  try {
    while (performance.now() < until) {
      const answer = await ask(port, target, agent)
      if (answer.status === 200 && answer.body.startsWith(letter)) return { at: performance.now(), failed }
      if (answer.status !== 200) failed++
      await sleep(0.2)
    }
  } finally {
    agent.destroy()
  }
  return { at: Number.POSITIVE_INFINITY, failed }
}

/** Shakes hands until `certificate` (PEM) is shown. @returns its time, and how many handshakes failed */
export async function waitForCertificate(
  port: number,
  certificate: string,
  timeoutMs: number,
): Promise<{ readonly at: number; readonly failed: number }> {
  const wanted = new X509Certificate(certificate).fingerprint256
  const until = performance.now() + timeoutMs
  let failed = 0
  while (performance.now() < until) {
    const shown = await shownCertificate(port)
    if (shown === wanted) return { at: performance.now(), failed }
    if (shown === undefined) failed++
    await sleep(0.2)
  }
  return { at: Number.POSITIVE_INFINITY, failed }
}

function shownCertificate(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'www.example.com', rejectUnauthorized: false })
    socket.on('secureConnect', () => {
      resolve(socket.getPeerX509Certificate()?.fingerprint256)
      socket.destroy()
    })
    socket.on('error', () => resolve(undefined))
  })
}
