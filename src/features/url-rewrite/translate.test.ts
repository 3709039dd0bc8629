import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filterScope } from '../../../test/filter-scope.ts'
import { urlRewrite } from './translate.ts'

test('hostname and prefix', () => {
  const filter = { urlRewrite: { hostname: 'B.test', path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/x/' } } }
  const node = { kind: 'urlRewrite', hostname: 'b.test', path: { kind: 'prefix', value: '/x' } }
  assert.deepEqual(urlRewrite.translate(filter, filterScope()), { ok: true, value: { node } })
})

test('a prefix of a rule with another kind of match is refused', () => {
  const filter = { urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/x' } } }
  const outcome = urlRewrite.translate(filter, filterScope({ matches: [{ path: { kind: 'exact', value: '/a' } }] }))
  assert.ok(!outcome.ok)
  assert.equal(outcome.problems[0]?.reason, 'UnsupportedValue')
})

test('beside a redirect it has nothing to rewrite', () => {
  const siblings = [{ type: 'URLRewrite' }, { type: 'RequestRedirect' }]
  const outcome = urlRewrite.translate({ urlRewrite: {} }, filterScope({ siblings }))
  assert.equal(!outcome.ok && outcome.problems[0]?.reason, 'IncompatibleFilters')
})
