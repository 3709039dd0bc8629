import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { installPlain } from './install.ts'
import { apply, conditionOf, get, kubectl, until } from './kubectl.ts'
import { awaitProgrammed, gatewayYaml, openShop } from './shop.ts'

const namespace = 'made'
const listeners = '[{ name: http, port: 80, protocol: HTTP }]'
const made = 'web-headgate'

before(async () => {
  await installPlain()
  await openShop(namespace)
  await apply(gatewayYaml(namespace, 'web', listeners))
  await awaitProgrammed(namespace, 'web')
})

function change(name: string, patch: object): Promise<string> {
  return kubectl(['patch', name, '-n', namespace, '--type=merge', '-p', JSON.stringify(patch)])
}

function nameParameters(gateway: string, name: string | null): Promise<string> {
  const parametersRef = name && { group: 'gateway.headgate.dev', kind: 'GatewayParameters', name }
  return change(`gateway/${gateway}`, { spec: { infrastructure: parametersRef && { parametersRef } } })
}

test('what someone deletes is made again', async () => {
  const kinds = ['deployment', 'serviceaccount', 'configmap', 'networkpolicy', 'poddisruptionbudget']
  const uids = await Promise.all(kinds.map(async (kind) => (await get(`${kind}/${made}`, namespace)).metadata.uid))
  await kubectl(['delete', '-n', namespace, ...kinds.map((kind) => `${kind}/${made}`)])
  for (const [i, kind] of kinds.entries())
    await until(`another ${kind}`, async () => {
      const found = await get(`${kind}/${made}`, namespace)
      return found !== undefined && found.metadata.uid !== uids[i]
    })
  await awaitProgrammed(namespace, 'web')
})

test('what someone changes is put back, what they add stays', async () => {
  const ports = [{ name: 'tcp-80', port: 80, targetPort: 1 }]
  await change(`service/${made}`, { spec: { ports }, metadata: { annotations: { 'example.com/theirs': 'x' } } })
  const { metadata } = await until('the port', async () => {
    const found = await get(`service/${made}`, namespace)
    return found.spec.ports[0].targetPort === 64_592 && found
  })
  assert.equal(metadata.annotations['example.com/theirs'], 'x')
})

test('an autoscaler takes over the number of pods as it is, and is gone when nobody asks for it', async () => {
  const spec = { replicas: 3 }
  const head = { apiVersion: 'gateway.headgate.dev/v1alpha1', kind: 'GatewayParameters' }
  await apply(JSON.stringify({ ...head, metadata: { name: 'web', namespace }, spec }))
  await nameParameters('web', 'web')
  const replicas = async () => (await get(`deployment/${made}`, namespace)).spec.replicas
  await until('three pods', async () => (await replicas()) === 3)
  const scaled = { autoscaling: { maxReplicas: 5 } }
  await kubectl(['replace', '-f', '-'], JSON.stringify({ ...head, metadata: { name: 'web', namespace }, spec: scaled }))
  await until('the autoscaler', () => get(`horizontalpodautoscaler/${made}`, namespace))
  const owners = async () => {
    const text = await kubectl(['get', `deployment/${made}`, '-n', namespace, '--show-managed-fields', '-o', 'json'])
    const { managedFields } = JSON.parse(text).metadata as { readonly managedFields: readonly { manager: string }[] }
    return managedFields
      .filter((fields) => JSON.stringify(fields).includes('"f:replicas"'))
      .map(({ manager }) => manager)
  }
  await until('that we say no number any more', async () => !(await owners()).includes('headgate'))
  assert.equal(await replicas(), 3)
  await nameParameters('web', null)
  await until('no autoscaler', async () => (await get(`horizontalpodautoscaler/${made}`, namespace)) === undefined)
  await until('two pods', async () => (await replicas()) === 2)
})

test('an object of the same name that is not ours stays as it is, and the Gateway says so until it is gone', async () => {
  await kubectl(['create', 'service', 'clusterip', 'taken-headgate', '--tcp=80', '-n', namespace])
  await apply(gatewayYaml(namespace, 'taken', listeners))
  await until('what stands in the way', async () => {
    const { status } = await get('gateway/taken', namespace)
    return conditionOf(status, 'Programmed')?.reason === 'InfrastructureNotOwned'
  })
  assert.equal((await get('service/taken-headgate', namespace)).metadata.ownerReferences, undefined)
  await kubectl(['delete', 'service/taken-headgate', '-n', namespace])
  await awaitProgrammed(namespace, 'taken')
})

test('a Gateway may have the longest name that there is', async () => {
  const name = 'x'.repeat(63)
  await apply(gatewayYaml(namespace, name, listeners))
  await awaitProgrammed(namespace, name)
})

test('everything goes with its Gateway', async () => {
  await kubectl(['delete', 'gateway', '--all', '-n', namespace])
  const kinds = 'deployment,service,serviceaccount,configmap,networkpolicy,poddisruptionbudget'
  const label = 'gateway.networking.k8s.io/gateway-name'
  await until('an empty namespace', async () => {
    const left = await kubectl(['get', kinds, '-n', namespace, '-l', label, '-o', 'name'])
    return left.trim() === ''
  })
})
