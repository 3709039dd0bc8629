import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '#api'
import { objectKey } from '#api'
import { findUnclaimed } from './find-unclaimed.ts'
import { gateway, httpRoute } from './machinery.fixture.ts'

const gatewayClass: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'GatewayClass',
  metadata: { name: 'headgate' },
}

function find(...objects: readonly KubeObject[]): readonly string[] {
  const keyed = objects.map(
    (one) => [objectKey(one.kind, one.metadata.namespace ?? '', one.metadata.name), one] as const,
  )
  return findUnclaimed(new Map(keyed)).map(({ key, path, message }) => `${key} ${path}: ${message}`)
}

function routeTo(...parentRefs: readonly object[]): KubeObject {
  return { ...httpRoute('shop', [], []), spec: { parentRefs } }
}

test('who belongs to somebody is not mentioned', () => {
  assert.deepEqual(
    find(gatewayClass, gateway([]), routeTo({ name: 'gw' }, { kind: 'Service', group: '', name: 'mesh' })),
    [],
  )
})

test('a Gateway without its class, and a route without its Gateway, with what was probably meant', () => {
  assert.deepEqual(find({ ...gatewayClass, metadata: { name: 'headgat' } }, gateway([])), [
    'Gateway/a/gw spec.gatewayClassName: GatewayClass headgate does not exist; did you mean headgat?',
  ])
  assert.deepEqual(
    find(gatewayClass, gateway([]), routeTo({ name: 'gw' }, { name: 'gww' }, { name: 'gw', namespace: 'b' })),
    [
      'HTTPRoute/a/shop spec.parentRefs[1]: Gateway a/gww does not exist; did you mean gw?',
      'HTTPRoute/a/shop spec.parentRefs[2]: Gateway b/gw does not exist; there is one in the namespace a',
    ],
  )
})

test('a ListenerSet without its Gateway', () => {
  const set = { ...gateway([]), kind: 'ListenerSet', spec: { parentRef: { name: 'gone' } } }
  assert.deepEqual(find(set), ['ListenerSet/a/gw spec.parentRef: Gateway a/gone does not exist'])
})
