import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Action, Route } from '#ir'
import { ok, problem } from '#kit/outcome.ts'
import type { FilterTranslator } from './filter.ts'
import {
  backendRef,
  gateway,
  httpRoute,
  listener,
  parentOf,
  rule,
  service,
  slice,
  translate,
} from './objects.fixture.ts'
import type { TranslatorOptions } from './translator.ts'

const shop = [service('shop'), slice('shop', 'shop', [{ addresses: ['10.0.0.1'] }])]
const gw = gateway('gw', [listener()])

function translated(rules: readonly object[], options: Partial<TranslatorOptions> = {}) {
  const translation = translate([gw, ...shop, httpRoute('r', ['gw'], rules as never)], options)
  return { translation, routes: translation.snapshot.routes, status: parentOf(translation, 'default/r') }
}

function statusOf(action: Action | undefined): number | undefined {
  return action?.kind === 'respond' ? action.status : undefined
}

test('row 8: a rule without backendRefs answers 500 and is nobody’s mistake', () => {
  const { routes, status } = translated([rule()])
  assert.equal(statusOf(routes[0]?.action), 500)
  assert.deepEqual(status, { Accepted: 'True Accepted', ResolvedRefs: 'True ResolvedRefs' })
})

test('row 8: a Service without ready endpoints keeps its backend and an empty set, for a 503', () => {
  const { snapshot } = translate([
    gw,
    service('shop'),
    httpRoute('r', ['gw'], [rule({ backendRefs: [backendRef('shop')] })]),
  ])
  assert.equal(snapshot.routes[0]?.action.kind, 'forward')
  assert.deepEqual(snapshot.endpoints, [{ backend: 'Service/default/shop/80', endpoints: [] }])
})

test('row 8, row 12: all backendRefs invalid: 500, ResolvedRefs=False, and still Accepted', () => {
  const { routes, status } = translated([
    rule({ backendRefs: [backendRef('missing'), backendRef('shop', { kind: 'Pod' })] }),
  ])
  assert.equal(statusOf(routes[0]?.action), 500)
  assert.deepEqual(status, { Accepted: 'True Accepted', ResolvedRefs: 'False BackendNotFound' })
})

test('row 9: an invalid backendRef keeps its share', () => {
  const refs = [backendRef('shop', { weight: 3 }), backendRef('missing', { weight: 1 })]
  const { routes, translation, status } = translated([rule({ backendRefs: refs })])
  const action = routes[0]?.action
  assert.equal(action?.kind, 'forward')
  assert.deepEqual(action.to, [
    { kind: 'backend', backend: 'Service/default/shop/80', weight: 3, filters: [] },
    {
      kind: 'broken',
      weight: 1,
      status: 500,
      why: 'spec.rules[0].backendRefs[1]: Service default/missing does not exist',
    },
  ])
  assert.equal(status.ResolvedRefs, 'False BackendNotFound')
  assert.equal(translation.snapshot.backends.length, 1)
})

test('row 10: weight 0 stays in the list; when all weights are 0 the answer is 500', () => {
  const some = translated([rule({ backendRefs: [backendRef('shop'), backendRef('shop', { weight: 0 })] })])
  const action = some.routes[0]?.action
  assert.equal(action?.kind === 'forward' && action.to[1]?.weight, 0)
  const none = translated([rule({ backendRefs: [backendRef('shop', { weight: 0 })] })])
  assert.equal(statusOf(none.routes[0]?.action), 500)
  assert.equal(none.status.ResolvedRefs, 'True ResolvedRefs')
})

const badRegex = rule({ matches: [{ path: { type: 'RegularExpression', value: '/(' } }] })

