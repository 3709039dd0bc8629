import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findMismatch, type MatchableRequest, matchesPath } from './match-request.ts'

const request: MatchableRequest = {
  method: 'GET',
  path: '/cart/items',
  headers: new Map([['x-version', '2']]),
  query: new Map([['q', 'shoes']]),
}
const any = { path: { kind: 'prefix', value: '/' }, headers: [], query: [] } as const

test('a prefix matches by path element', () => {
  const prefix = { kind: 'prefix', value: '/abc' } as const
  const cases: readonly [string, boolean][] = [
    ['/abc', true],
    ['/abc/', true],
    ['/abc/d', true],
    ['/abcd', false],
    ['/ab', false],
    ['/ABC', false],
  ]
  for (const [path, wanted] of cases) assert.equal(matchesPath(prefix, path), wanted, path)
  assert.ok(matchesPath({ kind: 'prefix', value: '/' }, '/anything'))
  assert.ok(!matchesPath({ kind: 'exact', value: '/abc' }, '/abc/'))
  assert.ok(matchesPath({ kind: 'regex', value: '/a.c' }, '/abc'))
  assert.ok(!matchesPath({ kind: 'regex', value: '/a.c' }, '/abcd'))
})

test('the first condition that fails is named', () => {
  assert.equal(findMismatch(any, request), undefined)
  assert.deepEqual(findMismatch({ ...any, path: { kind: 'exact', value: '/cart' } }, request), {
    part: 'path',
    wanted: 'exactly /cart',
    actual: '/cart/items',
  })
  assert.deepEqual(findMismatch({ ...any, method: 'POST' }, request), { part: 'method', wanted: 'POST', actual: 'GET' })
  const headers = [{ name: 'x-version', kind: 'exact', value: '1' }] as const
  assert.deepEqual(findMismatch({ ...any, headers }, request), {
    part: 'header',
    name: 'x-version',
    wanted: '1',
    actual: '2',
  })
  const query = [
    { name: 'q', kind: 'regex', value: 'sh.*' },
    { name: 'page', kind: 'exact', value: '1' },
  ] as const
  assert.deepEqual(findMismatch({ ...any, query }, request), { part: 'query parameter', name: 'page', wanted: '1' })
})
