import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyScope } from '../../../test/policy-scope.ts'
import type { Condition, RateLimitNode } from './ir.ts'
import { rateLimit } from './policy.ts'

type Spec = Parameters<typeof rateLimit.translate>[0]['rateLimit']
type Rule = NonNullable<NonNullable<Spec['local']>['rules']>[number]
type Selector = NonNullable<Rule['clientSelectors']>[number]

const limit = { requests: 5, unit: 'Minute' } as const

function translate(spec: Spec): RateLimitNode | undefined {
  const outcome = rateLimit.translate({ rateLimit: spec }, policyScope())
  assert.ok(outcome.ok, JSON.stringify(outcome))
  return 'nodes' in outcome.value ? (outcome.value.nodes as readonly RateLimitNode[] | undefined)?.[0] : undefined
}

function conditionsOf(...clientSelectors: readonly Selector[]): readonly Condition[] {
  return translate({ local: { rules: [{ clientSelectors, limit }] } })!.local[0]!.conditions
}

test('a rule without more has a bucket for all requests', () => {
  const node = translate({ local: { rules: [{ limit }] } })
  assert.deepEqual(node?.global, [])
  assert.partialDeepStrictEqual(node?.local, [
    { shared: false, conditions: [], keys: [], requests: 5, unit: 'minute', cost: 1, shadow: false },
  ])
})

test('the deprecated type leaves the other out', () => {
  const both = { local: { rules: [{ limit }] }, global: { rules: [{ limit }, { limit }] } }
  const counts = (type?: 'Local' | 'Global') => {
    const node = translate({ ...both, ...(type && { type }) })!
    return [node.local.length, node.global.length]
  }
  assert.deepEqual(
    [counts(), counts('Local'), counts('Global')],
    [
      [1, 2],
      [1, 0],
      [0, 2],
    ],
  )
  assert.equal(translate({ local: { rules: [] } }), undefined)
})

const methods: readonly [NonNullable<Selector['methods']>, object | undefined][] = [
  [[{ value: 'PUT' }, { value: 'GET' }], { anyOf: ['GET', 'PUT'], invert: false }],
  [[{ value: 'GET', invert: true }], { anyOf: ['GET'], invert: true }],
  [[{ value: 'GET', invert: true }, { value: 'PUT' }], { anyOf: ['GET'], invert: true }],
  // One of them always holds.
  [[{ value: 'GET', invert: true }, { value: 'GET' }], undefined],
  [
    [
      { value: 'GET', invert: true },
      { value: 'PUT', invert: true },
    ],
    undefined,
  ],
]
for (const [written, expected] of methods)
  test(`one of the methods ${JSON.stringify(written)} must hold`, () => {
    assert.deepEqual(conditionsOf({ methods: written }), expected ? [{ kind: 'method', ...expected }] : [])
  })

test('paths, addresses and values keep their meaning', () => {
  const conditions = conditionsOf(
    { path: { value: '/a/' }, sourceCIDR: { value: '10.0.0.0/8', invert: true } },
    { path: { type: 'Exact', value: '/a/' }, headers: [{ name: 'X-A', type: 'RegularExpression', value: 'b+' }] },
  )
  assert.deepEqual(conditions, [
    { kind: 'path', value: { kind: 'prefix', value: '/a' }, invert: false },
    { kind: 'source', cidr: { address: '10.0.0.0', length: 8 }, invert: true },
    { kind: 'header', name: 'x-a', value: { kind: 'regex', value: 'b+' }, invert: false },
    { kind: 'path', value: { kind: 'exact', value: '/a/' }, invert: false },
  ])
})

const at = 'spec.rateLimit.local.rules[0].clientSelectors[0]'
const selectors: readonly [Selector, string][] = [
  [{ headers: [{ name: 'a', type: 'Distinct', invert: true }] }, `${at}.headers[0].invert`],
  [{ headers: [{ name: 'a', type: 'Distinct', value: 'b' }] }, `${at}.headers[0].value`],
  [{ headers: [{ name: 'a' }] }, `${at}.headers[0].value`],
  [{ headers: [{ name: 'a', type: 'RegularExpression', value: '(' }] }, `${at}.headers[0].value`],
  [{ queryParams: [{ name: 'a', value: '' }] }, `${at}.queryParams[0].value`],
  [{ queryParams: [{ name: 'a', type: 'Distinct', value: 'b' }] }, `${at}.queryParams[0].value`],
  [{ path: { value: 'shop' } }, `${at}.path.value`],
  [{ path: { type: 'RegularExpression', value: '/(a' } }, `${at}.path.value`],
  [{ sourceCIDR: { value: '10.0.0.0/33' } }, `${at}.sourceCIDR.value`],
  [{ sourceCIDR: { value: '10.0.0.1' } }, `${at}.sourceCIDR.value`],
  [{ sourceCIDR: { value: '2001:db8::/129' } }, `${at}.sourceCIDR.value`],
]
for (const [selector, path] of selectors)
  test(`${JSON.stringify(selector)} is refused`, () => {
    const spec = { local: { rules: [{ clientSelectors: [selector], limit }] } }
    const outcome = rateLimit.translate({ rateLimit: spec }, policyScope())
    assert.equal(outcome.ok ? undefined : outcome.problems[0]?.path, path)
  })

const specs: readonly [Spec, string][] = [
  [{ type: 'Local', global: { rules: [{ limit }] } }, 'spec.rateLimit.type'],
  [
    { global: { rules: [{ limit, cost: { response: { from: 'Metadata' } } }] } },
    'spec.rateLimit.global.rules[0].cost.response.from',
  ],
  [
    { local: { rules: [{ limit, cost: { request: { from: 'Number', number: 2e9 } } }] } },
    'spec.rateLimit.local.rules[0].cost.request.number',
  ],
]
for (const [spec, path] of specs)
  test(`${JSON.stringify(spec)} is refused`, () => {
    const outcome = rateLimit.translate({ rateLimit: spec }, policyScope())
    assert.equal(outcome.ok ? undefined : outcome.problems[0]?.path, path)
  })
