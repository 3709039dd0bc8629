import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '#api'
import { defaultGatewayClass } from './default-class.ts'
import { fakeProgram, gateway, httpRoute } from './machinery.fixture.ts'
import { runProgram } from './program.ts'

const controllerName = 'headgate.dev/gateway-controller'
const slash = { path: { type: 'PathPrefix', value: '/' } }
const missing = { group: '', kind: 'Service', name: 'none', port: 80, weight: 1 }
const rules = [{ matches: [slash], backendRefs: [missing] }]
const conditions = [{ type: 'Accepted', status: 'True', reason: 'Accepted', message: '', observedGeneration: 1 }]

function written(parents: readonly object[]): KubeObject {
  return { ...httpRoute('shop', ['shop.example.com'], rules), status: { parents } }
}

const parent = { parentRef: { name: 'gw' }, controllerName, conditions }
const world = (route: KubeObject) => [defaultGatewayClass(controllerName), gateway([{ name: 'http', port: 80 }]), route]

async function call(words: readonly string[], input: Parameters<typeof fakeProgram>[0], width?: number) {
  const program = fakeProgram(input)
  const code = await runProgram(words, program.machinery, { ...program.terminal, width })
  return { code, ...program.written }
}

test('status of a cluster is what was written there, by us', async () => {
  const foreign = { ...parent, controllerName: 'example.com/other', conditions: [] }
  const { out, code } = await call(['status', '-n', 'a'], { cluster: world(written([foreign, parent])) })
  assert.equal(code, 0)
  assert.match(out, /^HTTPRoute a\/shop parent gw: Accepted$/m)
  assert.equal(out.match(/^HTTPRoute/gm)?.length, 1)
})

test('a status that nobody has written, and one that is old, are told', async () => {
  const fresh = await call(['status'], { cluster: world(written([])) })
  assert.match(
    fresh.out,
    /^HTTPRoute a\/shop parent gw: no status yet; to come: Accepted ResolvedRefs=False BackendNotFound/m,
  )
  const route = written([parent])
  const changed = { ...route, metadata: { ...route.metadata, generation: 2 } }
  const old = await call(['status'], { cluster: world(changed) })
  assert.match(old.out, /gw: Accepted \(about generation 1, the object has changed since\)/)
  assert.match((await call(['get'], { cluster: world(changed) })).out, /unknown +changed since its status was written/)
})

test('explain says the same of a cluster and of files', async () => {
  const words = ['explain', 'http://shop.example.com/']
  const ofCluster = await call(words, { cluster: world(written([])) })
  const ofFiles = await call([...words, '-f', 'x'], { objects: world(written([])).slice(1) })
  assert.match(ofCluster.out, /HTTPRoute a\/shop rule 0/)
  assert.deepEqual(ofCluster, ofFiles)
})

test('what could not be read is a warning, and the exit code says it', async () => {
  const warnings = ['no right to get secrets in namespace a as bob']
  const { error, code } = await call(['get'], { cluster: world(written([])), warnings })
  assert.deepEqual([error, code], [`warning: ${warnings[0]}\n`, 1])
})

test('who may not see GatewayClasses can ask about Gateways all the same', async () => {
  const cluster = world(written([parent])).slice(1)
  const warnings = ['no right to list gatewayclasses']
  const { out } = await call(['explain', 'http://shop.example.com/'], { cluster, warnings })
  assert.match(out, /HTTPRoute a\/shop rule 0/)
  const listed = await call(['get'], { cluster, warnings })
  assert.doesNotMatch(listed.out, /does not exist|GATEWAY CLASS/)
})

test('a cluster out of reach is one line and exit code 1', async () => {
  for (const command of [['status'], ['get'], ['explain', 'http://x'], ['diff', '-f', 'x']]) {
    const { error, code, out } = await call(command, {})
    assert.deepEqual({ error, code, out }, { error: 'error: no cluster here\n', code: 1, out: '' })
  }
})

test('get has a table per family, reasons wrapped or below where there is no room', async () => {
  const objects = [gateway([{ name: 'http', port: 80 }]), httpRoute('shop', ['shop.example.com'], rules)]
  const wide = await call(['get', '-f', 'x'], { objects }, 140)
  assert.equal(
    wide.out,
    [
      'NAMESPACE  GATEWAY  CLASS     ADDRESS    READY  WHY',
      'a          gw       headgate  127.0.0.1  yes    1 listener, 1 attached route',
      '',
      'NAMESPACE  ROUTE  HOSTNAMES         PARENTS  READY   WHY',
      'a          shop   shop.example.com  gw       partly  BackendNotFound: spec.rules[0].backendRefs[0]: Service a/none does not exist',
      '',
    ].join('\n'),
  )
  const narrow = await call(['get', 'routes', '-f', 'x'], { objects }, 60)
  const lines = narrow.out.split('\n')
  assert.ok(
    lines.every((line) => line.length <= 60),
    narrow.out,
  )
  assert.equal(lines[2], '    BackendNotFound: spec.rules[0].backendRefs[0]: Service')
})

test('get takes kinds as kubectl does, and names', async () => {
  const objects = [gateway([{ name: 'http', port: 80 }]), httpRoute('one', [], rules), httpRoute('two', [], rules)]
  const names = async (...words: readonly string[]) => {
    const { out } = await call(['get', ...words, '-f', 'x', '-o', 'json'], { objects })
    const { items } = JSON.parse(out) as { readonly items: readonly KubeObject[] }
    return items.map(({ metadata }) => metadata.name)
  }
  assert.deepEqual(await names('gw'), ['gw'])
  assert.deepEqual(await names('httproutes.gateway.networking.k8s.io'), ['one', 'two'])
  assert.deepEqual(await names('routes', 'two'), ['two'])
  assert.deepEqual(await names('grpcroute'), [])
  assert.deepEqual(await names(), ['gw', 'one', 'two'])
  const slip = await call(['get', 'gatways', '-f', 'x'], { objects })
  assert.match(slip.error, /did you mean gateways\?/)
  assert.equal((await call(['get', 'routes', 'three', '-f', 'x'], { objects })).code, 1)
})
