import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, createConnection } from 'node:net'
import { type TestContext, test } from 'node:test'
import { gatewayYaml, routeYaml, serviceYaml, startHeadgate } from './headgate-process.ts'

async function backend(t: TestContext): Promise<number> {
  const server = createServer((request, response) => response.end(String(request.headers['x-user'])))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}

function policy(name: string, fields: string): string {
  return `---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: SecurityPolicy
metadata: { name: ${name} }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: ${name} }]
  ${fields}
`
}

function secret(name: string, data: Readonly<Record<string, string>>): string {
  return `apiVersion: v1
kind: Secret
metadata: { name: ${name} }
stringData: ${JSON.stringify(data)}
`
}

function person(name: string, password: string): string {
  return `${name}:{SHA}${createHash('sha1').update(password).digest('base64')}`
}

/** Workers change one after the other: it must hold for some time in a row. */
async function settles(holds: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + 60_000
  for (let inRow = 0; inRow < 15; ) {
    if (Date.now() > until) assert.fail('it did not come true')
    inRow = (await holds()) ? inRow + 1 : 0
    if (inRow === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test('Secrets of policies reach all workers, change while they run, and stand in no log', async (t) => {
  const a = await backend(t)
  const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` })
  const headgate = await startHeadgate(
    (port) => ({
      'gw.yaml': gatewayYaml(port),
      'a.yaml': serviceYaml('a', a),
      'people.yaml': routeYaml('people', 'a', '  hostnames: [people.test]'),
      'keys.yaml': routeYaml('keys', 'a', '  hostnames: [keys.test]'),
      'policies.yaml':
        policy('people', 'basicAuth: { users: { name: people }, forwardUsernameHeader: x-user }') +
        policy('keys', 'apiKeyAuth: { credentialRefs: [{ name: keys }], extractFrom: [{ headers: [x-key] }] }'),
      'people-secret.yaml': secret('people', { '.htpasswd': person('ann', 'first-password') }),
      'keys-secret.yaml': secret('keys', { app: 'first-key' }),
    }),
    ['--workers', '2'],
  )
  t.after(() => headgate.stop())
  const ask = async (host: string, headers: Readonly<Record<string, string>>) => {
    const sent = { ...headers, host, connection: 'close' }
    const socket = createConnection(headgate.port, '127.0.0.1')
    const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(`GET / HTTP/1.1\r\n${lines.join('')}\r\n`)
    let text = ''
    for await (const chunk of socket) text += String(chunk)
    return Number(text.slice(9, 12))
  }
  for (let i = 0; i < 10; i++) {
    assert.equal(await ask('people.test', basic('ann:first-password')), 200)
    assert.equal(await ask('people.test', basic('ann:other')), 401)
    assert.equal(await ask('keys.test', { 'x-key': 'first-key' }), 200)
    assert.equal(await ask('keys.test', { 'x-key': 'other' }), 401)
  }
  headgate.write('people-secret.yaml', secret('people', { '.htpasswd': person('ann', 'second-password') }))
  headgate.write('keys-secret.yaml', secret('keys', { app: 'second-key' }))
  await settles(
    async () =>
      (await ask('people.test', basic('ann:second-password'))) === 200 &&
      (await ask('people.test', basic('ann:first-password'))) === 401 &&
      (await ask('keys.test', { 'x-key': 'second-key' })) === 200,
  )
  headgate.write('keys-secret.yaml', secret('keys', { app: '' }))
  await settles(async () => (await ask('keys.test', { 'x-key': 'second-key' })) === 500)
  assert.equal(await ask('keys.test', { 'x-key': '' }), 500)
  const said = headgate.log() + headgate.output()
  assert.ok(!/(first|second)-(key|password)/.test(said), said)
  assert.ok(!said.includes(person('ann', 'second-password').slice(4)), said)
})
