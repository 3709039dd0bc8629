import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeMessage, grpcReply } from './grpc-reply.ts'
import { plainReply } from './reply.ts'

test('a refusal becomes a head with a status, and keeps its other fields', () => {
  const plain = plainReply(403, 'no')
  assert.deepEqual(grpcReply({ ...plain, fields: [...plain.fields, 'x-more', '1'] }), {
    status: 200,
    fields: ['x-more', '1', 'content-type', 'application/grpc', 'grpc-status', '7', 'grpc-message', 'no'],
    body: '',
    why: 'no',
  })
})

test('messages are percent-encoded', () => {
  assert.equal(encodeMessage('a b~!"$&'), 'a b~!"$&')
  assert.equal(encodeMessage('100%\n'), '100%25%0A')
  assert.equal(encodeMessage('☕'), '%E2%98%95')
})
