import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCidr } from '#ir'
import { viewClient } from './forwarded.ts'
import type { ConnectionInfo } from './stream.ts'

const cidrs = [parseCidr('10.0.0.0/8')!, parseCidr('2001:db8::/32')!]

for (const [peer, list, client] of [
  ['10.0.0.1', '203.0.113.7', '203.0.113.7'],
  ['::ffff:10.0.0.1', '198.51.100.1, 203.0.113.7, 10.9.9.9', '203.0.113.7'],
  ['2001:db8::1', '10.1.1.1, 10.2.2.2', '10.1.1.1'],
  ['10.0.0.1', '203.0.113.7, invented', '10.0.0.1'],
  ['10.0.0.1', '', '10.0.0.1'],
  ['192.0.2.1', '203.0.113.7', '192.0.2.1'],
] as const) {
  test(`from ${peer} with "${list}" the client is ${client}`, () => {
    const connection = { remoteAddress: peer, tls: false } as ConnectionInfo
    const fields = list === '' ? [] : ['x-forwarded-for', list]
    const view = viewClient(connection, fields, { trustedHops: 0, addressFrom: { kind: 'cidrs', cidrs } })
    assert.equal(view.address, client)
  })
}

for (const [list, client] of [
  ['203.0.113.7, 10.9.9.9', '10.9.9.9'],
  ['203.0.113.7, unknown', '10.0.0.1'],
  ['203.0.113.7,', '10.0.0.1'],
] as const)
  test(`one hop that is trusted writes "${list}": the client is ${client}`, () => {
    const connection = { remoteAddress: '10.0.0.1', tls: false } as ConnectionInfo
    assert.equal(viewClient(connection, ['x-forwarded-for', list], { trustedHops: 1 }).address, client)
  })

test('all networks of IPv6 hold no client of IPv4', () => {
  const connection = { remoteAddress: '192.0.2.1', tls: false } as ConnectionInfo
  const addressFrom = { kind: 'cidrs', cidrs: [parseCidr('::/0')!] } as const
  const view = viewClient(connection, ['x-forwarded-for', '203.0.113.7'], { trustedHops: 0, addressFrom })
  assert.equal(view.address, '192.0.2.1')
})
