import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asksForRetry, backoffOf } from './retry-rules.ts'

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
