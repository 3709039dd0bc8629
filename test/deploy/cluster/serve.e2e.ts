import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { installPlain } from './install.ts'
import { apply, askCluster, conditionOf, curl, get, kubectl, until } from './kubectl.ts'
import { awaitProgrammed, gatewayYaml, openShop, routeYaml } from './shop.ts'

before(async () => {
  await installPlain()
  await openShop('shop')
})

test('a Gateway gets a data plane, is programmed and answers, all of it by the rights of the chart', async () => {
  await apply(gatewayYaml('shop', 'front', '[{ name: http, port: 80, protocol: HTTP }]'))
  await apply(routeYaml('shop', 'front', '[{ name: front }]', '[shop.example.com]'))
  const address = await awaitProgrammed('shop', 'front')
  const answer = await until('an answer', async () => {
    const said = await curl(`http://${address}/cart`, '-H', 'host: shop.example.com')
    return said.startsWith('200') && said
  })
  assert.match(answer, /"path": "\/cart"/)
})

test('the route says so, of this generation', async () => {
  const { metadata, status } = await until('the status of the route', async () => {
    const found = await get('httproute/front', 'shop')
    return found?.status?.parents?.length === 1 && found
  })
  for (const type of ['Accepted', 'ResolvedRefs']) {
    const condition = conditionOf(status.parents[0], type)
    assert.deepEqual([condition?.status, condition?.observedGeneration], ['True', metadata.generation], type)
  }
})

/** Names of ServiceAccounts of data planes. */
async function accounts(): Promise<readonly string[]> {
  const names = await kubectl([
    ...['get', 'serviceaccounts', '-n', 'shop', '-l', 'gateway.networking.k8s.io/gateway-name'],
    ...['-o', 'jsonpath={.items[*].metadata.name}'],
  ])
  return names.split(' ').filter((name) => name !== '')
}

test('data planes may do nothing', async () => {
  const [account = ''] = await accounts()
  assert.notEqual(account, '')
  const list = await kubectl(['auth', 'can-i', '--list', '-n', 'shop', '--as', `system:serviceaccount:shop:${account}`])
  const rights = list.split('\n').filter((line) => /\[[a-z* ]+\]\s*$/.test(line))
  // What everyone who is known may do: ask about themselves, and read what the API server can.
  const more = rights.filter((line) => !/^selfsubject|^ |\[(\/\S+)\]/.test(line))
  assert.deepEqual(more, [])
})

test('nor does the token that they have for the feed open the API server', async () => {
  const [account = ''] = await accounts()
  const token = await kubectl(['create', 'token', account, '-n', 'shop', '--audience=headgate-feed'])
  const { out } = await askCluster([
    ...['exec', 'curl', '-sSk', '-o', '/dev/null', '-w', '%{http_code}', '-H', `authorization: Bearer ${token.trim()}`],
    'https://10.244.0.1:6443/api/v1/namespaces/shop/configmaps',
  ])
  assert.equal(out, '401')
})
