/**
 * Asks a URL again and again, each time by a new connection, until it is told to end; then prints what came back.
 * Run inside the cluster's network: `load.ts URL HOST`. The URL's address is asked, by the host's name.
 */
import { get as getHttp, Agent as HttpAgent, type IncomingMessage } from 'node:http'
import { get as getHttps, Agent as HttpsAgent } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'

/** What `load.ts` prints. */
export interface LoadReport {
  readonly requests: number
  /** The first of what went wrong. */
  readonly failed: readonly string[]
  /** Serial numbers of certificates, in the order in which they were seen. */
  readonly certificates: readonly string[]
}

const atOnce = 4
const pauseMs = 5

async function load(url: URL, host: string): Promise<void> {
  let requests = 0
  let isEnding = false
  const failed: string[] = []
  const certificates = new Set<string>()
  process.on('SIGTERM', () => {
    isEnding = true
  })
  console.log('loading')
  const ask = () =>
    new Promise<void>((resolve) => {
      const headers = { host, connection: 'close' }
      const options = { headers, timeout: 10_000 }
      const done = (response: IncomingMessage) => {
        if (response.statusCode !== 200) failed.push(`status ${response.statusCode}`)
        if (url.protocol === 'https:')
          certificates.add((response.socket as TLSSocket).getPeerX509Certificate()?.serialNumber ?? 'none')
        response.resume().once('close', resolve)
      }
      const request =
        url.protocol === 'https:'
          ? getHttps(url, { ...options, servername: host, rejectUnauthorized: false, agent: new HttpsAgent() }, done)
          : getHttp(url, { ...options, agent: new HttpAgent() }, done)
      request.once('timeout', () => request.destroy(new Error('no answer in 10 s')))
      request.once('error', (error) => {
        failed.push(error.message)
        resolve()
      })
    })
  const loop = async () => {
    while (!isEnding) {
      requests++
      await ask()
      await sleep(pauseMs)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, loop))
  const report: LoadReport = { requests, failed: failed.slice(0, 20), certificates: [...certificates] }
  console.log(JSON.stringify(report))
}

const [, file, url, host] = process.argv
if (file === import.meta.filename) await load(new URL(url ?? ''), host ?? '')
