import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goPattern } from './go-pattern.ts'

test('Go patterns mean the same in JavaScript', () => {
  assert.ok(goPattern('^(?i)abc$').test('ABC'))
  assert.ok(goPattern('^[!-~]+([\\t ]?[!-~]+)*$').test('a b'))
  assert.ok(goPattern("^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$").test('a`b'))
  assert.ok(goPattern('^\\w{2,3}$').test('abc'))
  assert.ok(goPattern('^a{,2}$').test('a{,2}'))
  assert.ok(!goPattern('^.$').test('\n'))
  assert.ok(goPattern('^(?P<x>a)\\z').test('a'))
  assert.ok(goPattern("\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$").test('/a-b'))
})
