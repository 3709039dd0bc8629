import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cookiePath } from './cookie-path.ts'

type Path = ['exact' | 'prefix' | 'regex', string]

const rows: [Path[], string][] = [
  [[['prefix', '/']], '/'],
  [[['prefix', '/cart']], '/cart'],
  [[['exact', '/cart/']], '/cart'],
  [[['exact', '/a/b']], '/a/b'],
  [
    [
      ['prefix', '/shop/cart'],
      ['prefix', '/shop/pay'],
    ],
    '/shop',
  ],
  [
    [
      ['prefix', '/shop'],
      ['prefix', '/shopping'],
    ],
    '/',
  ],
  [
    [
      ['prefix', '/a/b/c'],
      ['prefix', '/a'],
    ],
    '/a',
  ],
  [[['regex', '/p1/p2/[^/]+/p3']], '/p1/p2'],
  [[['regex', '/.*']], '/'],
]
for (const [paths, expected] of rows) {
  test(`the cookie of ${paths.join(' and ')} has the path ${expected}`, () => {
    const matches = paths.map(([kind, value]) => ({ path: { kind, value }, headers: [], query: [] }))
    assert.equal(cookiePath(matches), expected)
  })
}
