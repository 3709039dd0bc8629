import assert from 'node:assert/strict'
import path from 'node:path'
import { before, test } from 'node:test'
import { findTool, helm } from '../../../scripts/deploy/go-tool.ts'
import { awaitRollout, system } from './install.ts'
import { apply, askCluster, conditionOf, curl, get, kubectl, root, until } from './kubectl.ts'
import { awaitProgrammed, gatewayYaml, openShop, routeYaml } from './shop.ts'
import { underLoad } from './under-load.ts'

const chart = path.join(root, 'deploy/chart')

async function runHelm(...words: readonly string[]): Promise<string> {
  const { code, out, err } = await askCluster(['exec', findTool(helm), ...words, '--namespace', system])
  if (code !== 0) throw new Error(`helm ${words.join(' ')}: ${err || out}`)
  return out
}

/** Everything in the cluster that has our name, but what Kubernetes notes about it in passing. */
async function leftovers(): Promise<readonly string[]> {
  const kinds = await kubectl(['api-resources', '--verbs=list', '-o', 'name'])
  const listed = kinds
    .trim()
    .split('\n')
    .filter((kind) => !/^events|^endpoints$|^pods|replicasets|podmetrics|apiservices/.test(kind))
  const names = await kubectl(['get', listed.join(','), '-A', '-o', 'name', '--ignore-not-found'])
  return names
    .split('\n')
    .filter((name) => /headgate/.test(name))
    .sort()
}

const ours = 'customresourcedefinition.apiextensions.k8s.io/gatewayparameters.gateway.headgate.dev'

before(async () => {
  // What earlier tests left.
  const users = ['shop', 'made', 'certs', 'beside', 'rights', 'helm', 'elsewhere']
  await Promise.all([
    kubectl(['delete', 'namespace', ...users, '--ignore-not-found', '--timeout=80s']),
    kubectl(['delete', '-f', path.join(root, 'deploy/headgate.yaml'), '--ignore-not-found', '--timeout=80s']),
  ])
})

test('nothing is left of the plain YAML but the CRDs, which it deletes, too', async () => {
  await until(
    'the end of it',
    async () => (await leftovers()).length === 0,
    async () => (await leftovers()).join('\n'),
  )
})

test('helm installs it with parameters of our own', async () => {
  const notes = await runHelm(
    ...['install', 'headgate', chart, '--create-namespace'],
    ...['--set', 'gatewayClass.parameters.replicas=1', '--set', 'gatewayClass.parameters.service.type=ClusterIP'],
  )
  assert.match(notes, /kubectl get gatewayclass headgate/)
  assert.doesNotMatch(notes, /CRDs are not in this cluster/)
  await awaitRollout()
  await openShop('helm')
  await apply(gatewayYaml('helm', 'front', '[{ name: http, port: 80, protocol: HTTP }]'))
  await apply(routeYaml('helm', 'front', '[{ name: front }]', '[helm.example.com]'))
  const address = await awaitProgrammed('helm', 'front')
  await until('an answer', async () =>
    (await curl(`http://${address}/`, '-H', 'host: helm.example.com')).startsWith('200'),
  )
  const { items } = JSON.parse(
    await kubectl([
      'get',
      'services',
      '-n',
      'helm',
      '-l',
      'gateway.networking.k8s.io/gateway-name=front',
      '-o',
      'json',
    ]),
  )
  assert.equal(items[0].spec.type, 'ClusterIP')
})

test('with every option on, the API server takes what comes out', async () => {
  const values = path.join(root, 'test/deploy/all-values.yaml')
  const rendered = await runHelm('template', 'other', chart, '--values', values, '--kube-version', '1.30.0')
  const objects = rendered.split(/^---$/m)
  // The Prometheus operator is not here; the others are judged, and nothing is made.
  const monitors = objects.filter((text) => text.includes('kind: PodMonitor'))
  assert.equal(monitors.length, 2)
  const rest = objects.filter((text) => !monitors.includes(text)).join('\n---\n')
  await kubectl(['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-'], rest)
  assert.match(rest, /image: registry\.example\.com\/headgate@sha256:0{64}/)
})

