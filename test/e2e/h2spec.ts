import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { Secret } from '#kit/secret.ts'
import { serveHttp2 } from '../../src/proxy/http2/server.ts'
import { listener, playPlane, route, snapshotOf } from '../../src/proxy/plane.fixture.ts'
import type { ServerStream, ServerStreamHandler } from '../../src/proxy/stream.ts'
import { shop } from '../../src/proxy/tls/certificates.fixture.ts'

// h2spec (summerwind) against our HTTP/2 codec and against the whole plane, h2c and TLS, strict cases included. Needs Go once, to install it:
//   go install github.com/summerwind/h2spec/cmd/h2spec@v2.2.1+incompatible
// Run: node test/e2e/h2spec.ts. Exits with 1 when a case fails, with 2 when h2spec is not there.

const limits = {
  sni: '',
  maxConcurrentStreams: 100,
  maxHeaderBytes: 65_536,
  maxHeaderCount: 200,
  idleTimeoutMs: 60_000,
  headerTimeoutMs: 10_000,
}

/** Answers when the request is whole: its body, and a few octets more. */
function echo(stream: ServerStream): ServerStreamHandler {
  const chunks: Uint8Array[] = []
  return {
    onData: (chunk) => void chunks.push(chunk),
    onEnd() {
      const body = Buffer.concat([...chunks, Buffer.from('hello\n')])
      const end = stream.head.method === 'HEAD'
      stream.respond({ status: 200, fields: ['content-type', 'text/plain'], contentLength: body.length }, end)
      if (end) return
      stream.write(body)
      stream.end(null)
    },
    onReset() {},
    onWritable() {},
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

function findH2spec(): string | undefined {
  const places = [...(process.env.PATH ?? '').split(':'), join(process.env.GOPATH ?? join(homedir(), 'go'), 'bin')]
  return places.map((place) => join(place, 'h2spec')).find((file) => existsSync(file))
}

function play(h2spec: string, name: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(h2spec, ['-h', '127.0.0.1', '-S', ...args])
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.on('close', (code) => {
      const failures = output.indexOf('Failures:')
      console.log(`${name}: ${/\d+ tests, .*/.exec(output)?.[0] ?? output}`)
      if (failures >= 0) console.log(output.slice(failures))
      resolve(code === 0 && failures < 0)
    })
  })
}

const h2spec = findH2spec()
if (h2spec === undefined || spawnSync(h2spec, ['--version']).status !== 0) {
  console.error('h2spec is not installed: go install github.com/summerwind/h2spec/cmd/h2spec@v2.2.1+incompatible')
  process.exit(2)
}

const serve = (scheme: 'http' | 'https') => (socket: Socket) => void serveHttp2(socket, { ...limits, scheme }, echo)
const plain = createServer({ noDelay: true }, serve('http'))
const secure = createTlsServer({ cert: shop.chain, key: shop.key, ALPNProtocols: ['h2'] }, serve('https'))

/** The whole plane: an HTTP and an HTTPS listener, routes, a backend that speaks HTTP/1.1. */
async function startPlane(): Promise<{ plain: number; secure: number }> {
  const backend = createHttpServer((request, response) => {
    request.on('end', () => response.end('hello from the backend\n')).resume()
  })
  const listeners = [
    listener(80),
    listener(443, { protocol: 'https', tls: { mode: 'terminate', certificates: ['default/shop'] } }),
  ]
  const routes = listeners.map(({ key, port }) => route(`r${port}`, { listener: key }))
  const certificate = { key: 'default/shop', chain: shop.chain, privateKey: new Secret(shop.key), names: ['shop.test'] }
  const snapshot = { ...snapshotOf(listeners, routes, { a: [await listen(backend)] }), certificates: [certificate] }
  const { port } = await playPlane(snapshot)
  return { plain: port(80), secure: port(443) }
}

const plane = await startPlane()
const good = [
  await play(h2spec, 'codec, h2c', ['-p', String(await listen(plain))]),
  await play(h2spec, 'codec, TLS', ['-p', String(await listen(secure)), '-t', '-k']),
  await play(h2spec, 'plane, h2c', ['-p', String(plane.plain)]),
  await play(h2spec, 'plane, TLS', ['-p', String(plane.secure), '-t', '-k']),
]
process.exit(good.every(Boolean) ? 0 : 1)
