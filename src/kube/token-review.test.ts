import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { KubeClient } from './kube-client.ts'
import { reviewToken } from './token-review.ts'

let status: object = {}
let asked: unknown
const server = createServer(async (request, response) => {
  asked = await json(request)
  response.writeHead(201).end(JSON.stringify({ status }))
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
const client = new KubeClient({ server: url, namespace: 'x' })
after(() => {
  client.close()
  server.close()
})

const user = {
  username: 'system:serviceaccount:shop:front-headgate',
  extra: { 'authentication.kubernetes.io/pod-name': ['front-1'] },
}

test('the owner of a token is its ServiceAccount and pod', async () => {
  status = { authenticated: true, audiences: ['feed'], user }
  const owner = await reviewToken(client, 't', 'feed')
  assert.deepEqual(owner, { namespace: 'shop', serviceAccount: 'front-headgate', pod: 'front-1' })
  assert.deepEqual((asked as { spec: object }).spec, { token: 't', audiences: ['feed'] })
})

test('tokens that are no good, for others, or of somebody else have no owner', async () => {
  const cases = [
    { authenticated: false, audiences: ['feed'], user },
    { authenticated: true, audiences: ['other'], user },
    { authenticated: true, user },
    { authenticated: true, audiences: ['feed'], user: { username: 'jane' } },
    {},
  ]
  for (const one of cases) {
    status = one
    assert.equal(await reviewToken(client, 't', 'feed'), undefined, JSON.stringify(one))
  }
})
