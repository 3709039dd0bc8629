import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, get, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { keySet, makeToken } from '../../src/features/jwt/tokens.fixture.ts'
import { ca as strangeCa } from '../../src/proxy/tls/certificates.fixture.ts'
import { gatewayYaml, routeYaml, serviceYaml, startHeadgate } from './headgate-process.ts'
import { localhost, otherSite, siteCa } from './sites.fixture.ts'

/** An issuer, and how often it was asked. */
interface Issuer {
  readonly port: number
  readonly asked: () => number
}

async function listen(t: TestContext, server: Server & { closeAllConnections(): void }): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}

async function issuer(t: TestContext, answer: RequestListener, identity?: typeof localhost): Promise<Issuer> {
  let asked = 0
  const listener: RequestListener = (request, response) => {
    asked++
    answer(request, response)
  }
  const server = identity ? createTlsServer(identity, listener) : createServer(listener)
  server.on('tlsClientError', () => {})
  return { port: await listen(t, server), asked: () => asked }
}

const token = makeToken({ iss: 'i', sub: 'ann' })
const keys: RequestListener = (_request, response) => response.end(keySet)

function policy(name: string, remoteJWKS: string): string {
  return `---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: SecurityPolicy
metadata: { name: ${name} }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: ${name} }]
  jwt: { providers: [{ name: p, issuer: i, remoteJWKS: ${remoteJWKS} }] }
`
}

function tlsPolicy(name: string, authorities: string): string {
  return `---
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: { name: ${name} }
spec:
  targetRefs: [{ group: '', kind: Service, name: ${name} }]
  validation: { hostname: localhost, caCertificateRefs: [{ group: '', kind: ConfigMap, name: ${authorities} }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: ${authorities} }
data: { ca.crt: ${JSON.stringify(authorities === 'sites' ? siteCa : strangeCa)} }
`
}

function ask(port: number, host: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { host, authorization: `Bearer ${token}`, connection: 'close' }
    get({ host: '127.0.0.1', port, headers }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode!, text }))
    }).on('error', reject)
  })
}

/** Keys of issuers over TLS and of issuers that misbehave, with the whole program on a plane. */
export function testIssuers(plane: string, options: () => Promise<readonly string[]>): void {
  test(`issuers over TLS, and bad ones, ${plane}`, { timeout: 120_000 }, async (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'headgate-issuers-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const trust = path.join(folder, 'ca.pem')
    writeFileSync(trust, siteCa)
    const backend = await listen(
      t,
      createServer((_request, response) => response.end('fine')),
    )
    const plain = await issuer(t, keys)
    const good = await issuer(t, keys, localhost)
    const elsewhere = await issuer(t, keys, otherSite)
    const behind = await issuer(t, keys, localhost)
    const away = await issuer(t, (_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${plain.port}/keys` }).end(keySet)
    })
    const huge = await issuer(t, (_request, response) => {
      const { keys: list } = JSON.parse(keySet) as { keys: object[] }
      response.end(JSON.stringify({ padding: 'x'.repeat(4 * 1024 * 1024), keys: list }))
    })
    const silent = await issuer(t, () => {})
    const trickle = await issuer(t, (_request, response) => {
      const timer = setInterval(() => response.write(' '), 100)
      response.on('close', () => clearInterval(timer))
    })
    const cases: Readonly<Record<string, { readonly keys: string; readonly fetched: boolean }>> = {
      good: { keys: `{ uri: "https://localhost:${good.port}/keys" }`, fetched: true },
      elsewhere: { keys: `{ uri: "https://localhost:${elsewhere.port}/keys" }`, fetched: false },
      nameless: { keys: `{ uri: "https://127.0.0.1:${good.port}/keys" }`, fetched: false },
      behind: { keys: '{ uri: "https://issuer.test/keys", backendRefs: [{ name: behind, port: 80 }] }', fetched: true },
      strange: {
        keys: '{ uri: "https://issuer.test/keys", backendRefs: [{ name: strange, port: 80 }] }',
        fetched: false,
      },
      redirect: { keys: `{ uri: "http://127.0.0.1:${away.port}/keys" }`, fetched: false },
      // Envoy has no bound (docs/differences.md).
      huge: { keys: `{ uri: "http://127.0.0.1:${huge.port}/keys" }`, fetched: plane === 'envoy' },
      silent: {
        keys: `{ uri: "http://127.0.0.1:${silent.port}/keys", backendSettings: { timeout: { http: { requestTimeout: 500ms } } } }`,
        fetched: false,
      },
      trickle: { keys: `{ uri: "http://127.0.0.1:${trickle.port}/keys" }`, fetched: false },
    }
    const headgate = await startHeadgate(
      (port) => ({
        'gw.yaml': gatewayYaml(port),
        'a.yaml': serviceYaml('a', backend),
        'behind.yaml': serviceYaml('behind', behind.port) + tlsPolicy('behind', 'sites'),
        'strange.yaml': serviceYaml('strange', behind.port) + tlsPolicy('strange', 'others'),
        ...Object.fromEntries(
          Object.entries(cases).map(([name, one]) => [
            `${name}-route.yaml`,
            routeYaml(name, 'a', `  hostnames: [${name}.test]`) + policy(name, one.keys),
          ]),
        ),
      }),
      await options(),
      { SSL_CERT_FILE: trust },
    )
    t.after(() => headgate.stop())
    await Promise.all(
      Object.entries(cases).map(async ([name, { fetched }]) => {
        // Envoy fetches of its own accord, and may not be there yet.
        const until = Date.now() + 20_000
        let answer = await ask(headgate.port, `${name}.test`)
        while (fetched && answer.status !== 200 && Date.now() < until) {
          await new Promise((resolve) => setTimeout(resolve, 20))
          answer = await ask(headgate.port, `${name}.test`)
        }
        assert.equal(answer.status, fetched ? 200 : 401, `${name}: ${answer.text}`)
        if (!fetched) assert.equal(answer.text, 'Jwks remote fetch is failed', name)
      }),
    )
    assert.ok(away.asked() > 0 && silent.asked() > 0 && trickle.asked() > 0)
    assert.deepEqual([plain.asked(), elsewhere.asked()], [0, 0], 'nobody follows, and nothing is said to a stranger')
  })
}
