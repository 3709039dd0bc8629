import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asksForRetry, backoffOf, judgeFailure } from './retry-rules.ts'

test('a status of HTTP, or one of gRPC in the head, asks for a retry', () => {
  const retry = { attempts: 1, codes: [503], backoffMs: 1, grpcCodes: [14] }
  const codes = new Set(retry.codes)
  const asks = (status: number, ...fields: string[]) => asksForRetry(retry, codes, { status, fields, contentLength: 0 })
  assert.deepEqual(
    [asks(503), asks(500), asks(200, 'grpc-status', '14'), asks(200, 'grpc-status', '13'), asks(200)],
    [true, false, true, false, false],
  )
  assert.equal(
    asksForRetry({ ...retry, grpcCodes: [] }, codes, { status: 200, fields: ['grpc-status', '14'], contentLength: 0 }),
    false,
  )
})

test('pauses grow up to their most, and are drawn below it; without a most they are the least', () => {
  const growing = { attempts: 9, codes: [], backoffMs: 10, maxBackoffMs: 35 }
  assert.deepEqual(
    [1, 2, 3, 9].map((repeats) => backoffOf(growing, repeats, 0.5)),
    [5, 10, 17.5, 17.5],
  )
  assert.equal(backoffOf({ attempts: 1, codes: [], backoffMs: 100 }, 3, 0), 100)
})

test('what can not have reached anybody is made again; what may have, where the method allows it', () => {
  const error = { message: '', unprocessed: false } as const
  const judge = (failure: Parameters<typeof judgeFailure>[0]) =>
    [true, false].map((repeatable) => judgeFailure(failure, repeatable).untouched)
  assert.deepEqual(judge({ ...error, code: 'connect_failed', unprocessed: true }), [true, true])
  assert.deepEqual(judge({ ...error, code: 'peer_closed', unprocessed: true }), [true, false])
  assert.deepEqual(judge({ ...error, code: 'peer_reset', unread: true }), [true, false])
  assert.deepEqual(judge({ ...error, code: 'peer_reset' }), [false, false])
  // REFUSED_STREAM.
  assert.deepEqual(judge({ ...error, code: 'peer_reset', unprocessed: true }), [true, true])
})

test('endpoints that take no connections are passed over, also those that reset what they have not accepted', () => {
  const error = { message: '', unprocessed: true } as const
  assert.deepEqual(judgeFailure({ ...error, code: 'tls_failed' }, false), {
    refused: true,
    untouched: true,
    counted: false,
  })
  assert.equal(judgeFailure({ ...error, code: 'peer_reset', unprocessed: false, unread: true }, true).refused, true)
  assert.equal(judgeFailure({ ...error, code: 'peer_closed' }, true).refused, false)
})
