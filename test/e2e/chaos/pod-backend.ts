/**
 * `node pod-backend.ts TEXT`: a backend of a Deployment, on port 3000: the text at once, on `/stream` in sixty parts over six
 * seconds. SIGTERM: new connections are taken for two seconds more, as with a preStop hook that waits; then what is open ends.
 */
import { createServer, type ServerResponse } from 'node:http'

const [text = ''] = process.argv.slice(2)
const [parts, pauseMs, delayMs] = [60, 100, 2_000]
let isEnding = false

async function stream(response: ServerResponse): Promise<void> {
  for (let i = 0; i < parts; i++) {
    response.write('.')
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  response.end('whole')
}

const server = createServer((request, response) => {
  if (isEnding) response.setHeader('connection', 'close')
  if (request.url === '/stream') void stream(response)
  else response.end(text)
})
server.keepAliveTimeout = 60_000
server.listen(3_000)
process.once('SIGTERM', () => {
  isEnding = true
  setTimeout(() => server.close(() => process.exit(0)), delayMs)
})
