import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FeedError } from './frames.ts'
import { parseFromProxy } from './messages.ts'

const sound = [
  { kind: 'enrol', protocol: 1, proxy: 'p', token: 't', publicKey: 'k', proof: 's' },
  { kind: 'hello', protocol: 1 },
  { kind: 'hello', protocol: 1, at: { epoch: 'e', version: 3, hashes: { routes: 'h' } } },
  { kind: 'ack', version: 4, failed: [{ listener: 'l', address: 'a', why: 'w' }] },
  {
    kind: 'ack',
    version: 4,
    failed: [],
    refused: [
      { resource: 'cluster a', message: 'm', backend: 'a' },
      { resource: 'cluster r', message: 'm', route: { kind: 'HTTPRoute', namespace: 'n', name: 'r' } },
      { resource: 'virtualHost v', message: 'm', listeners: ['l'], hostname: '' },
    ],
  },
  { kind: 'ping' },
]

test('what a proxy may say is read, and fields of later versions are passed over', () => {
  for (const message of sound) {
    assert.deepEqual(parseFromProxy(JSON.stringify(message)), message)
    assert.deepEqual(parseFromProxy(JSON.stringify({ ...message, later: {} })), message)
  }
})

test('anything else is a FeedError and nothing worse', () => {
  const odd = [null, undefined, -1, 1.5, '', 'x', [], {}, [null], { epoch: 1 }, true, 1e300]
  const texts = ['', 'null', '[]', '1', '"ping"', '{"kind":"__proto__"}', '{', '\u0000', '{}']
  for (const message of sound)
    for (const name of Object.keys(message))
      for (const value of odd) texts.push(JSON.stringify({ ...message, [name]: value }))
  let refused = 0
  for (const text of texts) {
    try {
      parseFromProxy(text)
    } catch (error) {
      assert.ok(error instanceof FeedError, `${text}: ${error}`)
      refused++
    }
  }
  assert.ok(refused > texts.length / 2)
})
