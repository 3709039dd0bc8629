import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '#api'
import { shopCertificate, shopKey } from './certificate.fixture.ts'
import {
  backendRef,
  conditions,
  gateway,
  gatewayOf,
  httpRoute,
  listener,
  object,
  referenceGrant,
  rule,
  service,
  slice,
  tlsSecret,
  translate,
} from './objects.fixture.ts'
import type { Translation } from './translator.ts'

type Fields = Readonly<Record<string, unknown>>

const passthrough = { protocol: 'TLS', port: 443, tls: { mode: 'Passthrough' } }
const tls = (name: string, fields: Fields = {}) => listener({ name, ...passthrough, ...fields })
const shop = [service('shop'), slice('shop', 'shop', [{ addresses: ['10.0.0.1'] }])]

function route(kind: string, fullName: string, parent: Fields, refs: readonly Fields[], spec: Fields = {}): KubeObject {
  const parentRefs = [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', ...parent }]
  const rules = [{ backendRefs: refs }]
  return object('gateway.networking.k8s.io/v1', kind, fullName, { spec: { parentRefs, rules, ...spec } })
}

function statusOf(translation: Translation, key: string): Record<string, string> {
  const status = translation.statuses.get(key)
  return conditions(status?.kind === 'Route' ? status.parents[0]?.conditions : undefined)
}

const fine = { Accepted: 'True Accepted', ResolvedRefs: 'True ResolvedRefs' }

test('a TLSRoute serves what its hostnames have in common with the listener’s', () => {
  const gw = gateway('gw', [tls('some', { hostname: '*.example.com' })])
  const hostnames = ['a.example.com', '*.b.example.com', 'other.test']
  const translation = translate([
    gw,
    ...shop,
    route('TLSRoute', 'r', { name: 'gw' }, [backendRef('shop')], { hostnames }),
  ])
  assert.deepEqual(translation.snapshot.streams, [
    {
      key: 'TLSRoute/default/r/0@default/gw/some',
      listener: 'default/gw/some',
      origin: { kind: 'TLSRoute', namespace: 'default', name: 'r' },
      rule: 0,
      createdAt: '',
      serverNames: ['*.b.example.com', 'a.example.com'],
      to: [{ kind: 'backend', backend: 'Service/default/shop/80/tcp', weight: 1, filters: [] }],
    },
  ])
  assert.deepEqual(translation.snapshot.routes, [])
  assert.deepEqual(statusOf(translation, 'TLSRoute/default/r'), fine)
  assert.equal(gatewayOf(translation, 'default/gw')?.listeners.some.attachedRoutes, 1)
})

test('row 39: a TLSRoute without a common hostname, or on a listener that is not TLS, is not accepted', () => {
  const gw = gateway('gw', [tls('tls', { hostname: 'a.test' }), listener()])
  const accepted = (parent: Fields) => {
    const of = route('TLSRoute', 'r', { name: 'gw', ...parent }, [backendRef('shop')], { hostnames: ['b.test'] })
    return statusOf(translate([gw, ...shop, of]), 'TLSRoute/default/r').Accepted
  }
  assert.equal(accepted({ sectionName: 'tls' }), 'False NoMatchingListenerHostname')
  assert.equal(accepted({ sectionName: 'http' }), 'False NotAllowedByListeners')
  assert.equal(accepted({ sectionName: 'gone' }), 'False NoMatchingParent')
})

test('each protocol takes the routes of its kind and no others', () => {
  const gw = gateway('gw', [
    listener(),
    tls('tls'),
    listener({ name: 'tcp', port: 1, protocol: 'TCP' }),
    listener({ name: 'udp', port: 1, protocol: 'UDP' }),
  ])
  const kinds = { http: 'HTTPRoute', tls: 'TLSRoute', tcp: 'TCPRoute', udp: 'UDPRoute' }
  const services = [...shop, service('dns', [{ protocol: 'UDP' }])]
  for (const [section, fits] of Object.entries(kinds)) {
    for (const kind of Object.values(kinds)) {
      const ref = backendRef(kind === 'UDPRoute' ? 'dns' : 'shop')
      const hostnames = kind === 'TLSRoute' ? { hostnames: ['a.test'] } : {}
      const of =
        kind === 'HTTPRoute'
          ? httpRoute('r', [{ name: 'gw', sectionName: section }], [rule({ backendRefs: [ref] })])
          : route(kind, 'r', { name: 'gw', sectionName: section }, [ref], hostnames)
      const { Accepted } = statusOf(translate([gw, ...services, of]), `${kind}/default/r`)
      assert.equal(Accepted, kind === fits ? 'True Accepted' : 'False NotAllowedByListeners', `${kind} on ${section}`)
    }
  }
})

test('row 24: a listener names the kinds that its protocol carries', () => {
  const kinds = [{ kind: 'TLSRoute' }, { kind: 'TCPRoute' }].map((one) => ({
    group: 'gateway.networking.k8s.io',
    ...one,
  }))
  const { listeners } = gatewayOf(translate([gateway('gw', [tls('tls', { kinds })])]), 'default/gw')!
  assert.deepEqual(listeners.tls.supportedKinds, [{ group: 'gateway.networking.k8s.io', kind: 'TLSRoute' }])
  assert.equal(listeners.tls.conditions.ResolvedRefs, 'False InvalidRouteKinds')
})

test('row 38: listeners that end TLS and that pass it through share a port when their hostnames differ', () => {
  const tlsOf = { mode: 'Terminate', certificateRefs: [{ group: '', kind: 'Secret', name: 'shop' }] }
  const ending = (hostname: string) => tls('ends', { hostname, tls: tlsOf })
  const secret = tlsSecret('shop', shopCertificate, shopKey)
  const distinct = translate([gateway('gw', [ending('a.test'), tls('passes', { hostname: 'b.test' })]), secret])
  assert.deepEqual(
    distinct.snapshot.listeners.map((one) => [one.key, one.tls]),
    [
      ['default/gw/ends', { mode: 'terminate', certificates: ['default/shop'] }],
      ['default/gw/passes', { mode: 'passthrough', certificates: [] }],
    ],
  )
  const same = translate([gateway('gw', [ending('a.test'), tls('passes', { hostname: 'a.test' })]), secret])
  const { listeners } = gatewayOf(same, 'default/gw')!
  assert.equal(listeners.ends.conditions.Conflicted, 'True HostnameConflict')
  assert.equal(listeners.passes.conditions.Conflicted, 'True HostnameConflict')
})

test('row 18, row 19: a TCP listener shares its port with nobody, but UDP has ports of its own', () => {
  const refused = (...protocols: string[]) => {
    const listeners = protocols.map((protocol, i) =>
      protocol === 'TLS' ? tls(`l${i}`, { port: 9000 }) : listener({ name: `l${i}`, port: 9000, protocol }),
    )
    const found = gatewayOf(translate([gateway('gw', [listener(), ...listeners])]), 'default/gw')!.listeners
    return protocols.map((_, i) => found[`l${i}`].conditions.Conflicted)
  }
  const conflict = 'True ProtocolConflict'
  assert.deepEqual(refused('TCP', 'HTTP'), [conflict, conflict])
  assert.deepEqual(refused('TCP', 'TLS'), [conflict, conflict])
  assert.deepEqual(refused('TCP', 'TCP'), [conflict, conflict])
  assert.deepEqual(refused('UDP', 'UDP'), [conflict, conflict])
  assert.deepEqual(refused('TCP', 'UDP'), ['False NoConflicts', 'False NoConflicts'])
})

test('row 9: an invalid backendRef keeps its share of the connections', () => {
  const gw = gateway('gw', [listener({ name: 'tcp', port: 1, protocol: 'TCP' })])
  const refs = [backendRef('shop', { weight: 3 }), backendRef('missing'), backendRef('shop', { kind: 'Pod' })]
  const translation = translate([gw, ...shop, route('TCPRoute', 'r', { name: 'gw' }, refs)])
  assert.deepEqual(
    translation.snapshot.streams[0]?.to.map((share) => [share.kind, share.weight]),
    [
      ['backend', 3],
      ['broken', 1],
      ['broken', 1],
    ],
  )
  assert.deepEqual(statusOf(translation, 'TCPRoute/default/r'), { ...fine, ResolvedRefs: 'False BackendNotFound' })
})

test('row 22: a grant is for the kind of route that it names', () => {
  const gw = gateway('gw', [listener({ name: 'udp', port: 1, protocol: 'UDP' })])
  const dns = service('far/dns', [{ protocol: 'UDP' }])
  const of = route('UDPRoute', 'r', { name: 'gw' }, [backendRef('dns', { namespace: 'far' })])
  const resolved = (...grants: KubeObject[]) =>
    statusOf(translate([gw, dns, of, ...grants]), 'UDPRoute/default/r').ResolvedRefs
  const grant = (kind: string) => referenceGrant('far/g', { kind, namespace: 'default' }, { kind: 'Service' })
  assert.equal(resolved(), 'False RefNotPermitted')
  assert.equal(resolved(grant('TCPRoute')), 'False RefNotPermitted')
  assert.equal(resolved(grant('UDPRoute')), 'True ResolvedRefs')
})

test('connections and requests to one Service port have backends of their own; what HTTP it speaks is no matter', () => {
  const gw = gateway('gw', [listener(), listener({ name: 'tcp', port: 1, protocol: 'TCP' })])
  const web = service('web', [{ appProtocol: 'kubernetes.io/h2c' }])
  const http = httpRoute('h', [{ name: 'gw', sectionName: 'http' }], [rule({ backendRefs: [backendRef('web')] })])
  const tcp = route('TCPRoute', 't', { name: 'gw' }, [backendRef('web')])
  const { snapshot } = translate([gw, web, http, tcp])
  assert.deepEqual(
    snapshot.backends.map(({ key, protocol }) => [key, protocol]),
    [
      ['Service/default/web/80', 'h2c'],
      ['Service/default/web/80/tcp', 'tcp'],
    ],
  )
})

test('a UDPRoute needs a UDP port, with its endpoints', () => {
  const gw = gateway('gw', [listener({ name: 'udp', port: 53, protocol: 'UDP' })])
  const both = service('dns', [
    { name: 't', port: 53, targetPort: 53, protocol: 'TCP' },
    { name: 'u', port: 53, targetPort: 5353, protocol: 'UDP' },
  ])
  const ports = [
    { name: 't', port: 53, protocol: 'TCP' },
    { name: 'u', port: 5353, protocol: 'UDP' },
  ]
  const endpoints = slice('dns', 'dns', [{ addresses: ['10.0.0.9'] }], { ports })
  const of = route('UDPRoute', 'r', { name: 'gw' }, [backendRef('dns', { port: 53 })])
  const { snapshot } = translate([gw, both, endpoints, of])
  assert.deepEqual(snapshot.endpoints, [
    { backend: 'Service/default/dns/53/udp', endpoints: [{ kind: 'ip', address: '10.0.0.9', port: 5353 }] },
  ])
  const tcpOnly = translate([gw, service('dns', [{ port: 53 }]), of])
  assert.equal(statusOf(tcpOnly, 'UDPRoute/default/r').ResolvedRefs, 'False UnsupportedProtocol')
})
