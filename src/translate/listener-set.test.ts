import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainCertificate, plainKey, shopCertificate, shopKey } from './certificate.fixture.ts'
import {
  conditions,
  gateway,
  gatewayClass,
  gatewayOf,
  httpRoute,
  listener,
  listenerSet,
  listenerSetOf,
  parentOf,
  put,
  remove,
  rule,
  setRef,
  tlsSecret,
  translate,
  translator,
} from './objects.fixture.ts'
import type { World } from './settings.ts'
import type { Translation } from './translator.ts'

const fromAll = { allowedListeners: { namespaces: { from: 'All' } } }
const host = (name: string, hostname: string, fields = {}) => listener({ name, hostname, ...fields })
const keysOf = ({ snapshot }: Translation) => snapshot.listeners.map(({ key }) => key)

test('listeners of a set join the Gateway, on its addresses and sockets', () => {
  const addresses = [{ type: 'IPAddress', value: '127.0.0.2' }]
  const translation = translate([
    gateway('infra/gw', [listener()], { ...fromAll, addresses }),
    listenerSet('team/apps', { name: 'gw', namespace: 'infra' }, [host('http', 'apps.test')]),
    httpRoute('team/r', [setRef('apps')], [rule()]),
  ])
  const [entry] = translation.snapshot.listeners.filter(({ origin }) => origin.kind === 'ListenerSet')
  assert.equal(entry?.key, 'infra/gw/team/apps/http')
  assert.deepEqual(entry.addresses, ['127.0.0.2'])
  assert.equal(entry.gateway, 'infra/gw')
  assert.deepEqual(
    translation.snapshot.routes.map(({ listener, hostnames }) => [listener, hostnames]),
    [['infra/gw/team/apps/http', ['apps.test']]],
  )
  const status = translation.statuses.get('Gateway/infra/gw')
  assert.equal(status?.kind === 'Gateway' && status.attachedListenerSets, 1)
})

test('row 19: inside a set a conflict has no winner, and what is left is served', () => {
  const translation = translate([
    gateway('gw', [host('http', 'gw.test')], fromAll),
    listenerSet('s', 'gw', [host('a', 'same.test'), host('b', 'same.test'), host('c', 'other.test')]),
  ])
  const { conditions: own, listeners } = listenerSetOf(translation, 'default/s')!
  assert.equal(own.Accepted, 'True ListenersNotValid')
  assert.equal(listeners.a.conditions.Conflicted, 'True HostnameConflict')
  assert.equal(listeners.b.conditions.Conflicted, 'True HostnameConflict')
  assert.equal(listeners.c.conditions.Accepted, 'True Accepted')
  assert.deepEqual(keysOf(translation), ['default/gw/default/s/c', 'default/gw/http'])
})

test('row 20: when the winner goes, the next one gets its traffic', () => {
  const plane = translator()
  const winner = listenerSet('a', 'gw', [host('l', 'x.test')], { creationTimestamp: '2024-01-01T00:00:00Z' })
  const loser = listenerSet('b', 'gw', [host('l', 'x.test')], { creationTimestamp: '2025-01-01T00:00:00Z' })
  const before = plane.apply(
    put(
      gatewayClass(),
      gateway('gw', [host('http', 'gw.test')], fromAll),
      loser,
      winner,
      httpRoute('of-b', [setRef('b')], [rule()]),
    ),
  )
  assert.deepEqual(keysOf(before), ['default/gw/default/a/l', 'default/gw/http'])
  assert.equal(listenerSetOf(before, 'default/b')!.conditions.Accepted, 'False ListenersNotValid')
  const after = plane.apply(remove(winner))
  assert.deepEqual(keysOf(after), ['default/gw/default/b/l', 'default/gw/http'])
  assert.equal(listenerSetOf(after, 'default/b')!.conditions.Accepted, 'True Accepted')
  assert.equal(after.snapshot.routes.length, 1)
})

