/**
 * `npm start`: the demo backends and a Headgate in front of them. Words behind `npm start --` go to `headgate run`, such as
 * `npm start -- --port 8080:9000`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import path from 'node:path'

/** As backends.yaml has them. */
const backends = { 'shop-v1': 28081, 'shop-v2': 28082, api: 28083 }

// First all backends, then the gateway: nothing is left behind when a port is taken.
for (const [name, port] of Object.entries(backends)) await startBackend(name, port)

const folder = import.meta.dirname
const program = path.join(folder, '..', '..', 'bin', 'headgate')
const args = ['run', '-f', path.relative(process.cwd(), folder), '--bind', '127.0.0.1', '--access-log', 'text']
const headgate = spawn(program, [...args, ...process.argv.slice(2)], { stdio: 'inherit' })
headgate.on('error', (error) => fail(error.message))
headgate.on('exit', (code) => process.exit(code ?? 1))
// Whatever ends this program ends Headgate: nothing is left behind.
process.on('exit', () => headgate.kill('SIGKILL'))

process.stderr.write(`
  curl http://shop.localhost:8080/            one answer in ten comes from shop-v2
  curl -i http://shop.localhost:8080/basket   is redirected to /cart
  curl http://api.localhost:8080/ -b a=b      has a header more, and no cookie

Edit a file in ${args[2]} and ask again. Ctrl-C ends.

`)

// A terminal sends Ctrl-C to both of us, others only to us. The backends answer until Headgate has drained.
process.on('SIGINT', () => {
  if (!process.stdin.isTTY) headgate.kill('SIGINT')
})
for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => headgate.kill('SIGTERM'))

// npm may end by a signal that nobody hands on to us: then we have another parent.
const { ppid: parent, env } = process
const { npm_lifecycle_event: npm } = env
const watch = setInterval(() => {
  if (npm === undefined || process.ppid === parent) return
  clearInterval(watch)
  headgate.kill('SIGTERM')
}, 500)

/** A backend that says who it is and what it was sent. */
async function startBackend(name: string, port: number): Promise<void> {
  const server = createServer((request, response) => {
    const fields = Object.entries(request.headers).map(([field, value]) => `  ${field}: ${value}\n`)
    response.setHeader('content-type', 'text/plain; charset=utf-8')
    response.end(`${name} got ${request.method} ${request.url}\n${fields.join('')}`)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening').catch((error: Error) => fail(`demo backend ${name}: ${error.message}`))
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