test('values that are none are refused', async () => {
  await assert.rejects(runHelm('upgrade', 'headgate', chart, '--set', 'replcias=3'), /replcias/)
})

test('an upgrade of the controller costs no request', async () => {
  const address = await awaitProgrammed('helm', 'front')
  const report = await underLoad(`http://${address}/`, 'helm.example.com', async () => {
    await runHelm('upgrade', 'headgate', chart, '--reuse-values', '--set', 'podAnnotations.release=next')
    await awaitRollout()
    await apply(routeYaml('helm', 'after', '[{ name: front }]', '[after.example.com]'))
    // Served by the new controller.
    await until('the new route', async () => {
      return (await curl(`http://${address}/`, '-H', 'host: after.example.com')).startsWith('200')
    })
  })
  assert.deepEqual(report.failed, [])
  assert.ok(report.requests > 50, `${report.requests} requests`)
})

test('outside of gatewayNamespaces a Gateway is not programmed and says why; the others change as before', async () => {
  await openShop('elsewhere')
  await runHelm('upgrade', 'headgate', chart, '--reuse-values', '--set', 'gatewayNamespaces={helm}')
  await awaitRollout()
  await apply(gatewayYaml('elsewhere', 'out', '[{ name: http, port: 80, protocol: HTTP }]'))
  const condition = await until('the refusal', async () => {
    const { status } = await get('gateway/out', 'elsewhere')
    const programmed = conditionOf(status, 'Programmed')
    return programmed?.status === 'False' && /forbidden/.test(programmed.message ?? '') && programmed
  })
  assert.match(condition.message ?? '', /serviceaccounts/)
  const address = await awaitProgrammed('helm', 'front')
  await apply(routeYaml('helm', 'narrow', '[{ name: front }]', '[narrow.example.com]'))
  await until('the new route', async () => {
    return (await curl(`http://${address}/`, '-H', 'host: narrow.example.com')).startsWith('200')
  })
})

test('without the right to see nodes a NodePort has no address, and nobody else minds', async () => {
  await apply(`apiVersion: gateway.headgate.dev/v1alpha1
kind: GatewayParameters
metadata: { name: by-node, namespace: helm }
spec: { replicas: 1, service: { type: NodePort } }
`)
  const listeners = '[{ name: http, port: 80, protocol: HTTP }]'
  const parameters = '{ group: gateway.headgate.dev, kind: GatewayParameters, name: by-node }'
  await apply(`${gatewayYaml('helm', 'nodes', listeners)}  infrastructure: { parametersRef: ${parameters} }\n`)
  await until('the NodePort', async () => {
    const services = ['get', 'services', '-n', 'helm', '-l', 'gateway.networking.k8s.io/gateway-name=nodes']
    return (await kubectl([...services, '-o', 'jsonpath={.items[*].spec.type}'])) === 'NodePort'
  })
  // A controller that meets it when it starts: it must not wait for what it may not see.
  await kubectl(['rollout', 'restart', 'deployment/headgate', '-n', system])
  await awaitRollout()
  await apply(routeYaml('helm', 'unmoved', '[{ name: front }]', '[unmoved.example.com]'))
  const address = await awaitProgrammed('helm', 'front')
  await until('the new route', async () => {
    return (await curl(`http://${address}/`, '-H', 'host: unmoved.example.com')).startsWith('200')
  })
  await kubectl(['delete', 'gateway/nodes', '-n', 'helm'])
})

test('without the controller data planes serve on, and go with their Gateway', async () => {
  const address = await awaitProgrammed('helm', 'front')
  await runHelm('uninstall', 'headgate', '--wait')
  assert.match(await curl(`http://${address}/`, '-H', 'host: helm.example.com'), /^200/)
  await kubectl(['delete', 'namespace', 'helm', 'elsewhere', system, '--timeout=80s'])
  await until(
    'the end of it',
    async () => (await leftovers()).join() === ours,
    async () => (await leftovers()).join('\n'),
  )
  assert.equal(await get('gatewayclass/headgate'), undefined)
})
