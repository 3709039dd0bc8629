import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '#api'
import { defaultGatewayClass } from '../default-class.ts'
import { fakeProgram, gateway, httpRoute } from '../machinery.fixture.ts'
import { runProgram } from '../program.ts'
import { compareFields } from './compare-fields.ts'

const gw = gateway([{ name: 'http', port: 80 }])
const service = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'a' },
  spec: { ports: [{ name: '', port: 80, protocol: 'TCP' }] },
})
const rule = (value: string, name: string, method?: string) => ({
  matches: [{ path: { type: 'PathPrefix', value }, ...(method !== undefined && { method }) }],
  backendRefs: [{ group: '', kind: 'Service', name, port: 80, weight: 1 }],
})
const services = [service('one'), service('two')]
const shop = httpRoute('shop', ['shop.example.com'], [rule('/', 'one')])

async function diff(words: string, input: Parameters<typeof fakeProgram>[0]) {
  const program = fakeProgram(input)
  const code = await runProgram(['diff', ...words.split(' ')], program.machinery, program.terminal)
  return { code, ...program.written }
}

test('two folders: objects, statuses, who wins now, and where requests go', async () => {
  const stolen = httpRoute('thief', ['shop.example.com'], [rule('/', 'two', 'GET')])
  const paths = { old: [gw, ...services, shop], new: [gw, ...services, shop, stolen] }
  const { out, code } = await diff('-f new --against old', { paths })
  assert.equal(
    out,
    `Objects
+ HTTPRoute a/thief

Statuses
- Gateway a/gw listener http: 1 route of HTTPRoute, GRPCRoute; Accepted Programmed ResolvedRefs
+ Gateway a/gw listener http: 2 routes of HTTPRoute, GRPCRoute; Accepted Programmed ResolvedRefs
+ HTTPRoute a/thief parent gw: Accepted ResolvedRefs

Routes that win or lose the requests they are made for
! HTTPRoute a/shop shop.example.com, path / as a prefix: loses now to
    HTTPRoute a/thief (path / as a prefix, method GET): the winner asks for the method as well
+ HTTPRoute a/thief shop.example.com, path / as a prefix, method GET: is new

Example requests that go elsewhere
GET http://shop.example.com/
  - Service/a/one/80 (HTTPRoute a/shop)
  + Service/a/two/80 (HTTPRoute a/thief)
`,
  )
  assert.equal(code, 0)
  assert.equal((await diff('-f new --against old --exit-code', { paths })).code, 1)
  const back = await diff('-f old --against new', { paths })
  assert.match(back.out, /- HTTPRoute a\/thief\n[\s\S]*\+ HTTPRoute a\/shop .*: wins now\n/)
})

test('no difference is said, and ends with 0', async () => {
  const { out, code } = await diff('-f x --against y --exit-code', { objects: [gw, ...services, shop] })
  assert.deepEqual([out, code], ['no difference\n', 0])
})

test('a rule that moves without changing an answer sends no request elsewhere', async () => {
  const before = httpRoute('shop', [], [rule('/', 'one')])
  const after = httpRoute('shop', [], [rule('/new', 'two'), rule('/', 'one')])
  const paths = { old: [gw, ...services, before], new: [gw, ...services, after] }
  const { out } = await diff('-f new --against old -o json', { paths })
  const { requests, objects } = JSON.parse(out) as { requests: { request: string }[]; objects: { fields: object[] }[] }
  assert.deepEqual(
    requests.map(({ request }) => request),
    ['GET http://example.com/new'],
  )
  assert.deepEqual(
    objects[0]?.fields.map((field) => Object.keys(field).sort()),
    [['after', 'path']],
  )
})

test('manifests go on top of a cluster: nothing is removed, and what the API server adds is no difference', async () => {
  const class_ = defaultGatewayClass('headgate.dev/gateway-controller')
  const inCluster = service('one')
  const cluster = [
    { ...class_, metadata: { name: 'headgate' } },
    gw,
    {
      ...inCluster,
      spec: { ...(inCluster.spec as object), clusterIP: '10.0.0.1' },
      metadata: { ...inCluster.metadata, uid: 'u' },
    },
    service('two'),
    {
      ...shop,
      status: { parents: [] },
      metadata: { ...shop.metadata, generation: 7, uid: 'u', annotations: { by: 'kubectl' } },
    },
  ]
  assert.equal((await diff('-f x', { cluster, objects: [shop, service('one')] })).out, 'no difference\n')
  const moved = httpRoute('shop', ['shop.example.com'], [rule('/', 'two')])
  const { out } = await diff('-f x', { cluster, objects: [moved] })
  assert.match(out, /^~ HTTPRoute a\/shop\n {4}spec.rules\[0\].backendRefs\[0\].name: "one" -> "two"\n/m)
  assert.doesNotMatch(out, /^- (Service|Gateway|HTTPRoute)/m)
})

test('Secrets say where they differ, never what they hold', async () => {
  const secret = (value: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', namespace: 'a' },
    data: { 'tls.key': value },
  })
  const { out } = await diff('-f new --against old', { paths: { old: [secret('b2xk')], new: [secret('bmV3')] } })
  assert.equal(out, 'Objects\n~ Secret a/s\n    data.tls.key: "***" -> "***"\n')
})

test('fields: an item that comes into a list is one change', () => {
  assert.deepEqual(compareFields({ a: [1, 2, 3] }, { a: [1, 9, 2, 3] }), [{ path: 'a[1]', after: 9 }])
  assert.deepEqual(compareFields({ a: [1, 2, 3] }, { a: [2, 3] }), [{ path: 'a[0]', before: 1 }])
  assert.deepEqual(compareFields({ a: [{ b: 1, c: 2 }] }, { a: [{ b: 2, c: 2 }] }), [
    { path: 'a[0].b', before: 1, after: 2 },
  ])
})
