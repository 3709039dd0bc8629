import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GatewayPlan } from '#translate'
import { planInfrastructure } from './gateway-infrastructure.ts'

const nameLabel = 'gateway.networking.k8s.io/gateway-name'

function plan(fields: Partial<GatewayPlan>): GatewayPlan {
  return {
    uid: 'u1',
    labels: {},
    annotations: {},
    addresses: [],
    className: 'headgate',
    ports: [],
    isRefused: false,
    ...fields,
  }
}

test('GatewayInfrastructurePropagation: labels and annotations stand on what is made for the Gateway', () => {
  const fields = { labels: { team: 'a' }, annotations: { 'example.com/note': 'b' } }
  const [account] = planInfrastructure('ns/gw', plan(fields))
  assert.equal(account?.kind, 'ServiceAccount')
  assert.equal(account.metadata.namespace, 'ns')
  assert.equal(account.metadata.labels.team, 'a')
  assert.equal(account.metadata.labels[nameLabel], 'gw')
  assert.deepEqual(account.metadata.annotations, { 'example.com/note': 'b' })
  assert.deepEqual(account.metadata.ownerReferences, [
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', name: 'gw', uid: 'u1', controller: true },
  ])
})

test('labels of a user never take the place of those that tell whose it is', () => {
  const [account] = planInfrastructure('ns/gw', plan({ labels: { [nameLabel]: 'other' } }))
  assert.equal(account?.metadata.labels[nameLabel], 'gw')
})

test('long names of Gateways stay within what names and labels may have, and apart', () => {
  const [a, b] = ['a', 'b'].map((end) => planInfrastructure(`ns/${'x'.repeat(250)}${end}`, plan({}))[0]!.metadata)
  assert.ok(a!.name.length <= 253 && a!.labels[nameLabel]!.length <= 63)
  assert.notEqual(a!.name, b!.name)
  assert.notEqual(a!.labels[nameLabel], b!.labels[nameLabel])
})
