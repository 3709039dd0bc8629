import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '#kit/secret.ts'
import { listener } from '../plane.fixture.ts'
import * as certificates from './certificates.fixture.ts'
import { TlsContexts } from './contexts.ts'

const wild = {
  key: 'a/wild',
  chain: certificates.wild.chain,
  privateKey: new Secret(certificates.wild.key),
  names: ['*.test'],
}
const shop = {
  key: 'a/shop',
  chain: certificates.shop.chain,
  privateKey: new Secret(certificates.shop.key),
  names: ['shop.test'],
}
const https = listener(443, { protocol: 'https', tls: { mode: 'terminate', certificates: [wild.key, shop.key] } })
const choose = (contexts: TlsContexts, name: string) => contexts.choose(name, https, () => [])

test('a renewed certificate makes only its own contexts anew', () => {
  const contexts = new TlsContexts()
  contexts.put(wild)
  contexts.put(shop)
  const before = [choose(contexts, 'a.test'), choose(contexts, 'shop.test')]
  contexts.put({ ...shop })
  assert.equal(choose(contexts, 'a.test'), before[0])
  assert.notEqual(choose(contexts, 'shop.test'), before[1])
})

test('a deleted certificate leaves the name to the next best', () => {
  const contexts = new TlsContexts()
  contexts.put(wild)
  contexts.put(shop)
  const wildcard = choose(contexts, 'a.test')
  contexts.delete(shop.key)
  assert.equal(choose(contexts, 'shop.test'), wildcard)
})
