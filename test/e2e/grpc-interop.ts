import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Backend, Snapshot } from '#ir'
import { Secret } from '#kit/secret.ts'
import { listener, playPlane, route, snapshotOf } from '../../src/proxy/plane.fixture.ts'
import { ca, shop } from '../../src/proxy/tls/certificates.fixture.ts'
import { freePort } from './headgate-process.ts'

// gRPC's own interop client and server (Go), with the gateway between them: h2c, TLS towards the client, TLS on both sides.
// Needs Go. Run: node test/e2e/grpc-interop.ts [CASE…]. Exits with 1 when a case fails, with 2 when there is no Go.

const version = 'v1.85.0'
const cases = [
  'empty_unary',
  'large_unary',
  'client_streaming',
  'server_streaming',
  'ping_pong',
  'empty_stream',
  'timeout_on_sleeping_server',
  'cancel_after_begin',
  'cancel_after_first_response',
  'status_code_and_message',
  'special_status_message',
  'custom_metadata',
  'unimplemented_method',
  'unimplemented_service',
]

const folder = join(tmpdir(), `headgate-grpc-interop-${version}`)

/** Kept between runs: it takes a minute. */
function buildPeers(): boolean {
  return ['client', 'server'].every((name) => {
    if (existsSync(join(folder, name))) return true
    const words = ['install', `google.golang.org/grpc/interop/${name}@${version}`]
    const { status, error } = spawnSync('go', words, { stdio: 'inherit', env: { ...process.env, GOBIN: folder } })
    return error === undefined && status === 0
  })
}

interface Server {
  readonly port: number
  stop(): void
}

async function startServer(tls: boolean): Promise<Server> {
  const port = await freePort()
  const words = [`--port=${port}`, `--use_tls=${tls}`, ...(tls ? certificateWords() : [])]
  const child = spawn(join(folder, 'server'), words, { stdio: 'ignore' })
  await reached(port)
  return { port, stop: () => child.kill('SIGKILL') }
}

async function reached(port: number): Promise<void> {
  for (let i = 0; i < 100; i++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the interop server does not listen')
}

const files = mkdtempSync(join(tmpdir(), 'headgate-interop-'))
const pem = (name: string, text: string): string => {
  const file = join(files, name)
  writeFileSync(file, text, { mode: 0o600 })
  return file
}

function certificateWords(): string[] {
  return [`--tls_cert_file=${pem('cert.pem', shop.chain)}`, `--tls_key_file=${pem('key.pem', shop.key)}`]
}

function snapshotFor(plain: Server, secure: Server): Snapshot {
  const certificates = [
    { key: 'default/shop', chain: shop.chain, privateKey: new Secret(shop.key), names: ['shop.test'] },
  ]
  const terminate = { protocol: 'https', tls: { mode: 'terminate', certificates: ['default/shop'] } } as const
  const listeners = [listener(80), listener(443, terminate), listener(444, terminate)]
  const to = (port: number, backend: string) =>
    route(`r${port}`, {
      listener: `default/gw/${port}`,
      grpc: true,
      action: {
        kind: 'forward',
        to: [{ kind: 'backend', backend, weight: 1, filters: [] }],
        timeouts: { requestMs: 0, backendRequestMs: 0 },
      },
    })
  const routes = [to(80, 'plain'), to(443, 'plain'), to(444, 'secure')]
  const snapshot = snapshotOf(listeners, routes, { plain: [plain.port], secure: [secure.port] })
  const tls = { hostname: 'shop.test', trust: { kind: 'bundle', pem: ca }, subjectAltNames: [] } as const
  const backends = snapshot.backends.map(
    (backend): Backend => ({ ...backend, protocol: 'h2c', ...(backend.key === 'secure' && { tls }) }),
  )
  return { ...snapshot, certificates, backends }
}

function play(name: string, port: number, tls: boolean): Promise<string> {
  const trust = tls ? ['--use_test_ca=true', `--ca_file=${pem('ca.pem', ca)}`, '--server_host_override=shop.test'] : []
  const words = [
    `--test_case=${name}`,
    '--server_host=127.0.0.1',
    `--server_port=${port}`,
    `--use_tls=${tls}`,
    ...trust,
  ]
  return new Promise((resolve) => {
    const child = spawn(join(folder, 'client'), words, { timeout: 30_000 })
    let output = ''
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.on('close', (code) => resolve(code === 0 ? '' : `exit ${code}: ${output.trim().slice(-400)}`))
  })
}

if (!buildPeers()) {
  console.error('the interop client and server of gRPC need Go')
  process.exit(2)
}

const wanted = process.argv.length > 2 ? process.argv.slice(2) : cases
const [plain, secure] = [await startServer(false), await startServer(true)]
const { plane, port } = await playPlane(snapshotFor(plain, secure))
let failures = 0
try {
  for (const [way, at, tls] of [
    ['h2c', 80, false],
    ['TLS', 443, true],
    ['TLS on both sides', 444, true],
  ] as const) {
    let passed = 0
    for (const name of wanted) {
      const failure = await play(name, port(at), tls)
      if (failure === '') passed++
      else console.log(`${way}: ${name}: ${failure}`)
    }
    failures += wanted.length - passed
    console.log(`${way}: ${passed} of ${wanted.length} cases passed`)
  }
} finally {
  plane.close()
  plain.stop()
  secure.stop()
  rmSync(files, { recursive: true, force: true })
}
process.exit(failures === 0 ? 0 : 1)
