import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fields, Reply } from '#proxy'
import { idlePlane, requestContext } from '../../../test/request-context.ts'
import type { AdmissionControlNode } from './ir.ts'
import { admissionControl } from './proxy.ts'

/** Of nothing but failures half are refused after one, two thirds after two. */
const node: AdmissionControlNode = {
  kind: 'admissionControl',
  windowSeconds: 3_600,
  minSuccessPercent: 100,
  aggression: 1,
  minRequestsPerSecond: 0,
  maxRejectionPercent: 100,
  successGrpcStatuses: [0, 5],
}

/** Requests whose lot is drawn by `lot`, which tests change. */
function open(change: Partial<AdmissionControlNode> = {}) {
  let lot = 0
  const hooks = admissionControl.compile({ ...node, ...change }, { ...idlePlane, random: () => lot })
  const ask = (context = requestContext()) => {
    const reply = hooks.onRequest!(context)
    assert.ok(!(reply instanceof Promise))
    return { context, reply }
  }
  return {
    hooks,
    ask,
    /** The status of a refusal when the lot is `x`; undefined: it would go to the backend. */
    draw(x: number): number | undefined {
      lot = x
      return ask().reply?.status
    },
    /** A request that is let in, and what becomes of it. */
    play(status: number, fields: Fields = [], trailers: Fields | null = null): void {
      lot = 1
      const { context, reply } = ask()
      assert.equal(reply, undefined)
      hooks.onResponse!(context, { status, fields, contentLength: -1 })
      hooks.onResponseEnd!(context, trailers)
    },
  }
}

const call: Fields = ['content-type', 'application/grpc+proto']

test('the lot decides, by what became of the requests before', () => {
  const { draw, play } = open()
  assert.equal(draw(0), undefined)
  play(500)
  assert.deepEqual([draw(0.499), draw(0.5)], [503, undefined])
  play(500)
  assert.deepEqual([draw(0.666), draw(0.667)], [503, undefined])
  play(200)
  assert.deepEqual([draw(0.499), draw(0.501)], [503, undefined])
})

test('refused requests are not counted, nor those without an answer', () => {
  const { hooks, ask, draw, play } = open()
  play(500)
  assert.equal(draw(0), 503)
  const { context, reply } = ask()
  const { status, fields } = reply as Reply
  hooks.onResponse!(context, { status, fields: [...fields], contentLength: 0 })
  hooks.onResponseEnd!(context, null)
  assert.equal(draw(0.5), undefined)
})

test('what a filter before it has answered is not counted', () => {
  const { hooks, draw } = open()
  hooks.onResponse!(requestContext(), { status: 500, fields: [], contentLength: 0 })
  assert.equal(draw(0), undefined)
})

const outcomes: readonly [name: string, succeeds: boolean, status: number, fields?: Fields, trailers?: Fields][] = [
  ['a page that is not there', true, 404],
  ['a broken backend', false, 502],
  ['a tunnel', true, 101],
  ['a call', true, 200, call, ['grpc-status', '0']],
  ['a call that fails', false, 200, call, ['grpc-status', '14']],
  ['a call whose failure counts as success', true, 200, call, ['grpc-status', '5']],
  ['a call without a message', false, 200, [...call, 'grpc-status', '13']],
  ['a call whose trailers are without a status', false, 200, call, ['x', '1']],
  ['a call that fails in the words of HTTP', false, 503, call],
]
for (const [name, succeeds, status, fields, trailers] of outcomes) {
  test(`${name} is a ${succeeds ? 'success' : 'failure'}`, () => {
    const { draw, play } = open()
    play(status, fields, trailers ?? null)
    assert.equal(draw(0), succeeds ? undefined : 503)
    // Beside a failure it is counted, and once: a success makes it one of two, a failure two of two.
    play(500)
    const share = succeeds ? 1 / 3 : 2 / 3
    assert.deepEqual([draw(share - 0.01), draw(share + 0.01)], [503, undefined])
  })
}

test('a call that ends without trailers is not counted', () => {
  const { draw, play } = open()
  play(200, call, null)
  assert.equal(draw(0), undefined)
  play(500)
  assert.deepEqual([draw(0.49), draw(0.51)], [503, undefined])
})

test('a list of statuses takes the place of the usual ones', () => {
  const { draw, play } = open({ successStatuses: [503] })
  play(503)
  assert.equal(draw(0), undefined)
  play(200)
  assert.equal(draw(0), 503)
})

test('routes are counted for themselves', () => {
  const [one, other] = [open(), open()]
  one.play(500)
  assert.deepEqual([one.draw(0), other.draw(0)], [503, undefined])
})
