import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findRegexExample } from './regex-example.ts'

test('an example of a pattern', () => {
  const cases: readonly [string, string | undefined][] = [
    ['/v[0-9]+/pay', '/v0/pay'],
    ['/v1/.*', '/v1/a'],
    ['^(shop|cart)\\.example\\.com$', 'shop.example.com'],
    ['[^a0]{2,}x?', '//x'],
    ['[\\x{1F600}-\\x{1F64F}]', '\u{1F600}'],
    ['a\\bb', undefined],
    ['(', undefined],
  ]
  for (const [pattern, wanted] of cases) assert.equal(findRegexExample(pattern), wanted, pattern)
})
