import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { stringify } from 'yaml'
import { KubeClient, KubeError } from './kube-client.ts'
import { parseKubeconfig, readKubeconfig } from './kubeconfig.ts'

function config(user: object, cluster: object = { server: 'https://one.example:6443' }): string {
  return stringify({
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u', namespace: 'n' } }],
    clusters: [{ name: 'k', cluster }],
    users: [{ name: 'u', user }],
  })
}

/** A folder with a program that prints what `print` says, and notes that it ran. */
function program(t: TestContext, print: string) {
  const folder = mkdtempSync(path.join(tmpdir(), 'headgate-exec-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const runs = path.join(folder, 'runs')
  writeFileSync(
    path.join(folder, 'login'),
    `#!/bin/sh\nprintf '%s\\n' "$KUBERNETES_EXEC_INFO" >> ${runs}\n${print}\n`,
    {
      mode: 0o755,
    },
  )
  const noted = () => readFileSync(runs, 'utf8').trimEnd().split('\n')
  return { folder, noted }
}

const apiVersion = 'client.authentication.k8s.io/v1'
const exec = { exec: { apiVersion, command: './login', interactiveMode: 'Never' } }
const later = new Date(Date.now() + 3_600_000).toISOString()

function credential(status: object): string {
  return `echo '${JSON.stringify({ apiVersion, kind: 'ExecCredential', status })}'`
}

/** Answers 401 to everything but the token that counts. */
async function server(t: TestContext, accepts: () => string) {
  const seen: (string | undefined)[] = []
  const listening = createServer((request, response) => {
    seen.push(request.headers.authorization)
    response.writeHead(request.headers.authorization === `Bearer ${accepts()}` ? 200 : 401).end('{}')
  })
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    listening.closeAllConnections()
    listening.close()
  })
  return { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, seen }
}

test('a program fetches the token, once as long as it lasts', async (t) => {
  const { folder, noted } = program(t, credential({ token: 'secret', expirationTimestamp: later }))
  const { url } = await server(t, () => 'secret')
  const ca = Buffer.from('ca').toString('base64')
  const user = { exec: { ...exec.exec, provideClusterInfo: true, env: [{ name: 'A', value: 'b' }] } }
  const client = new KubeClient(
    parseKubeconfig(config(user, { server: url, 'certificate-authority-data': ca }), folder),
  )
  t.after(() => client.close())
  await Promise.all([client.request({ path: '/a' }), client.request({ path: '/b' })])
  await client.request({ path: '/c' })
  const cluster = { server: url, 'certificate-authority-data': ca }
  const infos = noted().map((line) => JSON.parse(line) as unknown)
  assert.deepEqual(infos, [{ apiVersion, kind: 'ExecCredential', spec: { interactive: false, cluster } }])
})

test('what has expired or was refused is fetched again', async (t) => {
  const expired = program(t, credential({ token: 'secret', expirationTimestamp: '2020-01-01T00:00:00Z' }))
  const { url } = await server(t, () => 'secret')
  const first = new KubeClient(parseKubeconfig(config(exec, { server: url }), expired.folder))
  t.after(() => first.close())
  await first.request({ path: '/a' })
  await first.request({ path: '/b' })
  assert.equal(expired.noted().length, 2)

  const token = `if [ "$(wc -l < runs)" = 1 ]; then T=old; else T=new; fi`
  const changing = program(t, '')
  writeFileSync(
    path.join(changing.folder, 'login'),
    `#!/bin/sh\ncd ${changing.folder}\necho run >> runs\n${token}\necho '{"apiVersion":"${apiVersion}","kind":"ExecCredential","status":{"token":"'$T'"}}'\n`,
    { mode: 0o755 },
  )
  const revoking = await server(t, () => 'new')
  const second = new KubeClient(parseKubeconfig(config(exec, { server: revoking.url }), changing.folder))
  t.after(() => second.close())
  await second.request({ path: '/a' })
  assert.deepEqual(revoking.seen, ['Bearer old', 'Bearer new'])
})

test('a program that fails says what is wrong with whom', async (t) => {
  const cases: readonly [string, RegExp][] = [
    ['exit 3', /user u: login, which fetches the credentials, ended with 3/],
    ['echo hello', /printed no JSON/],
    [
      'echo \'{"apiVersion":"client.authentication.k8s.io/v1alpha1","kind":"ExecCredential"}\'',
      /not ExecCredential of/,
    ],
    [credential({}), /neither a token nor a certificate/],
  ]
  for (const [print, wanted] of cases) {
    const { folder } = program(t, print)
    const client = new KubeClient(parseKubeconfig(config(exec), folder))
    await assert.rejects(client.request({ path: '/' }), (error: KubeError) => {
      assert.ok(error instanceof KubeError)
      assert.equal(error.status, 0)
      assert.match(error.message, wanted)
      return true
    })
  }
  const hint = { exec: { apiVersion, command: 'headgate-no-such-login', installHint: 'get it at example.com' } }
  const client = new KubeClient(parseKubeconfig(config(hint), '/'))
  await assert.rejects(client.request({ path: '/' }), /is not installed: get it at example.com/)
})

test('a kubeconfig that leads nowhere says what there is', () => {
  const cases: readonly [() => unknown, RegExp][] = [
    [() => readKubeconfig('/nowhere/config'), /kubeconfig \/nowhere\/config: there is no such file/],
    [() => parseKubeconfig(config({}), '/', 'x'), /no context is called x; there are c/],
    [
      () => parseKubeconfig('contexts: [{name: a}, {name: b}]', '/'),
      /no context is current; name one with --context: a, b/,
    ],
    [() => parseKubeconfig('{}', '/'), /there is no context at all/],
    [() => parseKubeconfig(config({}, { server: 'here' }), '/'), /cluster k: server here is no URL/],
    [() => parseKubeconfig(config({ 'auth-provider': { name: 'gcp' } }), '/'), /use exec or a token/],
    [() => parseKubeconfig(config({ exec: { apiVersion: 'v0', command: 'x' } }), '/'), /has apiVersion v0; it must be/],
    [() => parseKubeconfig(config({ 'client-key': 'missing.pem' }), '/nowhere'), /client-key \/nowhere\/missing.pem/],
  ]
  for (const [read, wanted] of cases) assert.throws(read, wanted)
})

test('several files are one, the first word counts', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'headgate-config-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [one, two] = [path.join(folder, 'one'), path.join(folder, 'two')]
  writeFileSync(one, stringify({ contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }] }))
  writeFileSync(two, config({ token: 'secret' }))
  const access = readKubeconfig([one, two])
  assert.deepEqual([access.server.host, access.namespace, access.token?.()], ['one.example:6443', 'default', 'secret'])
})

test('an API server that is not there: the addresses that were tried', async () => {
  const client = new KubeClient({ server: new URL('http://localhost:1'), namespace: 'a' })
  await assert.rejects(client.request({ path: '/' }), /ECONNREFUSED 127\.0\.0\.1:1/)
})
