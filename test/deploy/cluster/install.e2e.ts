import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { installPlain, system } from './install.ts'
import { conditionOf, get, kubectl, until } from './kubectl.ts'

before(installPlain)

test('the controller runs in a namespace that enforces the restricted profile', async () => {
  const { metadata } = await get(`namespace/${system}`)
  assert.equal(metadata.labels['pod-security.kubernetes.io/enforce'], 'restricted')
  const { status } = await get('deployment/headgate', system)
  assert.deepEqual([status.readyReplicas, status.updatedReplicas], [2, 2])
})

test('its GatewayClass is accepted, of this generation', async () => {
  const gatewayClass = await until('the GatewayClass', async () => {
    const found = await get('gatewayclass/headgate')
    return conditionOf(found?.status, 'Accepted')?.status === 'True' && found
  })
  assert.equal(conditionOf(gatewayClass.status, 'Accepted')?.observedGeneration, gatewayClass.metadata.generation)
  assert.ok(gatewayClass.status.supportedFeatures.length > 0, JSON.stringify(gatewayClass.status))
})

test('one replica leads, and both are ready', async () => {
  const leases = JSON.parse(await kubectl(['get', 'leases', '-n', system, '-o', 'json'])).items
  assert.deepEqual(
    leases.map((lease: { metadata: { name: string } }) => lease.metadata.name),
    ['headgate.dev-gateway-controller'],
  )
  assert.ok(leases[0].spec.holderIdentity)
  const pods = JSON.parse(
    await kubectl(['get', 'pods', '-n', system, '-l', 'app.kubernetes.io/component=controller', '-o', 'json']),
  ).items
  assert.equal(pods.length, 2)
})

test('the controller has nothing to complain about', async () => {
  const logs = await kubectl(['logs', '-n', system, '-l', 'app.kubernetes.io/component=controller', '--tail=-1'])
  assert.doesNotMatch(logs, /forbidden|error|denied/i)
})
