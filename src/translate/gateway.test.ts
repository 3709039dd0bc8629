import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainCertificate, plainKey, shopCertificate, shopKey } from './certificate.fixture.ts'
import {
  controllerName,
  gateway,
  gatewayClass,
  gatewayOf,
  keyOf,
  listener,
  object,
  put,
  referenceGrant,
  settings,
  tlsSecret,
  translate,
  translator,
} from './objects.fixture.ts'
import type { World } from './settings.ts'

const gatewayApi = 'gateway.networking.k8s.io'

function https(name: string, refs: readonly object[], fields: object = {}) {
  return listener({
    name,
    port: 443,
    protocol: 'HTTPS',
    tls: { mode: 'Terminate', certificateRefs: refs.map((ref) => ({ group: '', kind: 'Secret', ...ref })) },
    ...fields,
  })
}

test('row 13: every condition carries the generation of its object', () => {
  const translation = translate([
    gateway('gw', [listener(), listener({ name: 'x', protocol: 'XMPP' })], {}, { generation: 7 }),
  ])
  const status = translation.statuses.get('Gateway/default/gw')
  assert.equal(status?.kind, 'Gateway')
  const all = [...status.conditions, ...status.listeners.flatMap(({ conditions }) => conditions)]
  assert.ok(all.length >= 11)
  assert.deepEqual(new Set(all.map(({ observedGeneration }) => observedGeneration)), new Set([7]))
})

test('row 18: listeners of one port are distinct by hostname, those of other ports anyway', () => {
  const { conditions, listeners } = gatewayOf(
    translate([
      gateway('gw', [
        listener({ name: 'any' }),
        listener({ name: 'a', hostname: 'a.com' }),
        listener({ name: 'wild', hostname: '*.a.com' }),
        listener({ name: 'other', port: 81, hostname: 'a.com' }),
      ]),
    ]),
    'default/gw',
  )!
  assert.equal(conditions.Accepted, 'True Accepted')
  for (const name of ['any', 'a', 'wild', 'other'])
    assert.equal(listeners[name].conditions.Conflicted, 'False NoConflicts')
})

test('row 18, row 19: listeners in conflict are all refused, the Gateway lives on with the rest', () => {
  const translation = translate([
    gateway('gw', [
      listener({ name: 'one', hostname: 'a.com' }),
      listener({ name: 'two', hostname: 'A.com' }),
      listener({ name: 'plain', port: 443 }),
      https('secure', [{ name: 's' }]),
      listener({ name: 'fine', port: 8080 }),
    ]),
    tlsSecret('s', shopCertificate, shopKey),
  ])
  const { conditions, listeners } = gatewayOf(translation, 'default/gw')!
  assert.equal(conditions.Accepted, 'True ListenersNotValid')
  for (const [name, reason] of [
    ['one', 'HostnameConflict'],
    ['two', 'HostnameConflict'],
    ['plain', 'ProtocolConflict'],
    ['secure', 'ProtocolConflict'],
  ] as const) {
    assert.equal(listeners[name].conditions.Conflicted, `True ${reason}`)
    assert.equal(listeners[name].conditions.Accepted, `False ${reason}`)
    assert.equal(listeners[name].conditions.Programmed, `False ${reason}`)
  }
  assert.deepEqual(
    translation.snapshot.listeners.map(({ key }) => key),
    ['default/gw/fine'],
  )
})

test('row 19: without a valid listener the Gateway is not accepted', () => {
  const gw = gateway('gw', [listener({ name: 'one' }), listener({ name: 'two' })])
  const { conditions } = gatewayOf(translate([gw]), 'default/gw')!
  assert.equal(conditions.Accepted, 'False ListenersNotValid')
  assert.equal(conditions.Programmed, 'False Invalid')
})

test('protocols that are not served are refused, and take no kind of route', () => {
  for (const protocol of ['example.com/own', 'HTTP/3']) {
    const gw = gateway('gw', [listener(), listener({ name: 'other', port: 9000, protocol })])
    const { conditions, listeners } = gatewayOf(translate([gw]), 'default/gw')!
    assert.equal(conditions.Accepted, 'True ListenersNotValid')
    assert.equal(listeners.other.conditions.Accepted, 'False UnsupportedProtocol')
    assert.deepEqual(listeners.other.supportedKinds, [])
  }
})

