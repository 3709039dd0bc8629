/**
 * `node load.ts URL HOST CLIENTS PAUSE_MS`: asks until SIGTERM, then prints what came back as JSON. A program of its own, so
 * that it measures the gateway and not the bench.
 */
import { Agent, get } from 'node:http'

const [url = '', host = '', clients = '1', pauseMs = '0'] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: Number(clients) })
const failures = new Map<string, number>()
const delays: number[] = []
let isRunning = true

function ask(): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent, headers: { host }, timeout: 10_000 }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode === 200 ? undefined : String(response.statusCode)))
      response.on('error', (error: Error) => resolve(error.message))
    })
    request.on('timeout', () => request.destroy(new Error('no answer in 10 s')))
    request.on('error', (error: Error) => resolve(error.message))
  })
}

process.once('SIGTERM', () => {
  isRunning = false
})
await Promise.all(
  Array.from({ length: Number(clients) }, async () => {
    while (isRunning) {
      const began = performance.now()
      const failure = await ask()
      delays.push(performance.now() - began)
      if (failure !== undefined) failures.set(failure, (failures.get(failure) ?? 0) + 1)
      await new Promise((resolve) => setTimeout(resolve, Number(pauseMs)))
    }
  }),
)
agent.destroy()
let longestMs = 0
for (const delay of delays) longestMs = Math.max(longestMs, delay)
process.stdout.write(
  `${JSON.stringify({ requests: delays.length, failures: Object.fromEntries(failures), longestMs })}\n`,
)
