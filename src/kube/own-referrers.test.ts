import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject, ObjectKey } from '#api'
import { OwnReferrers } from './own-referrers.ts'

function object(kind: string, name: string, spec: object): KubeObject {
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata: { name, namespace: 'a' }, spec } as KubeObject
}

const classKey = 'GatewayClass//c' as ObjectKey
const gatewayKey = 'Gateway/a/g' as ObjectKey
const ours = object('GatewayClass', 'c', { controllerName: 'example.com/ours' })
const gateway = object('Gateway', 'g', { gatewayClassName: 'c' })
const set = object('ListenerSet', 's', { parentRef: { name: 'g' } })
const elsewhere = object('ListenerSet', 's', { parentRef: { name: 'g', namespace: 'b' } })

test('a ListenerSet is ours with its Gateway, a Gateway with its class, all else always', () => {
  const own = new OwnReferrers('example.com/ours')
  assert.deepEqual([own.isOurs(gateway), own.isOurs(set)], [false, false])
  assert.deepEqual(own.note(gatewayKey, gateway), ['ListenerSet'])
  assert.deepEqual(own.note(classKey, ours), ['Gateway', 'ListenerSet'])
  assert.deepEqual([own.isOurs(gateway), own.isOurs(set), own.isOurs(elsewhere)], [true, true, false])
  // No news, and nothing to look at again.
  assert.deepEqual([own.note(gatewayKey, gateway), own.note(classKey, ours)], [[], []])
  assert.deepEqual(own.note(gatewayKey, undefined), ['ListenerSet'])
  assert.deepEqual([own.isOurs(gateway), own.isOurs(set)], [true, false])
  assert.deepEqual(own.note(classKey, undefined), ['Gateway', 'ListenerSet'])
  assert.equal(own.isOurs(gateway), false)
  assert.equal(own.isOurs(object('BackendTLSPolicy', 'p', {})), true)
})

test('without a name everybody counts', () => {
  assert.equal(new OwnReferrers(undefined).isOurs(gateway), true)
})
