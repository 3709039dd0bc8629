import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shopCertificate, shopKey } from './certificate.fixture.ts'
import {
  gateway,
  gatewayClass,
  gatewayOf,
  listener,
  listenerSetOf,
  object,
  put,
  referenceGrant,
  remove,
  tlsSecret,
  translate,
  translator,
} from './objects.fixture.ts'

const tls = { mode: 'Terminate', certificateRefs: [{ group: '', kind: 'Secret', name: 's' }] }
const https = listener({ name: 'https', port: 443, protocol: 'HTTPS', tls })
const secret = tlsSecret('s', shopCertificate, shopKey)
const ca = object('v1', 'ConfigMap', 'elsewhere/ca', { data: { 'ca.crt': shopCertificate } })
const refs = [{ group: '', kind: 'ConfigMap', name: 'ca', namespace: 'elsewhere' }]
const grant = referenceGrant('elsewhere/g', { kind: 'Gateway', namespace: 'default' }, { kind: 'ConfigMap' })
const frontend = (mode: string) => ({
  tls: { frontend: { default: { validation: { caCertificateRefs: refs, mode } } } },
})

test('row 43: the rule stands in the snapshot, and without its grant the listener does not', () => {
  const plane = translator()
  const gw = gateway('gw', [https], frontend('AllowValidOnly'))
  const granted = plane.apply(put(gatewayClass(), gw, secret, ca, grant))
  assert.deepEqual(granted.snapshot.listeners[0]!.tls, {
    mode: 'terminate',
    certificates: ['default/s'],
    clientValidation: { trust: shopCertificate, mode: 'strict' },
  })
  const revoked = plane.apply(remove(grant))
  assert.deepEqual(revoked.snapshot.listeners, [], 'nobody is let in by a rule that no longer holds')
  const found = gatewayOf(revoked, 'default/gw')!.listeners.https.conditions
  assert.deepEqual(
    [found.Accepted, found.Programmed, found.ResolvedRefs],
    ['False NoValidCACertificate', 'False Invalid', 'False RefNotPermitted'],
  )
})

test('row 43: the condition about insecure clients goes with the mode', () => {
  const plane = translator()
  const of = (mode: string) =>
    gatewayOf(
      plane.apply(put(gatewayClass(), gateway('gw', [https], frontend(mode)), secret, ca, grant)),
      'default/gw',
    )!
  assert.equal(of('AllowInsecureFallback').conditions.InsecureFrontendValidationMode, 'True ConfigurationChanged')
  assert.equal(of('AllowValidOnly').conditions.InsecureFrontendValidationMode, undefined)
})

test('row 43: it is about HTTPS, in ListenerSets too, and not about TLS', () => {
  const ends = listener({ name: 'tls', port: 444, protocol: 'TLS', tls })
  const gw = gateway('gw', [https, ends, listener()], {
    ...frontend('AllowValidOnly'),
    allowedListeners: { namespaces: { from: 'Same' } },
  })
  const set = object('gateway.networking.k8s.io/v1', 'ListenerSet', 'set', {
    spec: {
      parentRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'gw' },
      listeners: [{ ...https, port: 445 }],
    },
  })
  const { snapshot, ...rest } = translate([gw, set, secret, ca, grant])
  const asked = snapshot.listeners.filter((one) => one.tls?.clientValidation).map(({ port }) => port)
  assert.deepEqual(asked.sort(), [443, 445])
  assert.equal(
    listenerSetOf({ snapshot, ...rest }, 'default/set')!.listeners.https.conditions.Accepted,
    'True Accepted',
  )
})

test('options of our domain are honoured or refused, those of others are theirs', () => {
  const verdict = (options: Record<string, string>) => {
    const translation = translate([gateway('gw', [{ ...https, tls: { ...tls, options } }]), secret])
    const { minVersion, ciphers } = translation.snapshot.listeners[0]?.tls ?? {}
    const { Accepted } = gatewayOf(translation, 'default/gw')!.listeners.https.conditions
    return [Accepted, minVersion, ciphers]
  }
  const accepted = 'True Accepted'
  assert.deepEqual(verdict({ 'headgate.dev/min-version': '1.3' }), [accepted, 'TLSv1.3', undefined])
  const cipher = 'TLS_AES_256_GCM_SHA384:ECDHE-RSA-AES128-GCM-SHA256'
  assert.deepEqual(verdict({ 'headgate.dev/ciphers': cipher }), [accepted, undefined, cipher])
  assert.deepEqual(verdict({ 'example.com/min-version': '9' }), [accepted, undefined, undefined])
  const refused = ['False UnsupportedValue', undefined, undefined]
  assert.deepEqual(verdict({ 'headgate.dev/min-version': '1.1' }), refused)
  assert.deepEqual(verdict({ 'headgate.dev/ciphers': 'ROT13' }), refused)
  assert.deepEqual(verdict({ 'headgate.dev/ciphers': 'tls_aes_256_gcm_sha384' }), refused)
  assert.deepEqual(verdict({ 'headgate.dev/least-version': '1.3' }), refused)
})