test('row 20: a set never takes what the Gateway claims, even if the Gateway can not serve it', () => {
  const tls = { protocol: 'HTTPS', port: 443, tls: { mode: 'Terminate', certificateRefs: [] } }
  const translation = translate([
    gateway('gw', [host('http', 'gw.test'), host('broken', 'x.test', tls)], fromAll),
    tlsSecret('cert', shopCertificate, shopKey),
    listenerSet('s', 'gw', [
      host('l', 'x.test', { ...tls, tls: { mode: 'Terminate', certificateRefs: [secretRef('cert')] } }),
    ]),
  ])
  assert.equal(listenerSetOf(translation, 'default/s')!.listeners.l.conditions.Conflicted, 'True HostnameConflict')
})

test('row 21: what the Gateway takes back is gone at once, and comes back', () => {
  const plane = translator()
  const open = gateway('gw', [host('http', 'gw.test')], fromAll)
  const closed = gateway('gw', [host('http', 'gw.test')])
  const set = listenerSet('s', 'gw', [host('l', 'x.test')])
  plane.apply(put(gatewayClass(), open, set, httpRoute('r', [setRef('s')], [rule()])))
  const shut = plane.apply(put(closed))
  assert.equal(shut.snapshot.routes.length, 0)
  assert.equal(listenerSetOf(shut, 'default/s')!.conditions.Accepted, 'False NotAllowed')
  assert.equal(parentOf(shut, 'default/r').Accepted, 'False NoMatchingParent')
  assert.deepEqual(shut.delta.listeners.delete, ['default/gw/default/s/l'])
  assert.equal(plane.apply(put(open)).snapshot.routes.length, 1)
})

test('row 47: a route under two parents has one word for each, and loses the one whose set is gone', () => {
  const plane = translator()
  const set = listenerSet('s', 'gw', [host('http', 'x.test')])
  const route = httpRoute('r', [{ name: 'gw', sectionName: 'only-of-the-set' }, setRef('s')], [rule()])
  const both = plane.apply(put(gatewayClass(), gateway('gw', [listener()], fromAll), set, route))
  assert.equal(parentOf(both, 'default/r', 0).Accepted, 'False NoMatchingParent')
  assert.equal(parentOf(both, 'default/r', 1).Accepted, 'True Accepted')
  const one = plane.apply(remove(set)).statuses.get('HTTPRoute/default/r')
  assert.deepEqual(one?.kind === 'Route' && one.parents.map(({ parentRef }) => parentRef.kind), ['Gateway'])
})

test('sets without a Gateway of ours have no status of ours', () => {
  const foreign = gateway('other', [listener()], { ...fromAll, gatewayClassName: 'elsewhere' })
  const translation = translate([
    foreign,
    listenerSet('a', 'other', [listener()]),
    listenerSet('b', 'missing', [listener()]),
    httpRoute('r', [setRef('a'), setRef('b')], [rule()]),
  ])
  assert.deepEqual([...translation.statuses.keys()], ['GatewayClass//headgate'])
})

test('what keeps the whole Gateway from being reached is its sets’ problem, too', () => {
  const plane = translator()
  plane.apply(put(gatewayClass(), gateway('gw', [listener()], fromAll), listenerSet('s', 'gw', [host('l', 'x.test')])))
  const problem = { reason: 'AddressNotAssigned', message: 'no address yet', path: '' }
  const listeners = new Map([['default/s/l', undefined]])
  const report = { generation: 1, addresses: [], problem, listeners }
  const programmed = (gateways: World['gateways']) =>
    listenerSetOf(plane.apply([], { gateways }), 'default/s')!.conditions.Programmed
  assert.equal(programmed(new Map([['default/gw', report]])), 'False ParentNotProgrammed')
  const { problem: _, ...reached } = report
  assert.equal(programmed(new Map([['default/gw', reached]])), 'True Programmed')
})

test('a Gateway that is not accepted takes its sets with it', () => {
  const translation = translate([
    gateway('gw', [host('http', 'gw.test', { protocol: 'example.com/x' })], fromAll),
    listenerSet('s', 'gw', [host('l', 'x.test')]),
    httpRoute('r', [setRef('s')], [rule()]),
  ])
  const status = listenerSetOf(translation, 'default/s')!
  assert.equal(status.conditions.Accepted, 'False ParentNotAccepted')
  assert.equal(status.conditions.Programmed, 'False ParentNotProgrammed')
  assert.deepEqual(keysOf(translation), [])
  assert.equal(status.listeners.l.attachedRoutes, 1)
})

