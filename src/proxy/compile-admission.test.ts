import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileAdmission } from './compile-admission.ts'

const admit = compileAdmission({
  rules: [
    { name: 'guests', action: 'deny', sources: [{ address: '10.1.0.0', length: 16 }] },
    {
      name: 'office',
      action: 'allow',
      sources: [
        { address: '10.0.0.0', length: 8 },
        { address: '2001:db8::', length: 32 },
      ],
    },
  ],
  otherwise: 'deny',
})

test('the first rule that knows the address decides', () => {
  assert.equal(admit('10.1.2.3'), 'authorization: guests')
  assert.equal(admit('10.2.2.3'), undefined)
  assert.equal(admit('2001:db8::7'), undefined)
  assert.equal(admit('192.0.2.1'), 'authorization: no rule allows it')
})

test('IPv4 on a socket of both families is IPv4, and not a part of ::/0', () => {
  assert.equal(admit('::ffff:10.2.2.3'), undefined)
  assert.equal(admit('::ffff:10.1.2.3'), 'authorization: guests')
  const sixOnly = compileAdmission({
    rules: [{ name: 'six', action: 'allow', sources: [{ address: '::', length: 0 }] }],
    otherwise: 'deny',
  })
  assert.equal(sixOnly('::ffff:10.2.2.3'), 'authorization: no rule allows it')
  assert.equal(sixOnly('::1'), undefined)
})

test('a client that has gone before it was asked for is not let in', () => {
  assert.equal(admit(''), 'authorization: the client has no address')
})
