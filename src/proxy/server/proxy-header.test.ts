import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseProxyHeader } from './proxy-header.ts'

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
const v2 = (command: number, family: number, rest: Buffer) =>
  Buffer.concat([signature, Buffer.from([command, family, rest.length >> 8, rest.length & 255]), rest])
const addresses = Buffer.from([203, 0, 113, 7, 10, 0, 0, 1, 0x13, 0x88, 0, 80])
const line = Buffer.from('PROXY TCP4 203.0.113.7 10.0.0.1 5000 80\r\n')
const peer = { remoteAddress: '203.0.113.7', remotePort: 5000, localAddress: '10.0.0.1', localPort: 80 }

test('a header is the same in however many pieces it comes', () => {
  for (const whole of [
    line,
    v2(0x21, 0x11, addresses),
    v2(0x21, 0x11, Buffer.concat([addresses, Buffer.from('extra')])),
  ]) {
    for (let length = 0; length < whole.length; length++)
      assert.equal(parseProxyHeader(whole.subarray(0, length)).kind, 'more', `${length} bytes`)
    const expected = { kind: 'header', length: whole.length, peer }
    assert.deepEqual(parseProxyHeader(whole), expected)
    assert.deepEqual(parseProxyHeader(Buffer.concat([whole, Buffer.from('GET / HTTP/1.1')])), expected)
  }
})

test('IPv6 is written in the short form', () => {
  const rest = Buffer.alloc(36)
  rest.writeUInt32BE(0x20010db8, 0)
  rest[15] = 7
  rest[31] = 1
  const header = parseProxyHeader(v2(0x21, 0x21, rest))
  assert.ok(header.kind === 'header')
  assert.equal(header.peer?.remoteAddress, '2001:db8::7')
  assert.equal(header.peer?.localAddress, '::1')
})

test('a proxy that speaks for itself or does not know has no peer to tell of', () => {
  assert.deepEqual(parseProxyHeader(v2(0x20, 0, Buffer.alloc(0))), { kind: 'header', length: 16 })
  assert.deepEqual(parseProxyHeader(Buffer.from('PROXY UNKNOWN\r\n')), { kind: 'header', length: 15 })
})

test('what else a connection may begin with is no header', () => {
  for (const text of [
    'GET / HTTP/1.1\r\n',
    'POST / HTTP/1.1\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\x16\x03\x01',
    'PROXy ',
  ])
    assert.deepEqual(parseProxyHeader(Buffer.from(text, 'latin1')), { kind: 'absent' }, text)
})

test('a header that breaks the rules is malformed', () => {
  const cases = [
    'PROXY TCP4 203.0.113.7 10.0.0.1 05000 80\r\n',
    'PROXY TCP4 203.0.113.7 10.0.0.1 5000 80 90\r\n',
    'PROXY TCP4 203.0.113.7  10.0.0.1 5000 80\r\n',
    'PROXY TCP4 203.0.113.7 10.0.0.1 5000 -1\r\n',
    'PROXY tcp4 203.0.113.7 10.0.0.1 5000 80\r\n',
    'PROXY TCP4 203.0.113.7 10.0.0.1 5000\r\n',
    `PROXY UNKNOWN ${'x'.repeat(100)}`,
  ]
  for (const text of cases) assert.deepEqual(parseProxyHeader(Buffer.from(text)), { kind: 'malformed' }, text)
  for (const [what, bytes] of [
    ['version 3', v2(0x31, 0x11, addresses)],
    ['another command', v2(0x22, 0x11, addresses)],
    ['too short', v2(0x21, 0x11, addresses.subarray(0, 11))],
    ['IPv4 for IPv6', v2(0x21, 0x21, addresses)],
    ['a Unix socket', v2(0x21, 0x31, Buffer.alloc(216))],
    ['too long', Buffer.concat([signature, Buffer.from([0x21, 0x11, 0xff, 0xff])])],
  ] as const)
    assert.deepEqual(parseProxyHeader(bytes), { kind: 'malformed' }, what)
})
