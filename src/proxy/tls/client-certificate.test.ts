import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { alternativeNames } from './alternative-names.ts'
import * as certificates from './certificates.fixture.ts'
import { ClientCertificate, subjectOf } from './client-certificate.ts'
import { guest } from './guest-certificates.fixture.ts'
import { handshakeOf } from './handshake.ts'

const leaf = new X509Certificate(guest.chain)

test('names of a certificate, in their order', () => {
  assert.deepEqual(alternativeNames(leaf), [
    { kind: 'uri', value: 'spiffe://test/guest' },
    { kind: 'uri', value: 'urn:two' },
    { kind: 'dns', value: 'guest.test' },
    { kind: 'dns', value: '*.guests.test' },
    { kind: 'email', value: 'guest@guest.test' },
    { kind: 'ip', value: '203.0.113.9' },
  ])
  assert.deepEqual(alternativeNames(new X509Certificate(certificates.expired.chain)), [])
})

test('a name does not become several, whatever stands in it', () => {
  const of = (subjectAltName: string) => alternativeNames({ subjectAltName } as X509Certificate)
  assert.deepEqual(of('DNS:"a.test, URI:spiffe://root"'), [{ kind: 'dns', value: 'a.test, URI:spiffe://root' }])
  assert.deepEqual(of('othername:<unsupported>, DNS:a.test'), [{ kind: 'dns', value: 'a.test' }])
  assert.deepEqual(of('DNS:a"b, URI:spiffe://root'), [])
  const injector = new X509Certificate(certificates.injector.chain)
  assert.deepEqual(alternativeNames(injector), [{ kind: 'dns', value: 'x, URI:spiffe://test/backend, y' }])
  const element = new ClientCertificate(injector, undefined).element(['dns'])
  assert.match(element, /^Hash=[0-9a-f]{64};DNS="x, URI:spiffe:\/\/test\/backend, y"$/)
})

test('a subject is written as RFC 2253 has it', () => {
  assert.equal(subjectOf(leaf), 'O=M\\C3\\BCller \\"and\\" Sons\\, Ltd.,CN=A guest')
})

test('an element is written once for a connection', () => {
  const certificate = new ClientCertificate(leaf, new X509Certificate(certificates.backend.chain))
  const details = ['uri', 'dns'] as const
  const text = certificate.element(details)
  assert.match(
    text,
    /^By=spiffe:\/\/test\/backend;Hash=[0-9a-f]{64};URI=spiffe:\/\/test\/guest;URI=urn:two;DNS=guest.test;/,
  )
  assert.equal(certificate.element(details), text)
  const nameless = new ClientCertificate(new X509Certificate(certificates.expired.chain), undefined)
  assert.match(nameless.element(details), /^Hash=[0-9a-f]{64};URI=;DNS=$/)
})

test('tickets are for listeners that do not ask for certificates, and do not say otherwise', () => {
  const tls = { mode: 'terminate', certificates: [] } as const
  const without = (changes: object) => handshakeOf({ ...tls, ...changes }).context.secureOptions !== undefined
  assert.equal(without({ alpn: ['h2'] }), false)
  assert.equal(without({ resumption: { tickets: true, ids: false } }), false)
  assert.equal(without({ resumption: { tickets: false, ids: false } }), true)
  const clientValidation = { trust: certificates.clientCa, mode: 'ifGiven' }
  assert.equal(without({ clientValidation, resumption: { tickets: true, ids: false } }), true)
})
