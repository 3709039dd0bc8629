import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '#api'
import { plainCertificate, plainKey, shopCertificate, shopKey } from './certificate.fixture.ts'
import {
  backendRef,
  conditions,
  gateway,
  gatewayClass,
  gatewayOf,
  httpRoute,
  listener,
  object,
  put,
  referenceGrant,
  remove,
  rule,
  service,
  tlsSecret,
  translator,
} from './objects.fixture.ts'
import type { Translation } from './translator.ts'

function policy(name: string, spec: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}): KubeObject {
  return object(
    'gateway.networking.k8s.io/v1',
    'BackendTLSPolicy',
    name,
    {
      spec: {
        targetRefs: [{ group: '', kind: 'Service', name: 'web' }],
        validation: { hostname: `${name}.test`, caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }] },
        ...spec,
      },
    },
    metadata,
  )
}

function bundle(name: string, pem: string): KubeObject {
  return object('v1', 'ConfigMap', name, { data: { 'ca.crt': pem } })
}

const base = [
  gatewayClass(),
  gateway('gw', [listener()]),
  service('web', [{ name: 'https', port: 443 }]),
  httpRoute('r', ['gw'], [rule({ backendRefs: [backendRef('web', { port: 443 })] })]),
]

function policyOf({ statuses }: Translation, name: string): Record<string, Record<string, string>> | undefined {
  const status = statuses.get(`BackendTLSPolicy/default/${name}`)
  if (status?.kind !== 'Policy') return undefined
  return Object.fromEntries(status.ancestors.map((one) => [one.ancestorRef.name, conditions(one.conditions)]))
}

function tlsOf({ snapshot }: Translation, key = 'Service/default/web/443') {
  return snapshot.backends.find((one) => one.key === key)?.tls
}

test('a policy comes, changes and goes with its backend', () => {
  const plane = translator()
  assert.equal(tlsOf(plane.apply(put(...base))), undefined)
  const first = plane.apply(put(policy('p'), bundle('ca', shopCertificate)))
  assert.deepEqual(tlsOf(first), {
    hostname: 'p.test',
    subjectAltNames: [],
    trust: { kind: 'bundle', pem: shopCertificate },
  })
  assert.deepEqual(first.delta.routes.put, [], 'routes need not know')
  assert.deepEqual(policyOf(first, 'p'), { gw: { Accepted: 'True Accepted', ResolvedRefs: 'True ResolvedRefs' } })
  const renewed = plane.apply(put(bundle('ca', plainCertificate)))
  assert.deepEqual(tlsOf(renewed)?.trust, { kind: 'bundle', pem: plainCertificate })
  const gone = plane.apply(remove(policy('p')))
  assert.equal(tlsOf(gone), undefined)
  assert.equal(policyOf(gone, 'p'), undefined)
})

test('row 36: while its authorities are unknown nobody is trusted, and it says so', () => {
  const plane = translator()
  const refused = { Accepted: 'False NoValidCACertificate', ResolvedRefs: 'False InvalidCACertificateRef' }
  const missing = plane.apply(put(...base, policy('p')))
  assert.equal(tlsOf(missing)?.trust.kind, 'nobody')
  assert.deepEqual(policyOf(missing, 'p'), { gw: refused })
  assert.equal(tlsOf(plane.apply(put(bundle('ca', shopCertificate))))?.trust.kind, 'bundle')
  const empty = plane.apply(put(bundle('ca', '')))
  assert.equal(tlsOf(empty)?.trust.kind, 'nobody')
  assert.deepEqual(policyOf(empty, 'p'), { gw: refused })
})

test('row 35: the next policy takes over when the one that counted goes', () => {
  const plane = translator()
  const old = policy('old', {}, { creationTimestamp: '2026-01-01T00:00:00Z' })
  const young = policy(
    'young',
    { validation: { hostname: 'young.test', caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'other' }] } },
    { creationTimestamp: '2026-02-01T00:00:00Z', generation: 7 },
  )
  const both = plane.apply(put(...base, young, old, bundle('ca', shopCertificate)))
  assert.equal(tlsOf(both)?.hostname, 'old.test')
  const lost = { Accepted: 'False Conflicted', ResolvedRefs: 'False InvalidCACertificateRef' }
  assert.deepEqual(policyOf(both, 'young'), { gw: lost })
  const status = both.statuses.get('BackendTLSPolicy/default/young')
  assert.ok(status?.kind === 'Policy')
  for (const one of status.ancestors[0]!.conditions) assert.equal(one.observedGeneration, 7)
  // No route has anything to do with this ConfigMap.
  const known = plane.apply(put(bundle('other', shopCertificate)))
  assert.deepEqual(policyOf(known, 'young'), {
    gw: { Accepted: 'False Conflicted', ResolvedRefs: 'True ResolvedRefs' },
  })
  const alone = plane.apply(remove(old))
  assert.equal(tlsOf(alone)?.hostname, 'young.test')
  assert.equal(policyOf(alone, 'young')?.gw?.Accepted, 'True Accepted')
})

test('its ancestors are the Gateways whose routes lead to the target', () => {
  const plane = translator()
  const other = gateway('other', [listener({ port: 81 })])
  const second = httpRoute('s', ['other'], [rule({ backendRefs: [backendRef('web', { port: 443 })] })])
  const both = plane.apply(put(...base, other, second, policy('p'), bundle('ca', shopCertificate)))
  assert.deepEqual(Object.keys(policyOf(both, 'p')!), ['gw', 'other'])
  const one = plane.apply(remove(second))
  assert.deepEqual(Object.keys(policyOf(one, 'p')!), ['gw'])
  assert.equal(policyOf(plane.apply(remove(base[3]!)), 'p'), undefined)
})

test('row 44: the certificate of each Gateway makes backends of its own, and is withdrawn with its grant', () => {
  const plane = translator()
  const tls = { backend: { clientCertificateRef: { group: '', kind: 'Secret', name: 's', namespace: 'elsewhere' } } }
  const named = gateway('named', [listener({ port: 81 })], { tls })
  const route = httpRoute('r', ['gw', 'named'], [rule({ backendRefs: [backendRef('web', { port: 443 })] })])
  const grant = referenceGrant('elsewhere/g', { kind: 'Gateway', namespace: 'default' }, { kind: 'Secret' })
  const secret = tlsSecret('elsewhere/s', shopCertificate, shopKey)
  const key = 'Service/default/web/443/as elsewhere/s'
  const granted = plane.apply(put(...base, named, route, policy('p'), bundle('ca', shopCertificate), secret, grant))
  assert.deepEqual(
    granted.snapshot.backends.map((backend) => backend.key),
    ['Service/default/web/443', key],
  )
  assert.equal(tlsOf(granted)?.clientCertificate, undefined)
  assert.equal(tlsOf(granted, key)?.clientCertificate?.chain, shopCertificate)
  const renewed = plane.apply(put(tlsSecret('elsewhere/s', plainCertificate, plainKey)))
  assert.equal(tlsOf(renewed, key)?.clientCertificate?.chain, plainCertificate)
  assert.equal(gatewayOf(renewed, 'default/named')!.conditions.ResolvedRefs, 'True ResolvedRefs')
  const revoked = plane.apply(remove(grant))
  assert.equal(gatewayOf(revoked, 'default/named')!.conditions.ResolvedRefs, 'False RefNotPermitted')
  assert.equal(gatewayOf(revoked, 'default/named')!.conditions.Accepted, 'True Accepted')
  assert.deepEqual(
    revoked.snapshot.backends.map((backend) => backend.key),
    ['Service/default/web/443'],
  )
})
