import assert from 'node:assert/strict'
import { createServer, request as sendRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { GrpcAuthoriser } from './grpc-authoriser.ts'
import { gatewayYaml, routeYaml, serviceYaml, startHeadgate } from './headgate-process.ts'

function policy(name: string, backend: string, more: string): string {
  return `---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: SecurityPolicy
metadata: { name: ${name} }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: ${name} }]
  extAuth:
    grpc: { backendRefs: [{ name: ${backend}, port: 80 }] }
${more}
`
}

const context = `    contextExtensions:
      - { name: team, type: Value, value: red }
      - { name: key, type: ValueRef, valueRef: { group: '', kind: Secret, name: context, key: word } }
    headersToExtAuth: [x-user]
    bodyToExtAuth: { maxRequestBytes: 100 }
---
apiVersion: v1
kind: Secret
metadata: { name: context }
stringData: { word: hidden }`

/** A SecurityPolicy whose authoriser speaks gRPC, with the whole program on a plane. */
export function testGrpcAuthoriser(plane: string, options: () => Promise<readonly string[]>): void {
  test(`an authoriser that speaks gRPC, ${plane}`, { timeout: 60_000 }, async (t: TestContext) => {
    const backend = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => response.end(JSON.stringify({ headers: request.headers, body })))
    })
    await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
    t.after(() => {
      backend.close()
      backend.closeAllConnections()
    })
    const authoriser = new GrpcAuthoriser(({ request: { http } }) => {
      const user = http.headers['x-user']
      if (user === 'broken') return 13
      if (user !== 'ann')
        return { status: { code: 7 }, denied_response: { status: { code: 401 }, body: 'who are you?' } }
      return { status: { code: 0 }, ok_response: { headers: [{ header: { key: 'x-team', value: 'red' } }] } }
    })
    const port = await authoriser.listen()
    t.after(() => authoriser.close())
    const headgate = await startHeadgate(
      (listenerPort) => ({
        'gw.yaml': gatewayYaml(listenerPort),
        'a.yaml': serviceYaml('a', (backend.address() as AddressInfo).port),
        'authoriser.yaml': serviceYaml('authoriser', port),
        'asked.yaml': routeYaml('asked', 'a', '  hostnames: [asked.test]'),
        'open.yaml': routeYaml('open', 'a', '  hostnames: [open.test]'),
        'policies.yaml': policy('open', 'authoriser', '    failOpen: true') + policy('asked', 'authoriser', context),
      }),
      await options(),
    )
    t.after(() => headgate.stop())
    const ask = (host: string, user: string, body: string | Buffer = '') => {
      return new Promise<{ status: number; text: string }>((resolve, reject) => {
        const headers = { host, 'x-user': user, 'x-team': 'root', connection: 'close' }
        const sent = sendRequest({ port: headgate.port, host: '127.0.0.1', method: 'POST', headers }, (response) => {
          let text = ''
          response.on('data', (chunk) => {
            text += chunk
          })
          response.on('end', () => resolve({ status: response.statusCode!, text }))
        })
        sent.on('error', reject)
        sent.end(body)
      })
    }

    const fine = await ask('asked.test', 'ann', 'hello')
    assert.equal(fine.status, 200, fine.text)
    const seen = JSON.parse(fine.text) as { headers: Record<string, string>; body: string }
    assert.deepEqual([seen.headers['x-team'], seen.body], ['red', 'hello'])
    const [question] = authoriser.questions
    assert.deepEqual(question?.context_extensions, { team: 'red', key: 'hidden' })
    const { headers, body, method, path, host } = question!.request.http
    assert.deepEqual([method, path, host, body], ['POST', '/', 'asked.test', 'hello'])
    assert.deepEqual([headers['x-user'], headers['x-team']], ['ann', undefined])

    assert.equal((await ask('asked.test', 'ann', Buffer.from([0xff, 0xfe, 0x41]))).status, 200)
    const binary = authoriser.questions.at(-1)!.request.http
    // docs/differences.md
    assert.deepEqual([binary.body, binary.raw_body], plane === 'envoy' ? ['!!A', undefined] : [undefined, '//5B'])

    assert.deepEqual(await ask('asked.test', 'eve'), { status: 401, text: 'who are you?' })
    assert.equal((await ask('asked.test', 'broken')).status, 403, 'no verdict')
    assert.equal((await ask('asked.test', 'ann', 'x'.repeat(101))).status, 413)
    assert.equal((await ask('open.test', 'broken')).status, 200, 'open')
    assert.equal((await ask('open.test', 'eve')).status, 401, 'a verdict is a verdict')
    authoriser.close()
    assert.equal((await ask('asked.test', 'ann')).status, 403)
    assert.equal((await ask('open.test', 'eve')).status, 200)
  })
}
