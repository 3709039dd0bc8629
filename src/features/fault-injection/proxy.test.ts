import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Plane } from '#proxy'
import { idlePlane, requestContext } from '../../../test/request-context.ts'
import type { FaultInjectionNode } from './ir.ts'
import { faultInjection } from './proxy.ts'

function hooksOf(node: Omit<FaultInjectionNode, 'kind'>, plane: Partial<Plane> = {}) {
  return faultInjection.compile({ kind: 'faultInjection', ...node }, { ...idlePlane, random: () => 0, ...plane })
}

const grpc = requestContext({ method: 'POST', fields: ['content-type', 'application/grpc'] })

test('a draw below the percentage fails the request, any other lets it through', () => {
  const abort = { percent: 25, status: 503 }
  for (const [random, status] of [
    [0.2499, 503],
    [0.25, undefined],
  ] as const) {
    const reply = hooksOf({ abort }, { random: () => random }).onRequest?.(requestContext())
    assert.equal(reply && 'status' in reply ? reply.status : undefined, status)
  }
  assert.equal(hooksOf({ abort: { percent: 0, status: 503 } }).onRequest?.(requestContext()), undefined)
})

test('a status of gRPC reaches gRPC as it is, and HTTP as the status that stands for it', () => {
  const hooks = hooksOf({ abort: { percent: 100, grpcStatus: 7 } })
  const reply = hooks.onRequest?.(grpc)
  assert.ok(reply && 'fields' in reply)
  assert.deepEqual([reply.status, reply.fields[3]], [200, '7'])
  const plain = hooks.onRequest?.(requestContext())
  assert.equal(plain && 'status' in plain && plain.status, 403)
})

test('the abort comes after the delay, and a client that goes takes its timer along', async () => {
  const waits: { ms: number; then: () => void; cancelled: boolean }[] = []
  const after: Plane['after'] = (ms, then) => {
    const wait = { ms, then, cancelled: false }
    waits.push(wait)
    return () => {
      wait.cancelled = true
    }
  }
  const hooks = hooksOf({ delay: { ms: 50, percent: 100 }, abort: { percent: 100, status: 500 } }, { after })
  const context = requestContext()
  const reply = hooks.onRequest?.(context)
  assert.equal(waits[0]?.ms, 50)
  waits[0]?.then()
  assert.equal((await reply)?.status, 500)
  const gone = requestContext()
  void hooks.onRequest?.(gone)
  hooks.onDone?.(gone)
  assert.deepEqual(
    waits.map(({ cancelled }) => cancelled),
    [false, true],
  )
})
