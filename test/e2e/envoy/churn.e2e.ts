import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:tls'
import { serviceYaml, startHeadgate } from '../headgate-process.ts'
import { startLoad } from '../steady-load.ts'
import { installEnvoy } from './install-envoy.ts'

/** `CHURN_SECONDS=60 npm run e2e:envoy -- churn` is the whole length. */
const seconds = Number(process.env.CHURN_SECONDS ?? 10)
const host = 'www.churn.test'

async function startBackend(t: TestContext, name: string): Promise<number> {
  const server = createServer((_, response) => response.end(name))
  server.keepAliveTimeout = 600_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}

function makeSecret(folder: string, name: string): string {
  const [key, certificate] = [path.join(folder, `${name}.key`), path.join(folder, `${name}.crt`)]
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', certificate]
  const says = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${host}`]
  execFileSync('openssl', ['req', '-x509', '-days', '2', ...made, ...says], { stdio: 'ignore' })
  const data = { 'tls.crt': certificate, 'tls.key': key }
  const lines = Object.entries(data).map(([field, file]) => `  ${field}: ${readFileSync(file).toString('base64')}`)
  return `apiVersion: v1
kind: Secret
metadata: { name: certificate }
type: kubernetes.io/tls
data:
${lines.join('\n')}
`
}

/** What a new client sees. */
function certificateName(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername: host, rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN))
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

const gateway = (port: number) => `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw }
spec:
  gatewayClassName: headgate
  listeners: [{ name: https, port: ${port}, protocol: HTTPS, tls: { certificateRefs: [{ name: certificate }] } }]
`

const route = (backend: string, turn: number) => `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: r }
spec:
  parentRefs: [{ name: gw }]
  rules:
    - matches: [{ path: { type: PathPrefix, value: / } }]
      filters: [{ type: ResponseHeaderModifier, responseHeaderModifier: { set: [{ name: turn, value: '${turn}' }] } }]
      backendRefs: [{ name: ${backend}, port: 80 }]
`

test(`${seconds} s of changed routes, endpoints and certificates: no request fails, nothing is refused`, async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'headgate-churn-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const secrets = ['first', 'second'].map((name) => makeSecret(folder, name))
  const [a, b] = [await startBackend(t, 'a'), await startBackend(t, 'b')]
  const services = (turn: number) =>
    [serviceYaml('still', a, b), serviceYaml('moving', turn % 2 ? a : b), serviceYaml(`new-${turn}`, a)].join('---\n')
  const headgate = await startHeadgate(
    (port) => ({
      'gateway.yaml': gateway(port),
      'secret.yaml': secrets[0]!,
      'services.yaml': services(0),
      'route.yaml': route('still', 0),
    }),
    ['--plane', 'envoy', '--envoy', await installEnvoy(), '--workers', '1'],
  )
  t.after(() => headgate.stop())
  const url = `https://127.0.0.1:${headgate.port}/`
  const kept = startLoad(t, url, { headers: { host }, pauseMs: 4 })
  const fresh = startLoad(t, url, { headers: { host }, clients: 2, fresh: true, pauseMs: 20 })
  let turn = 0
  const certificates = new Set<string>()
  for (const end = Date.now() + seconds * 1_000; Date.now() < end; await sleep(100)) {
    turn++
    headgate.write('services.yaml', services(turn))
    headgate.write('route.yaml', route(['still', 'moving', `new-${turn}`][turn % 3]!, turn))
    if (turn % 5 === 0) headgate.write('secret.yaml', secrets[(turn / 5) % 2]!)
    certificates.add(await certificateName(headgate.port))
  }
  const answers = [await kept.stop(), await fresh.stop()]
  const sum = answers.flatMap((one) => [...one.values()]).reduce((all, one) => all + one, 0)
  t.diagnostic(`${turn} changes, ${sum} requests`)
  for (const one of answers) assert.deepEqual([...one.keys()].sort(), ['200 a', '200 b'], JSON.stringify([...one]))
  assert.deepEqual([...certificates].sort(), ['first', 'second'])
  assert.doesNotMatch(headgate.log(), /refuses|not taken/)
})