test('row 11: an invalid rule is dropped and the others stay', () => {
  const { routes, status, translation } = translated([badRegex, rule()])
  assert.deepEqual(
    routes.map(({ rule: index }) => index),
    [1],
  )
  assert.equal(status.Accepted, 'True Accepted')
  assert.equal(status.PartiallyInvalid, 'True UnsupportedValue')
  const route = translation.statuses.get('HTTPRoute/default/r')
  const message =
    route?.kind === 'Route' && route.parents[0]?.conditions.find(({ type }) => type === 'PartiallyInvalid')?.message
  assert.match(String(message), /^Dropped Rule 0 \(spec\.rules\[0\]\.matches\[0\]\.path\.value: /)
})

test('row 11: PartiallyInvalid is never there when every rule is invalid', () => {
  const { routes, status } = translated([badRegex])
  assert.deepEqual(routes, [])
  assert.deepEqual(status, { Accepted: 'False UnsupportedValue', ResolvedRefs: 'True ResolvedRefs' })
})

test('row 46: unknown enum values make the rule invalid, nothing worse', () => {
  for (const fields of [
    { filters: [{ type: 'Teleport' }] },
    { matches: [{ path: { type: 'Glob', value: '/' } }] },
    { matches: [{ path: { type: 'PathPrefix', value: '/' }, headers: [{ type: 'Glob', name: 'a', value: 'b' }] }] },
  ]) {
    assert.equal(translated([rule(fields)]).status.Accepted, 'False UnsupportedValue')
  }
})

test('row 1: the trailing slash of a prefix says nothing', () => {
  const prefixes = ['/abc/', '/abc', '/'].map((value) => ({ path: { type: 'PathPrefix', value } }))
  const { routes } = translated([rule({ matches: prefixes })])
  assert.deepEqual(
    routes[0]?.matches.map(({ path }) => path.value),
    ['/abc', '/abc', '/'],
  )
})

test('row 29: of duplicate names the first counts, header names in any case', () => {
  const { routes } = translated([
    rule({
      matches: [
        {
          path: { type: 'Exact', value: '/a/' },
          method: 'GET',
          headers: [
            { type: 'Exact', name: 'X-One', value: '1' },
            { type: 'Exact', name: 'x-one', value: '2' },
          ],
          queryParams: [
            { type: 'Exact', name: 'q', value: '1' },
            { type: 'RegularExpression', name: 'Q', value: 'b+' },
            { type: 'Exact', name: 'q', value: '3' },
          ],
        },
      ],
    }),
  ])
  assert.deepEqual(routes[0]?.matches, [
    {
      path: { kind: 'exact', value: '/a/' },
      method: 'GET',
      headers: [{ name: 'x-one', kind: 'exact', value: '1' }],
      query: [
        { name: 'q', kind: 'exact', value: '1' },
        { name: 'Q', kind: 'regex', value: 'b+' },
      ],
    },
  ])
})

function filter(type: string, kind: string): FilterTranslator {
  return { type, translate: () => ok({ node: { kind } }) }
}

test('filters run in the order of features/order.ts, on rules and on backendRefs', () => {
  const filters = [{ type: 'B' }, { type: 'A' }]
  const options = { filters: [filter('A', 'a'), filter('B', 'b')], filterOrder: ['a', 'b'] }
  const { routes } = translated([rule({ filters, backendRefs: [backendRef('shop', { filters })] })], options)
  assert.deepEqual(routes[0]?.filters, [{ kind: 'a' }, { kind: 'b' }])
  const action = routes[0]?.action
  const share = action?.kind === 'forward' ? action.to[0] : undefined
  assert.deepEqual(share?.kind === 'backend' && share.filters, [{ kind: 'a' }, { kind: 'b' }])
})

const extension = { type: 'ExtensionRef', extensionRef: { group: 'example.com', kind: 'Magic', name: 'm' } }

test('an ExtensionRef that nobody owns is not skipped: its rule answers 500', () => {
  const { routes, status } = translated([rule({ filters: [extension], backendRefs: [backendRef('shop')] })])
  assert.equal(statusOf(routes[0]?.action), 500)
  assert.deepEqual(routes[0]?.filters, [])
  assert.deepEqual(status, { Accepted: 'True Accepted', ResolvedRefs: 'False InvalidKind' })
})

test('an ExtensionRef on a backendRef breaks that share only', () => {
  const refs = [backendRef('shop'), backendRef('shop', { filters: [extension] })]
  const { routes } = translated([rule({ backendRefs: refs })])
  const action = routes[0]?.action
  assert.deepEqual(action?.kind === 'forward' && action.to.map(({ kind }) => kind), ['backend', 'broken'])
})

const mirror: FilterTranslator = {
  type: 'Mirror',
  translate({ to }: { to: string }, scope) {
    const backend = scope.backend({ name: to, port: 80 }, `${scope.path}.to`, 'h2c')
    return backend.ok
      ? ok({ node: { kind: 'mirror', backend: backend.value } as Route['filters'][number] })
      : ok({ node: { kind: 'mirror' }, unresolved: backend.problems })
  },
}

test('row 28: a filter may live on with a bad reference, and its backends are in the snapshot', () => {
  const good = translated([rule({ filters: [{ type: 'Mirror', to: 'shop' }] })], { filters: [mirror] })
  assert.deepEqual(
    good.translation.snapshot.backends.map(({ key, protocol }) => [key, protocol]),
    [['Service/default/shop/80/h2c', 'h2c']],
  )
  const refs = { filters: [{ type: 'Mirror', to: 'gone' }], backendRefs: [backendRef('shop')] }
  const bad = translated([rule(refs)], { filters: [mirror] })
  assert.equal(bad.routes[0]?.action.kind, 'forward')
  assert.equal(bad.status.ResolvedRefs, 'False BackendNotFound')
})

test('a filter that cannot reach what it needs closes its rule', () => {
  const guard: FilterTranslator = {
    type: 'Guard',
    translate: (_: never, scope) => {
      const backend = scope.backend({ name: 'gone', port: 80 }, scope.path)
      return backend.ok ? ok({ node: { kind: 'guard' } }) : backend
    },
  }
  const { routes, status } = translated([rule({ filters: [{ type: 'Guard' }], backendRefs: [backendRef('shop')] })], {
    filters: [guard],
  })
  assert.equal(statusOf(routes[0]?.action), 500)
  assert.equal(status.ResolvedRefs, 'False BackendNotFound')
})

test('row 27: incompatible filters are the reason that the status gives', () => {
  const picky: FilterTranslator = { type: 'P', translate: () => problem('IncompatibleFilters', 'not with the others') }
  const { status } = translated([rule({ filters: [{ type: 'P' }] })], { filters: [picky] })
  assert.equal(status.Accepted, 'False IncompatibleFilters')
})

test('slots fill the action; a stanza without a slot is refused, never ignored', () => {
  const timeouts = { requestMs: 1_000, backendRequestMs: 0 }
  const written = rule({ timeouts: { request: '1s' }, backendRefs: [backendRef('shop')] })
  const slot = { field: 'timeouts' as const, translate: () => ok({ timeouts }) }
  const action = translated([written], { forward: [slot] }).routes[0]?.action
  assert.deepEqual(action?.kind === 'forward' && action.timeouts, timeouts)
  assert.equal(translated([written]).status.Accepted, 'False UnsupportedValue')
})

test('a named rule keeps its name', () => {
  assert.equal(translated([rule({ name: 'checkout' })]).routes[0]?.ruleName, 'checkout')
})