test('row 22, row 23: a certificate in another namespace needs a ReferenceGrant there', () => {
  const gw = gateway('gw', [https('https', [{ name: 's', namespace: 'certs' }])])
  const secret = tlsSecret('certs/s', shopCertificate, shopKey)
  const from = { kind: 'Gateway', namespace: 'default' }
  const grant = referenceGrant('certs/g', from, { kind: 'Secret', name: 's' })
  const other = referenceGrant('certs/g', from, { kind: 'Secret', name: 'not-s' })
  const verdict = (objects: readonly Parameters<typeof keyOf>[0][]) => {
    const { conditions, listeners } = gatewayOf(translate([gw, secret, ...objects]), 'default/gw')!
    return [listeners.https.conditions.ResolvedRefs, listeners.https.conditions.Programmed, conditions.ResolvedRefs]
  }
  const refused = ['False RefNotPermitted', 'False Invalid', 'False ListenersNotResolved']
  assert.deepEqual(verdict([]), refused)
  assert.deepEqual(verdict([other]), refused)
  assert.deepEqual(verdict([grant]), ['True ResolvedRefs', 'Unknown Pending', 'True ResolvedRefs'])
})

for (const [name, secret, ref] of [
  ['that does not exist', undefined, {}],
  ['of another kind', undefined, { kind: 'ConfigMap' }],
  ['of another group', undefined, { group: 'example.com' }],
  ['with malformed PEM', tlsSecret('s', 'Hello', 'world'), {}],
  ['with a key that belongs elsewhere', tlsSecret('s', shopCertificate, plainKey), {}],
  ['of type Opaque', tlsSecret('s', shopCertificate, shopKey, 'Opaque'), {}],
  ['without data', object('v1', 'Secret', 's', { type: 'kubernetes.io/tls' }), {}],
] as const) {
  test(`row 23: a certificate ${name} is InvalidCertificateRef and not programmed`, () => {
    const gw = gateway('gw', [https('https', [{ name: 's', ...ref }])])
    const translation = translate(secret ? [gw, secret] : [gw])
    const { listeners } = gatewayOf(translation, 'default/gw')!
    assert.equal(listeners.https.conditions.ResolvedRefs, 'False InvalidCertificateRef')
    assert.equal(listeners.https.conditions.Programmed, 'False Invalid')
    assert.deepEqual(listeners.https.supportedKinds, [
      { group: gatewayApi, kind: 'HTTPRoute' },
      { group: gatewayApi, kind: 'GRPCRoute' },
    ])
    assert.deepEqual(translation.snapshot.listeners, [])
    assert.deepEqual(translation.snapshot.certificates, [])
  })
}

test('certificates carry their names, once for all listeners', () => {
  const gw = gateway('gw', [
    https('a', [{ name: 'shop' }, { name: 'plain' }], { hostname: 'shop.example.com' }),
    https('b', [{ name: 'shop' }], { hostname: '*.shop.example.com' }),
  ])
  const { snapshot } = translate([
    gw,
    tlsSecret('shop', shopCertificate, shopKey),
    tlsSecret('plain', plainCertificate, plainKey),
  ])
  assert.deepEqual(
    snapshot.certificates.map(({ key, names }) => [key, names]),
    [
      ['default/plain', ['plain.example.com']],
      ['default/shop', ['*.shop.example.com', '127.0.0.1', 'shop.example.com']],
    ],
  )
  assert.deepEqual(snapshot.listeners[0]?.tls, { mode: 'terminate', certificates: ['default/shop', 'default/plain'] })
})

