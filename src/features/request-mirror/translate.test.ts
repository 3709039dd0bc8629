import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ok, problem } from '#kit/outcome.ts'
import type { FilterScope } from '#translate'
import { requestMirror } from './translate.ts'

const scope: FilterScope = {
  path: 'spec.rules[0].filters[0]',
  matches: [],
  siblings: [],
  backend: (ref, path) =>
    ref.name === 'gone' ? problem('BackendNotFound', 'no such Service', path) : ok(`svc/${ref.name}`),
}

function share(spec: { percent?: number; fraction?: { numerator: number; denominator?: number } }) {
  const outcome = requestMirror.translate({ requestMirror: { backendRef: { name: 'copy' }, ...spec } }, scope)
  if (!outcome.ok) return outcome.problems[0]!.path
  const { share } = outcome.value.node
  return `${share.numerator}/${share.denominator}`
}

test('row 28: neither percent nor fraction is all, 0 is none', () => {
  assert.equal(share({}), '1/1')
  assert.equal(share({ percent: 0 }), '0/100')
  assert.equal(share({ percent: 100 }), '100/100')
  assert.equal(share({ fraction: { numerator: 5, denominator: 1000 } }), '5/1000')
  assert.equal(share({ fraction: { numerator: 5 } }), '5/100')
})

test('a share outside 0 to 1 is refused, with its place', () => {
  assert.equal(share({ percent: 101 }), 'spec.rules[0].filters[0].requestMirror.percent')
  assert.equal(share({ fraction: { numerator: 3, denominator: 2 } }), 'spec.rules[0].filters[0].requestMirror.fraction')
  assert.equal(share({ percent: 1, fraction: { numerator: 1 } }), 'spec.rules[0].filters[0].requestMirror')
})

test('row 28: a backend that can not be used is reported, and the filter stays without it', () => {
  const outcome = requestMirror.translate({ requestMirror: { backendRef: { name: 'gone' } } }, scope)
  assert.ok(outcome.ok)
  assert.deepEqual(outcome.value, {
    node: { kind: 'requestMirror', share: { numerator: 1, denominator: 1 } },
    unresolved: [
      {
        reason: 'BackendNotFound',
        message: 'no such Service',
        path: 'spec.rules[0].filters[0].requestMirror.backendRef',
      },
    ],
  })
})
