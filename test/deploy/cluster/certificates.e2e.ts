import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { before, test } from 'node:test'
import { installPlain } from './install.ts'
import { apply, askCluster, conditionOf, curl, get, until } from './kubectl.ts'
import { awaitProgrammed, gatewayYaml, openShop, routeYaml } from './shop.ts'
import { underLoad } from './under-load.ts'

/** What cert-manager does: it sees an annotation on a Gateway or ListenerSet, and writes the Secrets that listeners name, in its own time. */

before(async () => {
  await installPlain()
  await openShop('certs')
})

interface KeyPair {
  readonly cert: string
  readonly key: string
  readonly serial: string
}

function issue(host: string): KeyPair {
  const folder = mkdtempSync(path.join(tmpdir(), 'headgate-cert-'))
  const [cert, key] = ['tls.crt', 'tls.key'].map((name) => path.join(folder, name)) as [string, string]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  const names = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`]
  execFileSync('openssl', ['req', '-x509', ...curve, ...names, '-out', cert, '-keyout', key], { stdio: 'ignore' })
  const pair = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
  rmSync(folder, { recursive: true })
  return { ...pair, serial: new X509Certificate(pair.cert).serialNumber }
}

function secretYaml(name: string, { cert, key }: KeyPair): string {
  const data = { 'tls.crt': btoa(cert), 'tls.key': btoa(key) }
  return `apiVersion: v1
kind: Secret
metadata: { name: ${name}, namespace: certs }
type: kubernetes.io/tls
data: ${JSON.stringify(data)}
`
}

function listener(host: string, secret: string): string {
  return `[{ name: https, port: 443, protocol: HTTPS, hostname: ${host}, tls: { certificateRefs: [{ name: ${secret} }] } }]`
}

async function listenerCondition(kind: string, name: string, type: string) {
  const { status } = await get(`${kind}/${name}`, 'certs')
  return conditionOf(status?.listeners?.[0], type)
}

async function controllerPods(): Promise<string> {
  const { out } = await askCluster([
    ...['kubectl', 'get', 'pods', '-n', 'headgate-system', '-o'],
    'jsonpath={range .items[*]}{.metadata.name} {.status.containerStatuses[0].restartCount}{"\\n"}{end}',
  ])
  return out
}

const shopHost = 'secure.example.com'
const first = issue(shopHost)

test('a listener whose Secret comes late says so, and is served when it is there', async () => {
  const pods = await controllerPods()
  const gateway = gatewayYaml('certs', 'secure', listener(shopHost, 'secure-tls'))
  await apply(
    gateway.replace('namespace: certs }', 'namespace: certs, annotations: { cert-manager.io/issuer: ours } }'),
  )
  await apply(routeYaml('certs', 'secure', '[{ name: secure }]', `[${shopHost}]`))
  const refused = await until('the complaint about the Secret', async () => {
    const condition = await listenerCondition('gateway', 'secure', 'ResolvedRefs')
    return condition?.status === 'False' && condition
  })
  assert.equal(refused.reason, 'InvalidCertificateRef')
  assert.match(refused.message ?? '', /secure-tls/)

  await apply(secretYaml('secure-tls', first))
  const address = await awaitProgrammed('certs', 'secure')
  await until(
    'the listener',
    async () => (await listenerCondition('gateway', 'secure', 'Programmed'))?.status === 'True',
  )
  const said = await until('an answer', async () => {
    const answer = await curl(`https://${shopHost}/`, '-k', '--resolve', `${shopHost}:443:${address}`)
    return answer.startsWith('200') && answer
  })
  assert.match(said, /^200/)
  assert.equal(await controllerPods(), pods, 'without a restart')
})

test('certificates are renewed under load without a failed request', async () => {
  const address = await awaitProgrammed('certs', 'secure')
  const renewals = Array.from({ length: 4 }, () => issue(shopHost))
  const ask = `openssl s_client -connect ${address}:443 -servername ${shopHost} </dev/null 2>/dev/null | openssl x509 -noout -serial`
  const report = await underLoad(`https://${address}/`, shopHost, async () => {
    for (const next of renewals) {
      await apply(secretYaml('secure-tls', next))
      await until('the new certificate', async () => {
        return (await askCluster(['exec', 'sh', '-c', ask])).out.trim() === `serial=${next.serial}`
      })
    }
  })
  assert.deepEqual(report.failed, [])
  assert.equal(report.certificates[0], first.serial)
  assert.ok(report.certificates.length > 1, `${report.requests} requests met one certificate`)
})

test('a ListenerSet with a Secret of its own is served when that comes', async () => {
  const host = 'app.example.com'
  const gateway = gatewayYaml('certs', 'open', '[{ name: http, port: 80, protocol: HTTP }]')
  await apply(`${gateway}  allowedListeners: { namespaces: { from: Same } }\n`)
  await apply(`apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: { name: app, namespace: certs, annotations: { cert-manager.io/issuer: ours } }
spec:
  parentRef: { name: open }
  listeners: ${listener(host, 'app-tls')}
`)
  await apply(routeYaml('certs', 'app', '[{ kind: ListenerSet, name: app }]', `[${host}]`))
  await until('the complaint about the Secret', async () => {
    return (await listenerCondition('listenerset', 'app', 'ResolvedRefs'))?.status === 'False'
  })
  await apply(secretYaml('app-tls', issue(host)))
  await until('the listener of the set', async () => {
    return (await listenerCondition('listenerset', 'app', 'Programmed'))?.status === 'True'
  })
  const address = await awaitProgrammed('certs', 'open')
  await until('an answer', async () => {
    const answer = await curl(`https://${host}/`, '-k', '--resolve', `${host}:443:${address}`)
    return answer.startsWith('200')
  })
})
