import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ClientPlace, encodeProxyHeader } from './proxy-header.ts'

const v4: ClientPlace = { remoteAddress: '192.0.2.1', remotePort: 4000, localAddress: '198.51.100.2', localPort: 80 }
const v6: ClientPlace = { remoteAddress: '2001:db8::1', remotePort: 4000, localAddress: '::1', localPort: 443 }
const start = '0d0a0d0a000d0a515549540a'

test('version 1 is a line', () => {
  const line = (from: ClientPlace | undefined) => encodeProxyHeader(1, from).toString('latin1')
  assert.equal(line(v4), 'PROXY TCP4 192.0.2.1 198.51.100.2 4000 80\r\n')
  assert.equal(line(v6), 'PROXY TCP6 2001:db8::1 ::1 4000 443\r\n')
  assert.equal(line({ ...v4, remoteAddress: '::ffff:192.0.2.1' }), 'PROXY TCP4 192.0.2.1 198.51.100.2 4000 80\r\n')
  assert.equal(line({ ...v6, remoteAddress: '192.0.2.1' }), 'PROXY TCP6 ::ffff:192.0.2.1 ::1 4000 443\r\n')
  assert.equal(line(undefined), 'PROXY UNKNOWN\r\n')
})

test('version 2 is binary', () => {
  const hex = (from: ClientPlace | undefined) => encodeProxyHeader(2, from).toString('hex')
  assert.equal(hex(v4), `${start}2111000c${'c0000201'}${'c6336402'}${'0fa0'}${'0050'}`)
  assert.equal(hex(v6), `${start}21210024${'20010db8000000000000000000000001'}${'0'.repeat(31)}1${'0fa0'}${'01bb'}`)
  assert.equal(hex(undefined), `${start}20000000`)
})

test('an address with a zone, or none at all', () => {
  const linkLocal = encodeProxyHeader(1, { ...v6, remoteAddress: 'fe80::1%eth0' }).toString('latin1')
  assert.match(linkLocal, /^PROXY TCP6 fe80::1 /)
  assert.equal(encodeProxyHeader(1, { ...v4, remoteAddress: '' }).toString('latin1'), 'PROXY UNKNOWN\r\n')
})