test('row 41: OverlappingTLSConfig stands on every listener concerned, and on no other', () => {
  const verdict = (...listeners: readonly ReturnType<typeof listener>[]) => {
    const found = gatewayOf(
      translate([
        gateway('gw', listeners),
        tlsSecret('shop', shopCertificate, shopKey),
        tlsSecret('plain', plainCertificate, plainKey),
      ]),
      'default/gw',
    )!.listeners
    return listeners.map(({ name }) => found[String(name)].conditions.OverlappingTLSConfig)
  }
  const [shop, plain] = [[{ name: 'shop' }], [{ name: 'plain' }]]
  const byHost = verdict(
    https('a', shop, { hostname: 'foo.example.com' }),
    https('b', plain, { hostname: 'foo.example.org' }),
    https('c', plain, { hostname: '*.example.com' }),
    https('d', shop, { port: 8443 }),
  )
  const certificates = 'True OverlappingCertificates'
  // The third overlaps in both ways: then it should be the certificates.
  assert.deepEqual(byHost, ['True OverlappingHostnames', certificates, certificates, undefined])
  assert.deepEqual(verdict(https('a', shop, { hostname: 'a.com' }), https('b', plain, { hostname: 'b.com' })), [
    undefined,
    undefined,
  ])
})

test('a renewed key is news although Secrets print alike', () => {
  const gw = gateway('gw', [https('a', [{ name: 's' }])])
  const plane = translator()
  plane.apply(put(gatewayClass(), gw, tlsSecret('s', shopCertificate, shopKey)))
  const { delta } = plane.apply(put(tlsSecret('s', plainCertificate, plainKey)))
  assert.equal(delta.certificates.put[0]?.privateKey.reveal(), plainKey)
  assert.deepEqual(delta.listeners, { put: [], delete: [] })
})

test('row 24: supportedKinds is the valid subset of what was asked', () => {
  const asked = (...kinds: readonly string[]) => listener({ kinds: kinds.map((kind) => ({ group: gatewayApi, kind })) })
  const verdict = (fields: ReturnType<typeof listener>) => {
    const { http } = gatewayOf(translate([gateway('gw', [fields])]), 'default/gw')!.listeners
    return [http.conditions.ResolvedRefs, http.supportedKinds.map(({ kind }: { kind: string }) => kind)]
  }
  assert.deepEqual(verdict(listener()), ['True ResolvedRefs', ['HTTPRoute', 'GRPCRoute']])
  assert.deepEqual(verdict(asked('HTTPRoute')), ['True ResolvedRefs', ['HTTPRoute']])
  assert.deepEqual(verdict(asked('InvalidRoute', 'HTTPRoute')), ['False InvalidRouteKinds', ['HTTPRoute']])
  assert.deepEqual(verdict(asked('InvalidRoute')), ['False InvalidRouteKinds', []])
  const foreign = listener({ kinds: [{ group: 'example.com', kind: 'HTTPRoute' }] })
  assert.deepEqual(verdict(foreign), ['False InvalidRouteKinds', []])
})

function reported(generation: number, addresses: readonly string[] = []): World {
  const values = addresses.map((value) => ({ type: 'IPAddress', value }))
  const report = { generation, addresses: values, listeners: new Map([['http', undefined]]) }
  return { gateways: new Map([['default/gw', report]]) }
}

test('Programmed is true only when the plane serves this generation', () => {
  const plane = translator()
  const at = (generation: number) => put(gatewayClass(), gateway('gw', [listener()], {}, { generation }))
  const programmed = (translation: ReturnType<typeof plane.apply>) => {
    const found = gatewayOf(translation, 'default/gw')!
    return [found.conditions.Programmed, found.listeners.http.conditions.Programmed]
  }
  assert.deepEqual(programmed(plane.apply(at(1))), ['Unknown Pending', 'Unknown Pending'])
  assert.deepEqual(programmed(plane.apply([], reported(1))), ['True Programmed', 'True Programmed'])
  assert.deepEqual(programmed(plane.apply(at(2))), ['Unknown Pending', 'Unknown Pending'])
  const failed = { reason: 'PortUnavailable', message: 'EACCES', path: '' }
  const world = {
    gateways: new Map([['default/gw', { generation: 2, addresses: [], listeners: new Map([['http', failed]]) }]]),
  }
  assert.deepEqual(programmed(plane.apply([], world)), ['False Invalid', 'False PortUnavailable'])
})

