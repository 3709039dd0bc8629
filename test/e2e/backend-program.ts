/**
 * `node backend-program.ts TEXT PORT`: answers with the text after a few milliseconds. SIGTERM: it takes no new connections, ends
 * what it has, says goodbye on connections that stay, as servers in pods do.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const [text = '', port = '0'] = process.argv.slice(2)
let isEnding = false
const server = createServer((_, response) => {
  setTimeout(() => {
    if (isEnding) response.setHeader('connection', 'close')
    response.end(text)
  }, 3)
})
server.keepAliveTimeout = 60_000
server.listen(Number(port), '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`))
process.once('SIGTERM', () => {
  isEnding = true
  server.close(() => process.exit(0))
})
