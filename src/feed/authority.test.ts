import assert from 'node:assert/strict'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { Authority, renewAuthorities } from './authority.ts'
import { identityOf } from './proxy-identity.ts'

const dayMs = 86_400_000
const start = Date.UTC(2030, 0, 1)
const identity = { gateway: 'shop/front-door', uid: 'a-uid', proxy: 'front-door-7d9f' }

function publicKey(): Buffer {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'der' })
}

test('what is signed for a proxy names it, holds a day, and is no authority', async () => {
  const record = await renewAuthorities(undefined, start)
  const authority = new Authority(record, start)
  const leaf = new X509Certificate(await authority.issueProxy(publicKey(), identity, start))
  const ca = new X509Certificate(authority.trust)
  assert.ok(leaf.verify(ca.publicKey) && leaf.checkIssued(ca))
  assert.deepEqual(identityOf(leaf), identity)
  assert.equal(Date.parse(leaf.validTo), start + dayMs)
  assert.equal(leaf.ca, false)
  assert.equal(ca.ca, true)
  const server = await authority.issueServer(start)
  assert.equal(identityOf(new X509Certificate(server.cert)), undefined)
})

test('a new authority is trusted before it signs, and the old one until it is over', async () => {
  const first = await renewAuthorities(undefined, start)
  assert.equal(await renewAuthorities(first, start + 200 * dayMs), first)
  const second = await renewAuthorities(first, start + 280 * dayMs)
  assert.equal(second.authorities.length, 2)
  assert.equal(second.hashKey, first.hashKey)
  const signerAt = async (day: number) => {
    const at = start + day * dayMs
    const leaf = new X509Certificate(await new Authority(second, at).issueProxy(publicKey(), identity, at))
    return second.authorities.findIndex(({ certificate }) => leaf.verify(new X509Certificate(certificate).publicKey))
  }
  assert.equal(await signerAt(281), 0)
  assert.equal(await signerAt(288), 1)
  const third = await renewAuthorities(second, start + 366 * dayMs)
  assert.deepEqual(third.authorities, [second.authorities[1]])
})

test('names with odd characters stay one name', () => {
  const uri = 'URI:spiffe://headgate.dev/gateway/a/b/c%2Fd/e'
  assert.deepEqual(identityOf({ subjectAltName: uri }), { gateway: 'a/b', uid: 'c/d', proxy: 'e' })
  for (const bad of ['URI:spiffe://headgate.dev/gateway/a/b/c', 'DNS:feed', `${uri}, ${uri}`, ''])
    assert.equal(identityOf({ subjectAltName: bad }), undefined, bad)
})