test('row 45: addresses: unsupported type, then unusable, then used', () => {
  const plane = translator()
  const step = (addresses: readonly object[], world: World) => {
    const changes = put(gatewayClass(), gateway('gw', [listener()], { addresses }))
    const translation = plane.apply(changes, world)
    const { Accepted, Programmed } = gatewayOf(translation, 'default/gw')!.conditions
    return [Accepted, Programmed, translation.snapshot.listeners.map((entry) => entry.addresses)]
  }
  const usable = { type: 'IPAddress', value: '127.0.0.1' }
  const unusable = { type: 'IPAddress', value: '192.0.2.1' }
  const world = reported(1, ['127.0.0.1'])
  for (const type of ['Hostname', 'NamedAddress', 'test/fake']) {
    const unsupported = ['False UnsupportedAddress', 'False Invalid', []]
    assert.deepEqual(step([{ type, value: 'x' }, usable], world), unsupported)
  }
  const both = ['True Accepted', 'False AddressNotUsable', [['127.0.0.1', '192.0.2.1']]]
  assert.deepEqual(step([unusable, usable], world), both)
  assert.deepEqual(step([usable], world), ['True Accepted', 'True Programmed', [['127.0.0.1']]])
  assert.deepEqual(step([{ type: 'IPAddress' }], world), ['True Accepted', 'True Programmed', [[]]])
})

test('two Gateways want one port: the older keeps it, the younger learns what to do', () => {
  const old = gateway('z-old', [listener()], {}, { creationTimestamp: '2024-01-01T00:00:00Z' })
  const young = gateway(
    'a-young',
    [listener(), listener({ name: 'own', port: 81 })],
    {},
    { creationTimestamp: '2025-01-01T00:00:00Z' },
  )
  const translation = translate([young, old])
  assert.equal(gatewayOf(translation, 'default/z-old')!.conditions.Accepted, 'True Accepted')
  const { conditions, listeners } = gatewayOf(translation, 'default/a-young')!
  assert.equal(conditions.Accepted, 'True ListenersNotValid')
  assert.equal(listeners.http.conditions.Accepted, 'False PortUnavailable')
  const status = translation.statuses.get('Gateway/default/a-young')
  const message = status?.kind === 'Gateway' && status.listeners[0]?.conditions[0]?.message
  assert.match(String(message), /default\/z-old.*spec\.addresses.*127\.0\.0\.2/)
  assert.deepEqual(
    translation.snapshot.listeners.map(({ key }) => key),
    ['default/a-young/own', 'default/z-old/http'],
  )
})

test('two Gateways share a port when their addresses differ, or when each has a data plane of its own', () => {
  const addressed = gateway('b', [listener()], { addresses: [{ type: 'IPAddress', value: '127.0.0.2' }] })
  const apart = translate([gateway('a', [listener()]), addressed])
  assert.equal(apart.snapshot.listeners.length, 2)
  const own = { ...settings, sockets: 'own' as const }
  const planes = translate([gateway('a', [listener()]), gateway('b', [listener()])], { settings: own })
  assert.equal(planes.snapshot.listeners.length, 2)
  const named = { ...settings, defaultAddresses: ['127.0.0.2'] }
  const same = translate([gateway('a', [listener()]), addressed], { settings: named })
  assert.equal(same.snapshot.listeners.length, 1)
})

test('the port goes to the younger Gateway when the older one leaves', () => {
  const plane = translator()
  const [first, second] = [gateway('a', [listener()]), gateway('b', [listener()])]
  plane.apply(put(gatewayClass(), first, second))
  const { snapshot, statuses } = plane.apply([{ kind: 'delete', key: keyOf(first) }])
  assert.deepEqual(
    snapshot.listeners.map(({ key }) => key),
    ['default/b/http'],
  )
  assert.equal(statuses.has(keyOf(first)), false)
})