test('a port of an older Gateway is not for a set of a younger one', () => {
  const old = { creationTimestamp: '2024-01-01T00:00:00Z' }
  const young = { creationTimestamp: '2025-01-01T00:00:00Z' }
  const translation = translate([
    gateway('old', [listener()], {}, old),
    gateway('young', [listener({ port: 81 })], fromAll, young),
    listenerSet('s', 'young', [host('taken', 'x.test'), host('free', 'x.test', { port: 81 })]),
  ])
  const { listeners } = listenerSetOf(translation, 'default/s')!
  assert.equal(listeners.taken.conditions.Accepted, 'False PortUnavailable')
  assert.equal(listeners.free.conditions.Accepted, 'True Accepted')
})

test('a certificate that two owners share goes with the last of them', () => {
  const plane = translator()
  const tls = { protocol: 'HTTPS', port: 443, tls: { mode: 'Terminate', certificateRefs: [secretRef('cert')] } }
  const set = listenerSet('s', 'gw', [host('l', 'x.test', tls)])
  const both = [gatewayClass(), gateway('gw', [host('https', 'gw.test', tls)], fromAll), set]
  assert.equal(plane.apply(put(...both, tlsSecret('cert', shopCertificate, shopKey))).snapshot.certificates.length, 1)
  const renewed = plane.apply(put(tlsSecret('cert', plainCertificate, plainKey)))
  assert.equal(renewed.delta.certificates.put.length, 1)
  const one = plane.apply(put(gateway('gw', [host('http', 'gw.test')], fromAll)))
  assert.deepEqual(one.delta.certificates, { put: [], delete: [] })
  assert.deepEqual(plane.apply(remove(set)).delta.certificates.delete, ['default/cert'])
})

test('what the data plane reports reaches the entries: pending, served, port unavailable', () => {
  const plane = translator()
  const two = listenerSet('s', 'gw', [host('a', 'a.test'), host('b', 'b.test', { port: 81 })])
  const first = plane.apply(put(gatewayClass(), gateway('gw', [host('http', 'gw.test')], fromAll), two))
  const programmed = (translation: Translation) => listenerSetOf(translation, 'default/s')!.conditions.Programmed
  assert.equal(programmed(first), 'Unknown Pending')
  const unavailable = { reason: 'PortUnavailable', message: 'EADDRINUSE', path: '' }
  const half = plane.apply([], worldOf({ http: undefined, 'default/s/a': undefined, 'default/s/b': unavailable }))
  assert.equal(programmed(half), 'True Programmed')
  assert.equal(listenerSetOf(half, 'default/s')!.listeners.b.conditions.Programmed, 'False PortUnavailable')
  assert.deepEqual(
    new Set(half.statusChanges.map(({ key }) => key)),
    new Set(['Gateway/default/gw', 'ListenerSet/default/s']),
  )
  const none = plane.apply([], worldOf({ http: undefined, 'default/s/a': unavailable, 'default/s/b': unavailable }))
  assert.equal(programmed(none), 'False PortUnavailable')
  assert.equal(gatewayOf(none, 'default/gw')!.conditions.Programmed, 'True Programmed')
})

test('every condition speaks of the generation of its own object', () => {
  const translation = translate([
    gateway('gw', [host('http', 'gw.test')], fromAll, { generation: 7 }),
    listenerSet('s', 'gw', [host('l', 'x.test')], { generation: 3 }),
  ])
  const status = translation.statuses.get('ListenerSet/default/s')
  assert.ok(status?.kind === 'ListenerSet')
  const all = [...status.conditions, ...status.listeners.flatMap(({ conditions: list }) => list)]
  assert.deepEqual(new Set(all.map(({ observedGeneration }) => observedGeneration)), new Set([3]))
  assert.deepEqual(Object.keys(conditions(status.conditions)), ['Accepted', 'Programmed'])
})

function secretRef(name: string) {
  return { group: '', kind: 'Secret', name }
}

function worldOf(
  listeners: Readonly<Record<string, { reason: string; message: string; path: string } | undefined>>,
): World {
  const report = {
    generation: 1,
    addresses: [{ type: 'IPAddress', value: '127.0.0.1' }],
    listeners: new Map(Object.entries(listeners)),
  }
  return { gateways: new Map([['default/gw', report]]) }
}