test('parametersRef names something unknown: GatewayClass and Gateway say InvalidParameters', () => {
  const parametersRef = { group: 'example.com', kind: 'Config', name: 'c' }
  const own = translate([gateway('gw', [listener()], { infrastructure: { parametersRef } })])
  assert.equal(gatewayOf(own, 'default/gw')!.conditions.Accepted, 'False InvalidParameters')
  assert.deepEqual(own.snapshot.listeners, [])
  const shared = translator().apply(put(gatewayClass({ parametersRef }), gateway('gw', [listener()])))
  const status = shared.statuses.get('GatewayClass//headgate')
  assert.deepEqual(
    status?.kind === 'GatewayClass' && status.conditions.map((condition) => [condition.status, condition.reason]),
    [
      ['False', 'InvalidParameters'],
      ['True', 'SupportedVersion'],
    ],
  )
  assert.equal(gatewayOf(shared, 'default/gw')!.conditions.Accepted, 'False InvalidParameters')
})

test('row 45: all addresses of the machine, asked for by the word for all, are reported one by one', () => {
  const plane = translator()
  const addresses = [{ type: 'IPAddress', value: '0.0.0.0' }]
  plane.apply(put(gatewayClass(), gateway('gw', [listener()], { addresses })))
  const report = {
    generation: 1,
    addresses: [{ type: 'IPAddress', value: '192.0.2.7' }],
    listeners: new Map([['http', undefined]]),
  }
  const translation = plane.apply([], { gateways: new Map([['default/gw', report]]) })
  assert.equal(gatewayOf(translation, 'default/gw')!.conditions.Programmed, 'True Programmed')
})

test('GatewayClass: supportedFeatures are sorted; classes of others stay untouched', () => {
  const foreign = { ...gatewayClass({ controllerName: 'example.com/x' }), metadata: { name: 'foreign' } }
  const { statuses } = translate([foreign], { supportedFeatures: ['HTTPRoute', 'Gateway'] })
  assert.deepEqual([...statuses.keys()], ['GatewayClass//headgate'])
  const status = statuses.get('GatewayClass//headgate')
  const names = status?.kind === 'GatewayClass' ? status.supportedFeatures.map(({ name }) => name) : []
  assert.deepEqual(names, ['Gateway', 'HTTPRoute'])
  assert.equal(controllerName, settings.controllerName)
})

test('a Gateway that found no address gets the one that another leaves', () => {
  const free = ['127.0.0.7']
  const owners = new Map<string, string>()
  const addressFor = (name: string) => {
    const address = owners.get(name) ?? free.pop()
    if (address !== undefined) owners.set(name, address)
    return address
  }
  const plane = translator({ settings: { ...settings, addressFor } })
  const [first, second] = [gateway('a', [listener()]), gateway('b', [listener()])]
  const both = plane.apply(put(gatewayClass(), first, second))
  assert.equal(gatewayOf(both, 'default/b')!.conditions.Accepted, 'False AddressNotAssigned')
  free.push(owners.get('default/a')!)
  owners.delete('default/a')
  const left = plane.apply([{ kind: 'delete', key: keyOf(first) }])
  assert.equal(gatewayOf(left, 'default/b')!.conditions.Accepted, 'True Accepted')
})

test('a data plane of its own is bound to what it has; what it reports as a problem is the Gateway’s', () => {
  const own = { ...settings, sockets: 'own' as const }
  const addresses = [{ type: 'IPAddress', value: '192.0.2.1' }]
  const plane = translator({ settings: own })
  const { snapshot, gateways } = plane.apply(put(gatewayClass(), gateway('gw', [listener()], { addresses })))
  assert.deepEqual(snapshot.listeners[0]?.addresses, [])
  assert.deepEqual(gateways.get('default/gw')?.addresses, ['192.0.2.1'])
  const high = gateway('high', [listener({ port: 64_512 })])
  assert.match(JSON.stringify(plane.apply(put(high)).statusChanges), /64512 is not free in a pod/)
  const problem = { reason: 'AddressNotUsable', message: 'the load balancer has another', path: '' }
  const report = { generation: 1, addresses: [], problem, listeners: new Map([['http', undefined]]) }
  const reported = plane.apply([], { gateways: new Map([['default/gw', report]]) })
  assert.equal(gatewayOf(reported, 'default/gw')!.conditions.Programmed, 'False AddressNotUsable')
})
